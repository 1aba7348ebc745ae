from collections.abc import Sequence
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ViewSet
from typing_extensions import override

from apikeys import services
from apikeys.serializers.asked import OverlapQuerySerializer, RotationSerializer
from apikeys.serializers.keys import IssuedKeySerializer
from apikeys.viewsets.doors import CONFIRM, TAGS, person_confirmed
from core.actor import actor_of
from core.scopes import Area


class SecretViewSet(ViewSet):
    """The secret of a key, and the one before it; no key may ask for either."""

    scope_area = Area.KEYS

    @override
    def get_permissions(self) -> Sequence[Any]:
        return person_confirmed() if self.action == "rotate" else [IsAuthenticated()]

    @extend_schema(
        operation_id="api_keys_rotate",
        summary="Replace the secret of an API key",
        description=f"{CONFIRM} The new secret is in this answer only; id, scopes and limits stay."
        " Both secrets work for the overlap. 409 `rotation_in_progress` while there are two,"
        " `key_changed`, `key_ended`.",
        tags=TAGS,
        request=RotationSerializer,
        responses=IssuedKeySerializer,
    )
    def rotate(self, request: Request, key_id: str) -> Response:
        sent = RotationSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        issued = services.rotate_key(
            user_sub=str(request.user.pk),
            key_id=key_id,
            actor=actor_of(request),
            **sent.validated_data,
        )
        return Response(IssuedKeySerializer(issued).data)

    @extend_schema(
        operation_id="api_keys_end_overlap",
        summary="End the old secret of an API key",
        description="At once, before its time; or the new one, when it was to take over at its"
        " first use and nothing has used it yet. Where there is one secret, nothing changes. 409"
        " `key_changed`, `key_ended`.",
        tags=TAGS,
        parameters=[OverlapQuerySerializer],
        responses={204: None},
    )
    def end_overlap(self, request: Request, key_id: str) -> Response:
        asked = OverlapQuerySerializer(data=request.query_params.dict())
        asked.is_valid(raise_exception=True)
        services.end_overlap(
            user_sub=str(request.user.pk),
            key_id=key_id,
            actor=actor_of(request),
            **asked.validated_data,
        )
        return Response(status=status.HTTP_204_NO_CONTENT)
