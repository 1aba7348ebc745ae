from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views import View

from billing import providers, services
from billing.errors import AuthenticationNeeded, BillingNotConfigured, ChargeDeclined
from billing.forms.top_up import OTHER, TopUpForm, preset_amounts
from billing.items import PaymentMethod
from billing.pages.doors import billing_page, show, status_for
from billing.pages.payments import led_on
from billing.providers.errors import ProviderRefused
from billing.services.payments import AFTER_THE_CALL
from billing.wording import method_title
from core import clock, ids
from core.actor import actor_of
from core.errors import ApplicationError, Conflict, Invalid, RateLimited, ServiceUnavailable
from core.form_errors import add_errors
from core.links import safe_next
from core.money import to_decimal
from dynamo.deadlines import new_deadline

SHOWN_IN_FORM = (Invalid, Conflict, RateLimited, ServiceUnavailable)
WAYS = {"provider": "pay_with", "save_method": "save_method"}
ENDED = (ChargeDeclined, ProviderRefused)  # the payment: another try is another one


@billing_page
class TopUpPage(View):
    """The form alone; `next` comes back to a page of ours, `amount` is what is missing there."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.show(request, new_form(request, saved_of(request)))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = TopUpForm(request.POST, providers=offered(), saved=saved_of(request))
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
            "providers": providers.all_providers(),
        }
        return show(request, "billing/top_up.html", shown, status=status)


def new_form(request: HttpRequest, saved: list[tuple[str, str]]) -> TopUpForm | None:
    """None while no provider is on."""
    if not (names := offered()):
        return None
    initial = {"key": ids.new_id(), "next": safe_next(request), **_amount(request)}
    return TopUpForm(initial=initial, providers=names, saved=saved)


def offered() -> list[tuple[str, object]]:
    return [(provider.name, provider.label) for provider in providers.enabled_providers()]


def saved_of(request: HttpRequest) -> list[tuple[str, str]]:
    return chargeable(services.list_methods(str(request.user.pk)))


def chargeable(methods: Iterable[PaymentMethod]) -> list[tuple[str, str]]:
    """(id, label) of those that can be charged now, the default first."""
    modes = {provider.name: provider.livemode for provider in providers.enabled_providers()}
    return [
        (method.payment_method_id, method_title(method))
        for method in methods
        if modes.get(method.provider) == method.livemode and not method.is_expired(clock.now())
    ]


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
        ways = {key: form.cleaned_data[name] for key, name in WAYS.items()}
        return services.start_top_up(**asked, **ways)[1]
    try:
        payment = services.charge_method(**asked, payment_method_id=method_id)
    except AuthenticationNeeded as error:
        return error.url
    return led_on(request, payment)


def _amount(request: HttpRequest) -> dict[str, str]:
    """What the link asks for, raised to the least that can be added."""
    asked = request.GET.get("amount", "")
    if not (asked.isascii() and asked.isdigit() and len(asked) < 12):
        return {"amount": str(next(iter(preset_amounts()), OTHER))}
    amount = min(max(int(asked), settings.TOP_UP_MIN), settings.TOP_UP_MAX)
    if amount in preset_amounts():
        return {"amount": str(amount)}
    return {"amount": OTHER, "other": str(to_decimal(amount, settings.BILLING_CURRENCY))}
