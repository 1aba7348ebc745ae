from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from newsfeed import services
from newsfeed.serializers.paging import PageQuerySerializer
from newsfeed.serializers.people import SuggestionsSerializer
from newsfeed.serializers.posts import (
    ArrivalsQuerySerializer,
    ArrivalsSerializer,
    PostPageSerializer,
)
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

    @extend_schema(
        operation_id="feed_arrivals",
        summary="How much is new in your feed",
        description="To be asked for now and then, more seldom the longer nothing comes.",
        tags=["feed"],
        parameters=[ArrivalsQuerySerializer],
        responses=ArrivalsSerializer,
    )
    def arrivals(self, request: Request) -> Response:
        asked = ArrivalsQuerySerializer(data=request.query_params.dict())
        asked.is_valid(raise_exception=True)
        found = services.count_arrivals(
            viewer_sub=viewer_of(request), since=asked.validated_data["since"]
        )
        return Response(ArrivalsSerializer(found).data)

    @extend_schema(
        operation_id="unlocked_list",
        summary="The posts that you unlocked",
        description="Newest post first, also those that were deleted since, while they are kept.",
        tags=["feed"],
        parameters=[PageQuerySerializer],
        responses=PostPageSerializer,
    )
    def unlocked(self, request: Request) -> Response:
        found = services.list_unlocked(user_sub=viewer_of(request), cursor=cursor_of(request))
        return Response(PostPageSerializer(found).data)

    @extend_schema(
        operation_id="suggestions_list",
        summary="People whom you could follow",
        description="At most eight, who wrote the newest public posts.",
        tags=["people"],
        responses=SuggestionsSerializer,
    )
    def suggestions(self, request: Request) -> Response:
        found = services.suggest_people(viewer_sub=viewer_of(request))
        return Response(SuggestionsSerializer({"results": found}).data)
