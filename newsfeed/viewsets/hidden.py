from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from core.actor import actor_of
from newsfeed import services
from newsfeed.serializers.paging import PageQuerySerializer
from newsfeed.serializers.posts import PostPageSerializer
from newsfeed.viewsets.doors import FeedViewSet, cursor_of, viewer_of


class HiddenViewSet(FeedViewSet):
    @extend_schema(
        operation_id="hidden_list",
        summary="The posts that you hid",
        tags=["feed"],
        parameters=[PageQuerySerializer],
        responses=PostPageSerializer,
    )
    def list(self, request: Request) -> Response:
        found = services.list_hidden(user_sub=viewer_of(request), cursor=cursor_of(request))
        return Response(PostPageSerializer(found).data)

    @extend_schema(
        operation_id="hidden_update",
        summary="Hide a post from your lists",
        description="Doing it again changes nothing.",
        tags=["feed"],
        request=None,
        responses={204: None},
    )
    def update(self, request: Request, post_id: str) -> Response:
        services.hide_post(user_sub=viewer_of(request), post_id=post_id, actor=actor_of(request))
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(
        operation_id="hidden_destroy",
        summary="Show a post again",
        tags=["feed"],
        responses={204: None},
    )
    def destroy(self, request: Request, post_id: str) -> Response:
        services.unhide_post(user_sub=viewer_of(request), post_id=post_id, actor=actor_of(request))
        return Response(status=status.HTTP_204_NO_CONTENT)
