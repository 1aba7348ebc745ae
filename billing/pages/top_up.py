from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views import View

from billing import providers, services
from billing.errors import BillingNotConfigured
from billing.forms.top_up import OTHER, TopUpForm, preset_amounts
from billing.pages.doors import billing_page, show, status_for
from core import ids
from core.actor import actor_of
from core.errors import Conflict, Invalid, RateLimited, ServiceUnavailable
from core.form_errors import add_errors
from core.links import safe_next
from core.money import to_decimal

SHOWN_IN_FORM = (Invalid, Conflict, RateLimited, ServiceUnavailable)


@billing_page
class TopUpPage(View):
    """The form alone; `next` comes back to a page of ours, `amount` is what is missing there."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.show(request, new_form(request))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = TopUpForm(request.POST, providers=offered())
        if not form.is_valid():
            return self.show(request, form)
        try:
            _, url = services.start_top_up(
                user_sub=str(request.user.pk),
                amount=form.minor_units,
                provider=form.cleaned_data["provider"],
                save_method=form.cleaned_data["save_method"],
                return_path=safe_next(form.cleaned_data["next"]),
                idempotency_key=form.cleaned_data["key"],
                actor=actor_of(request),
            )
        except BillingNotConfigured:
            raise
        except SHOWN_IN_FORM as error:
            typed = form.cleaned_data["amount"] == OTHER
            add_errors(form, error, moved={"amount": "other"} if typed else {})
            return self.show(request, form, status=status_for(error))
        return redirect(url)

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


def new_form(request: HttpRequest) -> TopUpForm | None:
    """None while no provider is on."""
    if not (names := offered()):
        return None
    initial = {"key": ids.new_id(), "next": safe_next(request), **_amount(request)}
    return TopUpForm(initial=initial, providers=names)


def offered() -> list[tuple[str, object]]:
    return [(provider.name, provider.label) for provider in providers.enabled_providers()]


def _amount(request: HttpRequest) -> dict[str, str]:
    """What the link asks for, raised to the least that can be added."""
    asked = request.GET.get("amount", "")
    if not (asked.isascii() and asked.isdigit() and len(asked) < 12):
        return {"amount": str(next(iter(preset_amounts()), OTHER))}
    amount = min(max(int(asked), settings.TOP_UP_MIN), settings.TOP_UP_MAX)
    if amount in preset_amounts():
        return {"amount": str(amount)}
    return {"amount": OTHER, "other": str(to_decimal(amount, settings.BILLING_CURRENCY))}
