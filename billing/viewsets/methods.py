from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from billing import services
from billing.serializers import (
    PaymentMethodListSerializer,
    PaymentMethodSerializer,
    RedirectSerializer,
    SaveMethodSerializer,
)
from billing.viewsets.doors import BillingViewSet, naming_the_provider
from core.actor import actor_of


class PaymentMethodViewSet(BillingViewSet):
    not_for_keys = ("create", "destroy")

    @extend_schema(
        operation_id="billing_payment_methods_list",
        summary="Your saved payment methods",
        description="The default one first.",
        tags=["billing"],
        responses=PaymentMethodListSerializer,
    )
    def list(self, request: Request) -> Response:
        found = services.list_methods(str(request.user.pk))
        return Response(PaymentMethodListSerializer({"results": found}).data)

    @extend_schema(
        operation_id="billing_payment_methods_create",
        summary="Start saving a payment method",
        description="Answers with the provider's page, where the person says how to pay; a card's"
        " number never comes here. Only for a provider whose terms say `saves_alone`. API keys"
        " cannot do this.",
        tags=["billing"],
        request=SaveMethodSerializer,
        responses={201: RedirectSerializer},
    )
    def create(self, request: Request) -> Response:
        sent = SaveMethodSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        with naming_the_provider():
            url = services.start_saving_method(
                user_sub=str(request.user.pk),
                provider=sent.validated_data["provider"],
                actor=actor_of(request),
            )
        return Response(RedirectSerializer({"url": url}).data, status=status.HTTP_201_CREATED)

    @extend_schema(
        operation_id="billing_payment_methods_retrieve",
        summary="One saved payment method",
        tags=["billing"],
        responses=PaymentMethodSerializer,
    )
    def retrieve(self, request: Request, method_id: str) -> Response:
        found = services.get_owned_method(str(request.user.pk), method_id)
        return Response(PaymentMethodSerializer(found).data)

    @extend_schema(
        operation_id="billing_payment_methods_delete",
        summary="Remove a saved payment method",
        description="At the provider first, so that it cannot be charged again. API keys cannot"
        " do this.",
        tags=["billing"],
        responses={204: None},
    )
    def destroy(self, request: Request, method_id: str) -> Response:
        services.forget_method(
            user_sub=str(request.user.pk), payment_method_id=method_id, actor=actor_of(request)
        )
        return Response(status=status.HTTP_204_NO_CONTENT)
