from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View

from accounts.person import person_of
from billing import services
from billing.forms.staff import TAKE, TAKE_INTO_DEBT, WRITE_OFF, CorrectionForm
from billing.pages.doors import show
from billing.staff_pages.doors import STAFF, Person, person_or_404
from billing.staff_pages.payments import REFUSALS
from core.actor import actor_of
from core.form_errors import add_errors, told
from core.money import parse_money


@method_decorator(STAFF, name="dispatch")
class CorrectionPage(View):
    def get(self, request: HttpRequest, user_sub: str) -> HttpResponse:
        return self.show(request, person_or_404(user_sub), CorrectionForm())

    def post(self, request: HttpRequest, user_sub: str) -> HttpResponse:
        person, form = person_or_404(user_sub), CorrectionForm(request.POST)
        if not form.is_valid():
            return self.show(request, person, form)
        try:
            self.ask(request, person, form.cleaned_data)
        except REFUSALS as error:
            add_errors(form, error)
            return told(self.show(request, person, form), error)
        messages.success(request, _("Another staff member decides now. The person was told."))
        return redirect("billing:staff_person", user_sub)

    def ask(self, request: HttpRequest, person: Person, given: dict[str, Any]) -> None:
        amount, effect = parse_money(given["amount"], person.wallet.currency), given["effect"]
        services.ask_adjustment(
            user_sub=person.user_sub,
            amount=-amount if effect in (TAKE, TAKE_INTO_DEBT) else amount,
            reason=given["reason"],
            requester=person_of(request),
            writes_off=effect == WRITE_OFF,
            into_debt=effect == TAKE_INTO_DEBT,
            approval_id=given["key"],
            actor=actor_of(request),
        )

    def show(self, request: HttpRequest, person: Person, form: CorrectionForm) -> HttpResponse:
        return show(request, "billing/staff/correction.html", {"person": person, "form": form})
