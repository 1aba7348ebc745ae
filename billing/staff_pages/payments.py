from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.http import require_safe

from accounts.items import ApprovalState
from accounts.person import person_of
from accounts.services import operators
from billing import services, timelines, wording
from billing.errors import PaymentNotFound
from billing.forms.staff import RefundForm, SearchForm
from billing.items import Payment
from billing.pages.doors import restart_when_expired, show
from billing.pages.rows import payment_row
from billing.staff_pages.doors import STAFF, person_or_404
from billing.staff_pages.rows import dispute_row, refund_row
from core import ids
from core.actor import actor_of
from core.errors import Conflict, Forbidden, Invalid, RateLimited, ServiceUnavailable
from core.form_errors import add_errors, told
from core.money import parse_money, to_decimal
from dynamo.gather import gather
from users.errors import UserNotFound

REFUSALS = (Invalid, Conflict, Forbidden, RateLimited, ServiceUnavailable)


@method_decorator(STAFF, name="dispatch")
class SearchPage(View):
    """Posted: somebody's email address belongs into no log of addresses on the way."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return show(request, "billing/staff/search.html", {"form": SearchForm()})

    def post(self, request: HttpRequest) -> HttpResponse:
        form = SearchForm(request.POST)
        if form.is_valid():
            if where := _place_of(form.cleaned_data["name"]):
                return redirect(where)
            form.add_error("name", _("There is no such payment, and no such account."))
        return show(request, "billing/staff/search.html", {"form": form})


def _place_of(name: str) -> str:
    """The page of the payment or the person; "" for neither."""
    try:
        return _url_of(services.search_payment(name))
    except PaymentNotFound:
        pass
    try:
        user_sub = operators.find_account(name).user_sub
    except UserNotFound:
        user_sub = name.upper()  # an account that is gone: its books stay
        if not (ids.is_id(user_sub) and services.list_payments(user_sub).items):
            return ""
    return reverse("billing:staff_person", args=[user_sub])


def _url_of(payment: Payment) -> str:
    return reverse("billing:staff_payment", args=[payment.user_sub, payment.payment_intent_id])


@method_decorator([*STAFF, require_safe, restart_when_expired], name="dispatch")
class PersonPage(View):
    """Raises CursorForged (400)."""

    def get(self, request: HttpRequest, user_sub: str) -> HttpResponse:
        person, after = person_or_404(user_sub), request.GET.get("after", "")
        page = services.list_payments(user_sub, after)
        older = urlencode({"after": page.next_cursor}) if page.next_cursor else ""
        shown = {
            "person": person,
            "earnings": services.earnings_of(user_sub),
            "rows": [(payment_row(each), _url_of(each)) for each in page.items],
            "newer": request.path if after else "",
            "older": f"{request.path}?{older}" if older else "",
        }
        return show(request, "billing/staff/person.html", shown)


@method_decorator(STAFF, name="dispatch")
class PaymentPage(View):
    """Raises PaymentNotFound (404)."""

    def get(self, request: HttpRequest, user_sub: str, payment_id: str) -> HttpResponse:
        payment = services.get_owned_payment(user_sub, payment_id)
        left = to_decimal(payment.refundable, payment.currency)
        return self.show(request, payment, RefundForm(initial={"amount": left}))

    def post(self, request: HttpRequest, user_sub: str, payment_id: str) -> HttpResponse:
        payment = services.get_owned_payment(user_sub, payment_id)
        form = RefundForm(request.POST)
        if not form.is_valid():
            return self.show(request, payment, form)
        try:
            done = self.ask(request, payment, form.cleaned_data)
        except REFUSALS as error:
            add_errors(form, error)
            return told(self.show(request, payment, form), error)
        messages.success(request, done)
        return redirect(_url_of(payment))

    def ask(self, request: HttpRequest, payment: Payment, given: dict[str, Any]) -> str:
        approval = services.ask_refund(
            payment=payment,
            amount=parse_money(given["amount"], payment.currency),
            reason=given["reason"],
            requester=person_of(request),
            approval_id=given["key"],
            actor=actor_of(request),
        )
        if approval.state is ApprovalState.APPROVED:
            return _("The money is held, and the provider is asked to send it back.")
        return _("Another staff member decides now. The person was told.")

    def show(self, request: HttpRequest, payment: Payment, form: RefundForm) -> HttpResponse:
        shown = {**_about(payment), "form": form, "limit": services.alone_left(payment)}
        return show(request, "billing/staff/payment.html", shown)


def _about(payment: Payment) -> dict[str, Any]:
    refunds, disputes, person = gather(
        lambda: services.list_refunds(payment),
        lambda: services.list_disputes(payment),
        lambda: person_or_404(payment.user_sub),
    )
    status, tone = wording.status_of(payment)
    return {
        "payment": payment,
        "person": person,
        "title": wording.title_of(payment),
        "status": status,
        "tone": tone,
        "provider": wording.provider_label(payment.provider),
        "dashboard": services.dashboard_of(payment),
        "steps": timelines.timeline(payment, tuple(refunds), tuple(disputes)),
        "refunds": [refund_row(refund) for refund in refunds],
        "disputes": [dispute_row(dispute) for dispute in disputes],
    }
