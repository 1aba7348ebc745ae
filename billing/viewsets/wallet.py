from dataclasses import asdict

from django.conf import settings
from django.http import StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from billing import providers, services, ways
from billing.answering import ledger_file
from billing.errors import PaymentMethodNotFound
from billing.forms.top_up import preset_amounts
from billing.providers.interface import Provider
from billing.serializers import (
    BalanceSerializer,
    LedgerSerializer,
    PageQuerySerializer,
    SettingsChangeSerializer,
    SettingsSerializer,
)
from billing.viewsets.doors import BillingViewSet, cursor_of
from core.actor import actor_of
from core.errors import Invalid
from dynamo.gather import gather


class WalletViewSet(BillingViewSet):
    @extend_schema(
        operation_id="billing_balance_retrieve",
        summary="The wallet's balance",
        tags=["billing"],
        responses=BalanceSerializer,
    )
    def balance(self, request: Request) -> Response:
        user_sub = str(request.user.pk)
        wallet, earnings = gather(
            lambda: services.get_wallet(user_sub), lambda: services.earnings_of(user_sub)
        )
        shown = {**asdict(wallet), "earned": earnings.pending}
        return Response(BalanceSerializer(shown).data)

    @extend_schema(
        operation_id="billing_ledger_list",
        summary="Every movement of the wallet's money",
        description="Newest first. `after` is the balance right after the movement.",
        tags=["billing"],
        parameters=[PageQuerySerializer],
        responses=LedgerSerializer,
    )
    def ledger(self, request: Request) -> Response:
        page = services.list_ledger(str(request.user.pk), cursor_of(request))
        return Response(LedgerSerializer({"results": page.items, "next": page.next_cursor}).data)

    @extend_schema(
        operation_id="billing_ledger_export_csv",
        summary="The whole ledger as a table",
        description="Oldest first; amounts are signed.",
        tags=["billing"],
        responses={(200, "text/csv"): OpenApiTypes.STR},
    )
    def export_csv(self, request: Request) -> StreamingHttpResponse:
        return ledger_file(str(request.user.pk))

    @extend_schema(
        operation_id="billing_settings_retrieve",
        summary="How you pay, and what this site offers",
        tags=["billing"],
        responses=SettingsSerializer,
    )
    def retrieve_settings(self, request: Request) -> Response:
        return Response(_settings_of(str(request.user.pk)))

    @extend_schema(
        operation_id="billing_settings_update",
        summary="Change the default payment method",
        tags=["billing"],
        request=SettingsChangeSerializer,
        responses=SettingsSerializer,
    )
    def update_settings(self, request: Request) -> Response:
        sent = SettingsChangeSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        user_sub = str(request.user.pk)
        try:
            services.set_default_method(
                user_sub=user_sub,
                payment_method_id=sent.validated_data["default_payment_method"],
                actor=actor_of(request),
            )
        except PaymentMethodNotFound as error:
            raise Invalid(errors={"default_payment_method": [error.message]}) from error
        return Response(_settings_of(user_sub))


def _terms_of(provider: Provider) -> dict[str, object]:
    least, most = services.top_up_limits(provider)
    return {
        "provider": str(provider.name),
        "min": least,
        "max": most,
        "saves": provider.saves,
        "saves_alone": provider.saves and provider.saves_alone,
    }


def _settings_of(user_sub: str) -> dict[str, object]:
    shown = {
        "default_payment_method": services.get_settings(user_sub).default_pm,
        "currency": settings.BILLING_CURRENCY,
        "top_up_min": settings.TOP_UP_MIN,
        "top_up_max": settings.TOP_UP_MAX,
        "top_up_daily_max": settings.TOP_UP_DAILY_MAX,
        "top_up_left_today": services.left_today(user_sub),
        "top_up_presets": preset_amounts(*ways.limits_of(ways.ways_of([]))),
        "providers": [str(provider.name) for provider in providers.enabled_providers()],
        "provider_terms": [_terms_of(provider) for provider in providers.enabled_providers()],
        "sandbox": services.sandbox_on(),
    }
    return dict(SettingsSerializer(shown).data)
