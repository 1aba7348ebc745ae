from collections.abc import Sequence
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ViewSet
from typing_extensions import override

from alerts.services import webhooks
from alerts.webhook_serializers import (
    WHOLE_URL,
    DeliveryListSerializer,
    IssuedWebhookSerializer,
    NewWebhookSerializer,
    SentSerializer,
    WebhookListSerializer,
    WebhookSerializer,
)
from core.actor import actor_of
from core.scopes import Area, is_by_key
from core.stepup import StepUpRequired

WITH_STEP_UP = ("create", "rotate", "enable", "disable", "destroy")
CONFIRM = "Needs a recent confirmation that it is you, in the browser's session."
TAGS = ["webhooks"]


class WebhookViewSet(ViewSet):
    """A key may look at webhooks, and have something sent; it changes none."""

    scope_area = Area.ALERTS
    not_for_keys = WITH_STEP_UP

    @override
    def get_permissions(self) -> Sequence[Any]:
        if self.action in WITH_STEP_UP:
            return [IsAuthenticated(), StepUpRequired()]
        return [IsAuthenticated()]

    @extend_schema(
        operation_id="webhooks_list",
        summary="Your webhooks",
        description="Oldest first, five at most. A key sees the host of each `url`, not the rest.",
        tags=TAGS,
        responses=WebhookListSerializer,
    )
    def list(self, request: Request) -> Response:
        found = webhooks.list_endpoints(str(request.user.pk))
        return Response(WebhookListSerializer({"results": found}, context=_context(request)).data)

    @extend_schema(
        operation_id="webhooks_create",
        summary="Add a webhook",
        description=f"{CONFIRM} The secret is in this answer only. 409 `webhook_limit_reached`.",
        tags=TAGS,
        request=NewWebhookSerializer,
        responses={201: IssuedWebhookSerializer},
    )
    def create(self, request: Request) -> Response:
        sent = NewWebhookSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        issued = webhooks.add_endpoint(
            user_sub=str(request.user.pk), actor=actor_of(request), **sent.validated_data
        )
        return Response(
            IssuedWebhookSerializer(issued, context=_context(request)).data,
            status=status.HTTP_201_CREATED,
        )

    @extend_schema(
        operation_id="webhooks_retrieve",
        summary="One webhook",
        tags=TAGS,
        responses=WebhookSerializer,
    )
    def retrieve(self, request: Request, endpoint_id: str) -> Response:
        found = webhooks.get_owned_endpoint(str(request.user.pk), endpoint_id)
        return Response(WebhookSerializer(found, context=_context(request)).data)

    @extend_schema(
        operation_id="webhooks_remove",
        summary="Remove a webhook",
        description=f"{CONFIRM} What waits to be sent there is dropped; if it got alerts about"
        " security it is told, signed, that it gets no more. You are alerted.",
        tags=TAGS,
        responses={204: None},
    )
    def destroy(self, request: Request, endpoint_id: str) -> Response:
        webhooks.remove_endpoint(
            user_sub=str(request.user.pk), endpoint_id=endpoint_id, actor=actor_of(request)
        )
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(
        operation_id="webhooks_rotate",
        summary="Replace the secret of a webhook",
        description=f"{CONFIRM} For 24 hours everything is signed by both secrets; the new one is"
        " in this answer only.",
        tags=TAGS,
        request=None,
        responses=IssuedWebhookSerializer,
    )
    def rotate(self, request: Request, endpoint_id: str) -> Response:
        issued = webhooks.rotate_secret(
            user_sub=str(request.user.pk), endpoint_id=endpoint_id, actor=actor_of(request)
        )
        return Response(IssuedWebhookSerializer(issued, context=_context(request)).data)

    @extend_schema(
        operation_id="webhooks_disable",
        summary="Turn a webhook off",
        description=f"{CONFIRM} If it got alerts about security it is told, signed, that it gets"
        " no more. You are alerted.",
        tags=TAGS,
        request=None,
        responses=WebhookSerializer,
    )
    def disable(self, request: Request, endpoint_id: str) -> Response:
        changed = webhooks.disable_endpoint(
            user_sub=str(request.user.pk), endpoint_id=endpoint_id, actor=actor_of(request)
        )
        return Response(WebhookSerializer(changed, context=_context(request)).data)

    @extend_schema(
        operation_id="webhooks_enable",
        summary="Turn a webhook on",
        description=f"{CONFIRM} What happened while it was off is not sent. You are alerted.",
        tags=TAGS,
        request=None,
        responses=WebhookSerializer,
    )
    def enable(self, request: Request, endpoint_id: str) -> Response:
        changed = webhooks.enable_endpoint(
            user_sub=str(request.user.pk), endpoint_id=endpoint_id, actor=actor_of(request)
        )
        return Response(WebhookSerializer(changed, context=_context(request)).data)

    @extend_schema(
        operation_id="webhooks_test",
        summary="Send a test event",
        description="Once, also to a webhook that is off.",
        tags=TAGS,
        request=None,
        responses={202: SentSerializer},
    )
    def test(self, request: Request, endpoint_id: str) -> Response:
        delivery_id = webhooks.send_test(
            user_sub=str(request.user.pk), endpoint_id=endpoint_id, actor=actor_of(request)
        )
        sent = SentSerializer({"delivery_id": delivery_id})
        return Response(sent.data, status=status.HTTP_202_ACCEPTED)

    @extend_schema(
        operation_id="webhooks_deliveries_list",
        summary="What was sent to a webhook",
        description="The last 50 of 14 days, newest first.",
        tags=TAGS,
        responses=DeliveryListSerializer,
    )
    def deliveries(self, request: Request, endpoint_id: str) -> Response:
        _webhook, found = webhooks.list_deliveries(str(request.user.pk), endpoint_id)
        return Response(DeliveryListSerializer({"results": found}).data)

    @extend_schema(
        operation_id="webhooks_deliveries_replay",
        summary="Send an event again",
        description="Under the same `webhook-id`. 409 `webhook_off`, `nothing_to_replay`.",
        tags=TAGS,
        request=None,
        responses={202: SentSerializer},
    )
    def replay(self, request: Request, endpoint_id: str, delivery_id: str) -> Response:
        again = webhooks.replay(
            user_sub=str(request.user.pk),
            endpoint_id=endpoint_id,
            delivery_id=delivery_id,
            actor=actor_of(request),
        )
        sent = SentSerializer({"delivery_id": again})
        return Response(sent.data, status=status.HTTP_202_ACCEPTED)


def _context(request: Request) -> dict[str, bool]:
    return {WHOLE_URL: not is_by_key(request)}
