from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views import View

from billing import services
from billing.errors import AuthenticationNeeded, BillingNotConfigured, ChargeDeclined
from billing.forms.top_up import OTHER, TopUpForm, preset_amounts
from billing.pages.doors import billing_page, show, status_for
from billing.pages.payments import led_on
from billing.providers.errors import ProviderRefused
from billing.services.payments import AFTER_THE_CALL
from billing.ways import Way, default_way, limits_of, step_of, ways_of
from core import ids
from core.actor import actor_of
from core.errors import ApplicationError, Conflict, Invalid, RateLimited, ServiceUnavailable
from core.form_errors import add_errors
from core.links import safe_next
from core.money import to_decimal
from dynamo.deadlines import new_deadline

SHOWN_IN_FORM = (Invalid, Conflict, RateLimited, ServiceUnavailable)
ENDED = (ChargeDeclined, ProviderRefused)  # the payment: another try is another one


@billing_page
class TopUpPage(View):
    """The form alone; `next` comes back to a page of ours, `amount` is what is missing there."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.show(request, new_form(request, offered(request)))

    def post(self, request: HttpRequest) -> HttpResponse:
        if not (ways := offered(request)):
            return self.show(request, None)
        form = TopUpForm(request.POST, ways=ways)
        if not form.is_valid():
            return self.show(request, form)
        try:
            return redirect(_paying(request, form))
        except BillingNotConfigured:
            raise
        except SHOWN_IN_FORM as error:
            with new_deadline(AFTER_THE_CALL):
                return self.refused(request, form, error)

    def refused(
        self, request: HttpRequest, form: TopUpForm, error: ApplicationError
    ) -> HttpResponse:
        typed = form.cleaned_data["amount"] == OTHER
        add_errors(form, error, moved={"amount": "other"} if typed else {})
        if isinstance(error, ENDED):
            form.with_key(ids.new_id())
        return self.show(request, form, status=status_for(error))

    def show(
        self, request: HttpRequest, form: TopUpForm | None, *, status: int = 200
    ) -> HttpResponse:
        shown = {
            "form": form,
            "wallet": services.get_wallet(str(request.user.pk)),
            "back": safe_next(request),
        }
        return show(request, "billing/top_up.html", shown, status=status)


def new_form(request: HttpRequest, ways: Sequence[Way]) -> TopUpForm | None:
    """None while no provider is on."""
    if not ways:
        return None
    initial = {"key": ids.new_id(), "next": safe_next(request), **_chosen(request, ways)}
    return TopUpForm(initial=initial, ways=ways)


def offered(request: HttpRequest) -> list[Way]:
    return ways_of(services.list_methods(str(request.user.pk)))


def _paying(request: HttpRequest, form: TopUpForm) -> str:
    """Where the person goes on: the provider's page, or where a charged card leads to."""
    asked: dict[str, Any] = {
        "user_sub": str(request.user.pk),
        "amount": form.minor_units,
        "return_path": safe_next(form.cleaned_data["next"]),
        "idempotency_key": form.cleaned_data["key"],
        "actor": actor_of(request),
    }
    if not (method_id := form.saved_method):
        return services.start_top_up(
            **asked,
            provider=form.cleaned_data["pay_with"],
            save_method=form.cleaned_data.get("save_method", False),
        )[1]
    try:
        payment = services.charge_method(**asked, payment_method_id=method_id)
    except AuthenticationNeeded as error:
        return error.url
    return led_on(request, payment)


def _chosen(request: HttpRequest, ways: Sequence[Way]) -> dict[str, str]:
    """What the link asks for, raised to what can be added, and a way that takes it."""
    least, most = limits_of(ways)
    presets, asked = preset_amounts(least, most), request.GET.get("amount", "")
    if not (asked.isascii() and asked.isdigit() and len(asked) < 12):
        return {"amount": str(next(iter(presets), OTHER))}
    step = step_of(ways)
    amount = min(max(-(-int(asked) // step) * step, least), most)
    chosen = {"pay_with": default_way(ways, amount)}
    if amount in presets:
        return {**chosen, "amount": str(amount)}
    typed = str(to_decimal(amount, settings.BILLING_CURRENCY))
    return {**chosen, "amount": OTHER, "other": typed}
