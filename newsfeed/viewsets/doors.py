"""What the API doors of the feed share."""

from rest_framework.request import Request
from rest_framework.viewsets import ViewSet

from core.scopes import Area
from newsfeed.serializers.paging import PageQuerySerializer


class FeedViewSet(ViewSet):
    """Keys with `feed:read` read, keys with `feed:write` write; spending needs the person."""

    scope_area = Area.FEED


def viewer_of(request: Request) -> str:
    return str(request.user.pk)


def cursor_of(request: Request) -> str:
    asked = PageQuerySerializer(data=request.query_params.dict())
    asked.is_valid(raise_exception=True)
    return str(asked.validated_data["after"])
