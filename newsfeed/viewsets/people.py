from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from core.actor import actor_of
from newsfeed import services
from newsfeed.serializers.paging import PageQuerySerializer
from newsfeed.serializers.people import PeopleSerializer
from newsfeed.viewsets.doors import FeedViewSet, cursor_of, viewer_of
from users import services as users


class FollowViewSet(FeedViewSet):
    @extend_schema(
        operation_id="follows_list",
        summary="Whom you follow",
        tags=["people"],
        parameters=[PageQuerySerializer],
        responses=PeopleSerializer,
    )
    def list(self, request: Request) -> Response:
        found = services.list_following(viewer_sub=viewer_of(request), cursor=cursor_of(request))
        return Response(PeopleSerializer(found).data)

    @extend_schema(
        operation_id="followers_list",
        summary="Who follows you",
        tags=["people"],
        parameters=[PageQuerySerializer],
        responses=PeopleSerializer,
    )
    def followers(self, request: Request) -> Response:
        found = services.list_followers(viewer_sub=viewer_of(request), cursor=cursor_of(request))
        return Response(PeopleSerializer(found).data)

    @extend_schema(
        operation_id="follows_update",
        summary="Follow a person",
        description="Doing it again changes nothing.",
        tags=["people"],
        request=None,
        responses={204: None},
    )
    def update(self, request: Request, handle: str) -> Response:
        person = users.get_profile_by_handle(handle)
        services.follow(
            follower_sub=viewer_of(request), author_sub=person.user_sub, actor=actor_of(request)
        )
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(
        operation_id="follows_destroy",
        summary="Stop following a person",
        tags=["people"],
        responses={204: None},
    )
    def destroy(self, request: Request, handle: str) -> Response:
        person = users.get_profile_by_handle(handle)
        services.unfollow(
            follower_sub=viewer_of(request), author_sub=person.user_sub, actor=actor_of(request)
        )
        return Response(status=status.HTTP_204_NO_CONTENT)
