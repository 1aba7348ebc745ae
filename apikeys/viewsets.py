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
from apikeys.serializers import (
    IssuedKeySerializer,
    KeyListSerializer,
    KeyQuerySerializer,
    KeySerializer,
    NewKeySerializer,
)
from core.actor import actor_of
from core.scopes import Area
from core.stepup import StepUpRequired


class ApiKeyViewSet(ViewSet):
    """A person's keys. A key may list them with `keys:read`; it can make and revoke none."""

    scope_area = Area.KEYS

    @override
    def get_permissions(self) -> Sequence[Any]:
        makes = self.action == "create"
        return [IsAuthenticated(), StepUpRequired()] if makes else [IsAuthenticated()]

    @extend_schema(
        operation_id="api_keys_list",
        summary="Your API keys",
        description="Newest first; those that expired or were revoked stay for 90 days. A page may"
        " be short and still have a next one.",
        tags=["api-keys"],
        parameters=[KeyQuerySerializer],
        responses=KeyListSerializer,
    )
    def list(self, request: Request) -> Response:
        asked = KeyQuerySerializer(data=request.query_params.dict())
        asked.is_valid(raise_exception=True)
        found, following = services.list_keys(
            user_sub=str(request.user.pk), after=asked.validated_data["after"]
        )
        return Response(KeyListSerializer({"results": found, "next": following}).data)

    @extend_schema(
        operation_id="api_keys_create",
        summary="Create an API key",
        description="Needs a recent confirmation that it is you, in the browser's session. The"
        " secret is in this answer only. 409 `key_limit_reached`.",
        tags=["api-keys"],
        request=NewKeySerializer,
        responses={201: IssuedKeySerializer},
    )
    def create(self, request: Request) -> Response:
        sent = NewKeySerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        issued = services.create_key(
            user_sub=str(request.user.pk), actor=actor_of(request), **sent.validated_data
        )
        return Response(IssuedKeySerializer(issued).data, status=status.HTTP_201_CREATED)

    @extend_schema(
        operation_id="api_keys_retrieve",
        summary="One API key",
        tags=["api-keys"],
        responses=KeySerializer,
    )
    def retrieve(self, request: Request, key_id: str) -> Response:
        key = services.get_owned_key(str(request.user.pk), key_id)
        return Response(KeySerializer(key).data)

    @extend_schema(
        operation_id="api_keys_revoke",
        summary="Revoke an API key",
        description="It is refused from the next call on. Revoking it again changes nothing.",
        tags=["api-keys"],
        responses={204: None},
    )
    def destroy(self, request: Request, key_id: str) -> Response:
        services.revoke_key(user_sub=str(request.user.pk), key_id=key_id, actor=actor_of(request))
        return Response(status=status.HTTP_204_NO_CONTENT)
