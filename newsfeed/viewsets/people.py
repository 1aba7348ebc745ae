from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from core.actor import actor_of
from newsfeed import services
from newsfeed.serializers.paging import PageQuerySerializer
from newsfeed.serializers.people import PeopleSerializer, PersonViewSerializer
from newsfeed.viewsets.doors import FeedViewSet, cursor_of, viewer_of


class PersonViewSet(FeedViewSet):
    @extend_schema(
        operation_id="people_retrieve",
        summary="A person",
        description="404 for a handle that nobody has, and for who blocked you. Of whom you blocked"
        " you get no numbers.",
        tags=["people"],
        responses=PersonViewSerializer,
    )
    def retrieve(self, request: Request, handle: str) -> Response:
        found = services.view_person(viewer_sub=viewer_of(request), handle=handle)
        return Response(PersonViewSerializer(found).data)


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
        person = services.find_person(viewer_sub=viewer_of(request), handle=handle)
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
        person = services.find_person(viewer_sub=viewer_of(request), handle=handle)
        services.unfollow(
            follower_sub=viewer_of(request), author_sub=person.user_sub, actor=actor_of(request)
        )
        return Response(status=status.HTTP_204_NO_CONTENT)


class BlockViewSet(FeedViewSet):
    @extend_schema(
        operation_id="blocks_list",
        summary="Whom you blocked",
        tags=["people"],
        parameters=[PageQuerySerializer],
        responses=PeopleSerializer,
    )
    def list(self, request: Request) -> Response:
        found = services.list_blocked(viewer_sub=viewer_of(request), cursor=cursor_of(request))
        return Response(PeopleSerializer(found).data)

    @extend_schema(
        operation_id="blocks_update",
        summary="Block a person",
        description="You see nothing of each other from now on, and neither follows the other."
        " They are not told. Doing it again changes nothing.",
        tags=["people"],
        request=None,
        responses={204: None},
    )
    def update(self, request: Request, handle: str) -> Response:
        viewer = viewer_of(request)
        person = services.find_person(viewer_sub=viewer, handle=handle, even_blocked=True)
        services.block(user_sub=viewer, other_sub=person.user_sub, actor=actor_of(request))
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(
        operation_id="blocks_destroy",
        summary="Unblock a person",
        tags=["people"],
        responses={204: None},
    )
    def destroy(self, request: Request, handle: str) -> Response:
        viewer = viewer_of(request)
        person = services.find_person(viewer_sub=viewer, handle=handle, even_blocked=True)
        services.unblock(user_sub=viewer, other_sub=person.user_sub, actor=actor_of(request))
        return Response(status=status.HTTP_204_NO_CONTENT)


class MuteViewSet(FeedViewSet):
    @extend_schema(
        operation_id="mutes_list",
        summary="Whom you muted",
        tags=["people"],
        parameters=[PageQuerySerializer],
        responses=PeopleSerializer,
    )
    def list(self, request: Request) -> Response:
        found = services.list_muted(viewer_sub=viewer_of(request), cursor=cursor_of(request))
        return Response(PeopleSerializer(found).data)

    @extend_schema(
        operation_id="mutes_update",
        summary="Mute a person",
        description="Their posts leave your lists, and you are not told what they do. Doing it"
        " again changes nothing.",
        tags=["people"],
        request=None,
        responses={204: None},
    )
    def update(self, request: Request, handle: str) -> Response:
        viewer = viewer_of(request)
        person = services.find_person(viewer_sub=viewer, handle=handle, even_blocked=True)
        services.mute(user_sub=viewer, other_sub=person.user_sub, actor=actor_of(request))
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(
        operation_id="mutes_destroy",
        summary="Unmute a person",
        tags=["people"],
        responses={204: None},
    )
    def destroy(self, request: Request, handle: str) -> Response:
        viewer = viewer_of(request)
        person = services.find_person(viewer_sub=viewer, handle=handle, even_blocked=True)
        services.unmute(user_sub=viewer, other_sub=person.user_sub, actor=actor_of(request))
        return Response(status=status.HTTP_204_NO_CONTENT)
