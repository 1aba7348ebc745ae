from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apikeys import services
from apikeys.errors import KeyRequired
from apikeys.serializers.keys import CurrentKeySerializer
from apikeys.services.limits import WINDOW, pace_of
from apikeys.viewsets.doors import TAGS
from core.scopes import KeyAccess


class CurrentKeyView(APIView):
    """What a program asks first: whether its key works, and what it may do with it."""

    any_key = True

    @extend_schema(
        operation_id="api_keys_current",
        summary="The API key of this call",
        description="For a key with any scope. 403 `key_required` for a session.",
        tags=TAGS,
        auth=[{"apiKey": []}],  # type: ignore[list-item]  # what it is said to take is too narrow
        responses=CurrentKeySerializer,
    )
    def get(self, request: Request) -> Response:
        if not isinstance(request.auth, KeyAccess):
            raise KeyRequired
        key = services.get_owned_key(str(request.user.pk), request.auth.key_id)
        pace = pace_of(key)
        limit = {"calls": pace.per_minute, "seconds": WINDOW, "burst": pace.burst}
        shown = CurrentKeySerializer({"key": key, "owner": request.user, "limit": limit})
        return Response(shown.data)
