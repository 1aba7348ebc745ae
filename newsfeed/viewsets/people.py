from collections.abc import Callable

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from core.actor import actor_of
from newsfeed import services
from newsfeed.items import PeoplePage
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
        return _listed(request, services.list_following)

    @extend_schema(
        operation_id="followers_list",
        summary="Who follows you",
        tags=["people"],
        parameters=[PageQuerySerializer],
        responses=PeopleSerializer,
    )
    def followers(self, request: Request) -> Response:
        return _listed(request, services.list_followers)

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
        return _listed(request, services.list_blocked)

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
        return _stands(request, handle, services.block)

    @extend_schema(
        operation_id="blocks_destroy",
        summary="Unblock a person",
        tags=["people"],
        responses={204: None},
    )
    def destroy(self, request: Request, handle: str) -> Response:
        return _stands(request, handle, services.unblock)


class MuteViewSet(FeedViewSet):
    @extend_schema(
        operation_id="mutes_list",
        summary="Whom you muted",
        tags=["people"],
        parameters=[PageQuerySerializer],
        responses=PeopleSerializer,
    )
    def list(self, request: Request) -> Response:
        return _listed(request, services.list_muted)

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
        return _stands(request, handle, services.mute)

    @extend_schema(
        operation_id="mutes_destroy",
        summary="Unmute a person",
        tags=["people"],
        responses={204: None},
    )
    def destroy(self, request: Request, handle: str) -> Response:
        return _stands(request, handle, services.unmute)


def _listed(request: Request, list_people: Callable[..., PeoplePage]) -> Response:
    found = list_people(viewer_sub=viewer_of(request), cursor=cursor_of(request))
    return Response(PeopleSerializer(found).data)


def _stands(request: Request, handle: str, change: Callable[..., None]) -> Response:
    """What is between two people, whoever of them began."""
    viewer = viewer_of(request)
    person = services.find_person(viewer_sub=viewer, handle=handle, even_blocked=True)
    change(user_sub=viewer, other_sub=person.user_sub, actor=actor_of(request))
    return Response(status=status.HTTP_204_NO_CONTENT)
