"""What the API doors of the feed share."""

from drf_spectacular.utils import OpenApiResponse
from rest_framework.request import Request
from rest_framework.viewsets import ViewSet

from core.openapi import ProblemSerializer
from core.scopes import Area
from newsfeed.serializers.paging import PageQuerySerializer

NOBODY = OpenApiResponse(ProblemSerializer, "Nobody has this handle.")


class FeedViewSet(ViewSet):
    """Keys with `feed:read` read, keys with `feed:write` write; spending needs the person."""

    scope_area = Area.FEED


def viewer_of(request: Request) -> str:
    return str(request.user.pk)


def cursor_of(request: Request) -> str:
    asked = PageQuerySerializer(data=request.query_params.dict())
    asked.is_valid(raise_exception=True)
    return str(asked.validated_data["after"])
