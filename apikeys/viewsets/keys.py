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
from apikeys.serializers.asked import (
    KeyChangeSerializer,
    KeyQuerySerializer,
    NewKeySerializer,
    UsageQuerySerializer,
)
from apikeys.serializers.keys import (
    IssuedKeySerializer,
    KeyListSerializer,
    KeySerializer,
    UsageSerializer,
)
from apikeys.viewsets.doors import CONFIRM, TAGS, person_confirmed
from core.actor import actor_of
from core.scopes import Area


class ApiKeyViewSet(ViewSet):
    """A person's keys. A key may list them with `keys:read`; it makes, changes and revokes none."""

    scope_area = Area.KEYS

    @override
    def get_permissions(self) -> Sequence[Any]:
        if self.action in ("create", "partial_update"):
            return person_confirmed()
        return [IsAuthenticated()]

    @extend_schema(
        operation_id="api_keys_list",
        summary="Your API keys",
        description="Newest first; those that expired or were revoked stay for 90 days. A page may"
        " be short, even empty, and still have a next one.",
        tags=TAGS,
        parameters=[KeyQuerySerializer],
        responses=KeyListSerializer,
    )
    def list(self, request: Request) -> Response:
        asked = KeyQuerySerializer(data=request.query_params.dict())
        asked.is_valid(raise_exception=True)
        found, following = services.list_keys(
            user_sub=str(request.user.pk),
            after=asked.validated_data["after"],
            shown=asked.validated_data["status"],
        )
        return Response(KeyListSerializer({"results": found, "next": following}).data)

    @extend_schema(
        operation_id="api_keys_create",
        summary="Create an API key",
        description=f"{CONFIRM} The secret is in this answer only. 409 `key_limit_reached`.",
        tags=TAGS,
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
        tags=TAGS,
        responses=KeySerializer,
    )
    def retrieve(self, request: Request, key_id: str) -> Response:
        key = services.get_owned_key(str(request.user.pk), key_id)
        return Response(KeySerializer(key).data)

    @extend_schema(
        operation_id="api_keys_update",
        summary="Change an API key",
        description=f"{CONFIRM} All of it or nothing; what is left out stays. The secret stays too,"
        " and the next call is held to the change. 409 `key_changed`, `key_ended`.",
        tags=TAGS,
        request=KeyChangeSerializer,
        responses=KeySerializer,
    )
    def partial_update(self, request: Request, key_id: str) -> Response:
        sent = KeyChangeSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        key = services.edit_key(
            user_sub=str(request.user.pk),
            key_id=key_id,
            version=sent.validated_data["version"],
            actor=actor_of(request),
            changes=sent.changes(),
        )
        return Response(KeySerializer(key).data)

    @extend_schema(
        operation_id="api_keys_revoke",
        summary="Revoke an API key",
        description="It is refused from the next call on. Revoking it again changes nothing. For an"
        " hour it can be brought back.",
        tags=TAGS,
        responses={204: None},
    )
    def destroy(self, request: Request, key_id: str) -> Response:
        services.revoke_key(user_sub=str(request.user.pk), key_id=key_id, actor=actor_of(request))
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(
        operation_id="api_keys_usage",
        summary="How often an API key was used",
        description="By day (UTC) and by how the calls ended, the oldest day first. A call is"
        " counted within ten seconds; one with a wrong secret is nobody's.",
        tags=TAGS,
        parameters=[UsageQuerySerializer],
        responses=UsageSerializer,
    )
    def usage(self, request: Request, key_id: str) -> Response:
        asked = UsageQuerySerializer(data=request.query_params.dict())
        asked.is_valid(raise_exception=True)
        found = services.usage_of(
            user_sub=str(request.user.pk), key_id=key_id, days=asked.validated_data["days"]
        )
        return Response(UsageSerializer({"results": found}).data)
