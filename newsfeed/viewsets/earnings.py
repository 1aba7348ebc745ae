from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from billing import services as billing
from newsfeed import services
from newsfeed.serializers.earnings import EarningsPageSerializer
from newsfeed.serializers.paging import PageQuerySerializer
from newsfeed.viewsets.doors import FeedViewSet, cursor_of, viewer_of


class EarningsViewSet(FeedViewSet):
    not_for_keys = ("list",)

    @extend_schema(
        operation_id="earnings_list",
        summary="What your posts sold and earned",
        description="Posts that are or were for sale, newest first; what was taken back is no sale"
        " any more. API keys cannot see this. 503 `billing_not_configured` where payments are off.",
        tags=["posts"],
        parameters=[PageQuerySerializer],
        responses=EarningsPageSerializer,
    )
    def list(self, request: Request) -> Response:
        billing.require_configured()
        found = services.list_earnings(author_sub=viewer_of(request), cursor=cursor_of(request))
        return Response(EarningsPageSerializer(found).data)
