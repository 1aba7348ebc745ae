from django.utils.http import parse_etags, quote_etag
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from alerts import services
from alerts.errors import PreferencesChanged
from alerts.items import Preferences
from alerts.preference_serializers import (
    PreferencesChangeSerializer,
    PreferencesSerializer,
    shown,
)
from core.actor import actor_of
from core.errors import Invalid, PreconditionFailed
from core.scopes import Area

IF_MATCH = OpenApiParameter(
    "If-Match",
    str,
    OpenApiParameter.HEADER,
    description="The ETag of what you read; 412 when it is another one by now.",
)


class PreferencesView(APIView):
    scope_area = Area.ALERTS

    @extend_schema(
        operation_id="alerts_preferences_retrieve",
        summary="Which alerts you get where and when",
        description="The ETag is the version.",
        tags=["alerts"],
        responses=PreferencesSerializer,
    )
    def get(self, request: Request) -> Response:
        return _answer(services.get_preferences(str(request.user.pk)))

    @extend_schema(
        operation_id="alerts_preferences_update",
        summary="Choose which alerts you get where and when",
        description="All of it or nothing; name what you read by If-Match or by `version`."
        " 400 `alert_mandatory` names what cannot be turned off; 409 `alert_preferences_changed`;"
        " 412 `precondition_failed`.",
        tags=["alerts"],
        parameters=[IF_MATCH],
        request=PreferencesChangeSerializer,
        responses=PreferencesSerializer,
    )
    def patch(self, request: Request) -> Response:
        sent = PreferencesChangeSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        user_sub = str(request.user.pk)
        version = _version(request, sent.validated_data.get("version"), user_sub)
        try:
            changed = services.change_preferences(
                user_sub=user_sub, version=version, actor=actor_of(request), **sent.changes()
            )
        except PreferencesChanged as error:
            if "If-Match" in request.headers:
                raise PreconditionFailed from error
            raise
        return _answer(changed)


def _version(request: Request, named: int | None, user_sub: str) -> int:
    """Raises PreconditionFailed; Invalid when nothing says what the client has read."""
    if "If-Match" in request.headers:
        wanted = parse_etags(request.headers["If-Match"])
        stored = services.get_preferences(user_sub).version
        if wanted != ["*"] and _etag(stored) not in wanted:
            raise PreconditionFailed
        return named or stored
    if named is None:
        raise Invalid(errors={"version": [_("Send the version that you read, or If-Match.")]})
    return named


def _answer(preferences: Preferences) -> Response:
    body = PreferencesSerializer(shown(preferences)).data
    return Response(body, headers={"ETag": _etag(preferences.version)})


def _etag(version: int) -> str:
    return quote_etag(str(version))
