from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from billing import services
from billing.errors import AuthenticationNeeded, PaymentMethodNotFound
from billing.items import Payment
from billing.serializers import (
    ChargedSerializer,
    ChargeSerializer,
    PageQuerySerializer,
    PaymentHistorySerializer,
    PaymentListSerializer,
    PaymentSerializer,
    TopUpSerializer,
    TopUpStartedSerializer,
)
from billing.services.payments import AFTER_THE_CALL
from billing.viewsets.doors import BillingViewSet, cursor_of, naming_the_provider
from core import idempotency
from core.actor import actor_of
from core.errors import Invalid
from core.links import safe_next
from dynamo.deadlines import new_deadline

KEY = idempotency.documented("payment", required=True)


class PaymentViewSet(BillingViewSet):
    not_for_keys = ("start", "charge")

    @extend_schema(
        operation_id="billing_payments_list",
        summary="Your payments",
        description="Newest first. A page may be short and still have a next one.",
        tags=["billing"],
        parameters=[PageQuerySerializer],
        responses=PaymentListSerializer,
    )
    def list(self, request: Request) -> Response:
        page = services.list_payments(str(request.user.pk), cursor_of(request))
        shown = {"results": page.items, "next": page.next_cursor}
        return Response(PaymentListSerializer(shown).data)

    @extend_schema(
        operation_id="billing_payments_retrieve",
        summary="One payment",
        tags=["billing"],
        responses=PaymentSerializer,
    )
    def retrieve(self, request: Request, payment_id: str) -> Response:
        found = services.get_owned_payment(str(request.user.pk), payment_id)
        return Response(PaymentSerializer(found).data)

    @extend_schema(
        operation_id="billing_payments_history",
        summary="A payment, its refunds and disputes",
        tags=["billing"],
        responses=PaymentHistorySerializer,
    )
    def history(self, request: Request, payment_id: str) -> Response:
        found = services.get_history(str(request.user.pk), payment_id)
        return Response(PaymentHistorySerializer(found).data)

    @extend_schema(
        operation_id="billing_top_ups_create",
        summary="Start adding money",
        description="Answers with the provider's page, which the person opens to pay. The same"
        " `Idempotency-Key` is the same payment, however often it is sent. API keys cannot do"
        " this.",
        tags=["billing"],
        parameters=[KEY],
        request=TopUpSerializer,
        responses={201: TopUpStartedSerializer},
    )
    def start(self, request: Request) -> Response:
        sent = TopUpSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        with naming_the_provider():
            payment, url = services.start_top_up(
                user_sub=str(request.user.pk),
                amount=sent.validated_data["amount"],
                provider=sent.validated_data["provider"],
                save_method=sent.validated_data["save_method"],
                return_path=_path(sent.validated_data["next"]),
                idempotency_key=idempotency.key_of(request, required=True),
                actor=actor_of(request),
            )
        shown = {"payment": payment, "url": url}
        return Response(TopUpStartedSerializer(shown).data, status=status.HTTP_201_CREATED)

    @extend_schema(
        operation_id="billing_charges_create",
        summary="Add money from a saved payment method",
        description="Charged at once. 201: `status` says whether the money is there (`settled`), on"
        " its way, or `unknown` when the provider did not answer; that is asked again, never"
        " charged again. 202: the person has to confirm it, who does that for the same payment at"
        " `url`. 409 `charge_declined`: nothing was charged. The same `Idempotency-Key` is the"
        " same payment. API keys cannot do this.",
        tags=["billing"],
        parameters=[KEY],
        request=ChargeSerializer,
        responses={201: ChargedSerializer, 202: ChargedSerializer},
    )
    def charge(self, request: Request) -> Response:
        sent = ChargeSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        payment, url = _charged(request, sent.validated_data)
        code = status.HTTP_202_ACCEPTED if url else status.HTTP_201_CREATED
        return Response(ChargedSerializer({"payment": payment, "url": url}).data, status=code)


def _charged(request: Request, sent: Mapping[str, Any]) -> tuple[Payment, str]:
    """The payment, and the page where its owner must confirm it."""
    user_sub = str(request.user.pk)
    try:
        payment = services.charge_method(
            user_sub=user_sub,
            payment_method_id=sent["payment_method"],
            amount=sent["amount"],
            idempotency_key=idempotency.key_of(request, required=True),
            actor=actor_of(request),
        )
    except PaymentMethodNotFound as error:
        raise Invalid(errors={"payment_method": [error.message]}) from error
    except AuthenticationNeeded as error:
        with new_deadline(AFTER_THE_CALL):
            return services.get_owned_payment(user_sub, error.payment_id), error.url
    return payment, ""


def _path(text: str) -> str:
    if text and not safe_next(text):
        raise Invalid(errors={"next": [_("Must be a path on this site, such as /feed/.")]})
    return text
