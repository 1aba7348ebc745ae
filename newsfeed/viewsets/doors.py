"""What the API doors of the feed share."""

from drf_spectacular.utils import OpenApiResponse
from rest_framework.request import Request
from rest_framework.viewsets import ViewSet

from core.openapi import ProblemSerializer
from core.scopes import Area
from newsfeed import services
from newsfeed.serializers.paging import PageQuerySerializer
from newsfeed.serializers.posts import PostListQuerySerializer

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


def listed_of(request: Request) -> tuple[str, str]:
    """Whose posts are asked for, one's own unless somebody is named, and the cursor. Raises
    UserNotFound."""
    asked = PostListQuerySerializer(data=request.query_params.dict())
    asked.is_valid(raise_exception=True)
    viewer, handle = viewer_of(request), asked.validated_data["author"]
    author = services.find_person(viewer_sub=viewer, handle=handle).user_sub if handle else viewer
    return author, asked.validated_data["after"]
