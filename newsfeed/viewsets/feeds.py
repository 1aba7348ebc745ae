from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from newsfeed import services
from newsfeed.serializers.paging import PageQuerySerializer
from newsfeed.serializers.posts import PostPageSerializer
from newsfeed.viewsets.doors import FeedViewSet, cursor_of, viewer_of


class FeedsViewSet(FeedViewSet):
    @extend_schema(
        operation_id="feed_list",
        summary="Your feed",
        description="Posts of the people you follow, newest first.",
        tags=["feed"],
        parameters=[PageQuerySerializer],
        responses=PostPageSerializer,
    )
    def home(self, request: Request) -> Response:
        found = services.home_feed(viewer_sub=viewer_of(request), cursor=cursor_of(request))
        return Response(PostPageSerializer(found).data)

    @extend_schema(
        operation_id="explore_list",
        summary="Explore",
        description="Public and paid posts of everybody, newest first.",
        tags=["feed"],
        parameters=[PageQuerySerializer],
        responses=PostPageSerializer,
    )
    def explore(self, request: Request) -> Response:
        found = services.explore(viewer_sub=viewer_of(request), cursor=cursor_of(request))
        return Response(PostPageSerializer(found).data)
