from collections.abc import Sequence
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ViewSet
from typing_extensions import override

from apikeys import services
from apikeys.serializers.asked import RevokeManySerializer
from apikeys.serializers.keys import KeySerializer, RevokedListSerializer
from apikeys.viewsets.doors import CONFIRM, TAGS, person_confirmed
from core.actor import actor_of
from core.scopes import Area


class StateViewSet(ViewSet):
    """Turning keys off and on again. Only what opens something asks who it is."""

    scope_area = Area.KEYS

    @override
    def get_permissions(self) -> Sequence[Any]:
        opens = self.action in ("enable", "undo_revoke")
        return person_confirmed() if opens else [IsAuthenticated()]

    @extend_schema(
        operation_id="api_keys_disable",
        summary="Disable an API key",
        description="It is refused from the next call on, until it is enabled. 409 `key_ended`.",
        tags=TAGS,
        request=None,
        responses=KeySerializer,
    )
    def disable(self, request: Request, key_id: str) -> Response:
        key = services.disable_key(
            user_sub=str(request.user.pk), key_id=key_id, actor=actor_of(request)
        )
        return Response(KeySerializer(key).data)

    @extend_schema(
        operation_id="api_keys_enable",
        summary="Enable an API key",
        description=f"{CONFIRM} 409 `key_ended`.",
        tags=TAGS,
        request=None,
        responses=KeySerializer,
    )
    def enable(self, request: Request, key_id: str) -> Response:
        key = services.enable_key(
            user_sub=str(request.user.pk), key_id=key_id, actor=actor_of(request)
        )
        return Response(KeySerializer(key).data)

    @extend_schema(
        operation_id="api_keys_undo_revoke",
        summary="Bring a revoked API key back",
        description=f"{CONFIRM} For an hour, if you revoked it yourself; with its secret, disabled"
        " if it was that. 409 `undo_refused`, `key_ended`, `key_limit_reached`.",
        tags=TAGS,
        request=None,
        responses=KeySerializer,
    )
    def undo_revoke(self, request: Request, key_id: str) -> Response:
        key = services.undo_revoke(
            user_sub=str(request.user.pk), key_id=key_id, actor=actor_of(request)
        )
        return Response(KeySerializer(key).data)

    @extend_schema(
        operation_id="api_keys_revoke_many",
        summary="Revoke many API keys",
        description="Those of `key_ids`, or every key that still works and has all that is named;"
        " `all` names every one. One alert tells of all.",
        tags=TAGS,
        request=RevokeManySerializer,
        responses=RevokedListSerializer,
    )
    def revoke_many(self, request: Request) -> Response:
        sent = RevokeManySerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        done = services.revoke_keys(
            user_sub=str(request.user.pk),
            actor=actor_of(request),
            key_ids=sent.validated_data.get("key_ids"),
            wanted=sent.wanted(),
        )
        results = [{"key_id": key_id, "revoked": revoked} for key_id, revoked in done]
        return Response(RevokedListSerializer({"results": results}).data)
