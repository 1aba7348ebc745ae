from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from billing import services, wording
from billing.errors import PaymentMethodNotFound
from billing.items import Payment, PaymentStatus
from billing.pages.doors import billing_page, restart_when_expired, show
from billing.pages.rows import payment_row
from billing.providers.errors import NoAnswer, ProviderNotEnabled, ProviderRefused
from billing.services.timeline import History
from billing.timelines import timeline
from core.actor import actor_of
from core.links import safe_next
from core.money import format_money

MOST_POLLS = 10  # of htmx, a little slower each time; then the person asks


@require_safe
@billing_page
@restart_when_expired
def payment_list(request: HttpRequest) -> HttpResponse:
    """Raises CursorForged (400)."""
    after = request.GET.get("after", "")
    page = services.list_payments(str(request.user.pk), after)
    here = reverse("billing:payments")
    shown = {
        "rows": [payment_row(payment) for payment in page.items],
        "newer": here if after else "",
        "older": f"{here}?{urlencode({'after': page.next_cursor})}" if page.next_cursor else "",
    }
    return show(request, "billing/payments.html", shown)


@require_safe
@billing_page
def payment(request: HttpRequest, payment_id: str) -> HttpResponse:
    history = services.get_history(str(request.user.pk), payment_id)
    return show(request, "billing/payment.html", {**_about(history), **_card(history.payment)})


@require_safe
@billing_page
def back(request: HttpRequest, payment_id: str) -> HttpResponse:
    """Where a provider sends the person: asks it once, then says how it stands.

    htmx asks again a few times; without it, there is a link.
    """
    found = services.refresh_payment(
        user_sub=str(request.user.pk), payment_id=payment_id, actor=actor_of(request)
    )
    if found.is_open and not found.was_declined:
        return _confirming(request, found)
    where = led_on(request, found)
    if request.htmx:  # type: ignore[attr-defined]
        return HttpResponse(status=204, headers={"HX-Redirect": where})
    return redirect(where)


@require_safe
@billing_page
def come_back(request: HttpRequest, provider: str) -> HttpResponse:
    """Where a provider sends people that has one address of return for all payments. It says
    nothing of money: the payment's own page asks how it stands."""
    try:
        owner, payment_id = services.payment_of_return(provider, request.GET) or ("", "")
    except ProviderNotEnabled:
        owner, payment_id = "", ""
    if owner != str(request.user.pk):
        return redirect("billing:payments")
    return redirect("billing:payment_return", payment_id)


def led_on(request: HttpRequest, payment: Payment) -> str:
    """Where a person goes whose payment was asked for: when it is paid, to where they wanted to."""
    where = reverse("billing:payment", args=[payment.payment_intent_id])
    if not payment.is_settled:
        return where
    amount = format_money(payment.amount, payment.currency)
    messages.success(request, _("%(amount)s is in your wallet.") % {"amount": amount})
    return safe_next(payment.return_path) or where


@require_POST
@billing_page
def go_on(request: HttpRequest, payment_id: str) -> HttpResponse:
    """To the provider's page again, for the same payment."""
    try:
        url = services.continue_payment(
            user_sub=str(request.user.pk), payment_id=payment_id, actor=actor_of(request)
        )
    except (NoAnswer, ProviderNotEnabled, ProviderRefused) as error:
        messages.error(request, str(error.message))
        return redirect("billing:payment", payment_id)
    return redirect(url)


@require_POST
@billing_page
def give_up(request: HttpRequest, payment_id: str) -> HttpResponse:
    """From now on it cannot be paid; one that was paid meanwhile is settled."""
    try:
        services.cancel_top_up(
            user_sub=str(request.user.pk), payment_id=payment_id, actor=actor_of(request)
        )
    except (NoAnswer, ProviderNotEnabled, ProviderRefused) as error:
        messages.error(request, str(error.message))
    return redirect("billing:payment", payment_id)


def _confirming(request: HttpRequest, found: Payment) -> HttpResponse:
    asked = request.GET.get("asked", "")
    polls = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 3 else 0
    has_left = "canceled" in request.GET and found.is_unpaid
    here = reverse("billing:payment_return", args=[found.payment_intent_id])
    shown = {
        **_about(History(payment=found)),
        "has_left": has_left,
        "here": here,
        "poll": f"{here}?asked={polls + 1}" if polls < MOST_POLLS and not has_left else "",
        "delay": f"{2 + polls}s",
    }
    part = "#state" if request.htmx else ""  # type: ignore[attr-defined]
    return show(request, f"billing/confirming.html{part}", shown)


def _about(history: History) -> dict[str, Any]:
    found = history.payment
    status, tone = wording.status_of(found)
    reason, step = wording.failure(found.failure_code)
    has_failed = found.status is PaymentStatus.FAILED or found.was_declined
    can_be_paid = services.can_be_paid(found)
    return {
        "payment": found,
        "title": wording.title_of(found),
        "status": status,
        "tone": tone,
        "steps": timeline(found, history.refunds, history.disputes),
        "provider": wording.provider_label(found.provider),
        "is_paying": can_be_paid,
        "reason": reason if has_failed else "",
        "next_step": step if has_failed else "",
    }


def _card(payment: Payment) -> dict[str, str]:
    """The saved card that was charged, while it is saved."""
    if not payment.payment_method_id:
        return {}
    try:
        method = services.get_owned_method(payment.user_sub, payment.payment_method_id)
    except PaymentMethodNotFound:
        return {"card": ""}
    return {"card": wording.method_title(method)}
