"""What one staff member asks for and another one decides."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.forms.approvals import DecisionForm, MfaResetForm
from accounts.pages.doors import add_errors, told
from accounts.person import person_of
from accounts.services import approvals, operators, staff_resets
from accounts.services.approval_views import views_of
from accounts.staff import staff_only
from core.actor import actor_of
from core.errors import ApplicationError, Conflict, Forbidden, Invalid, NotFound, RateLimited
from core.stepup import step_up_required
from dynamo.cursor import CursorExpired
from users.errors import UserNotFound

STAFF = [staff_only, never_cache, step_up_required]


@staff_only
@require_safe
@never_cache
@step_up_required
def list_page(request: HttpRequest) -> HttpResponse:
    """Raises CursorForged (400); an expired cursor starts again at the top."""
    after, shows_all = request.GET.get("after", ""), request.GET.get("show") == "all"
    staff, here = person_of(request), reverse("accounts:approvals")
    chosen = {"show": "all"} if shows_all else {}
    try:
        found, following = approvals.list_approvals(
            staff=staff, after=after, only_open=not shows_all
        )
    except CursorExpired:
        messages.info(request, _("That page link had expired. This is the newest page."))
        return redirect("accounts:approvals")
    shown = {
        "views": views_of(found, staff=staff),
        "shows_all": shows_all,
        "newer": f"{here}?{urlencode(chosen)}" if after else "",
        "older": f"{here}?{urlencode({**chosen, 'after': following})}" if following else "",
    }
    return render(request, "accounts/approvals.html", shown)


@method_decorator(STAFF, name="dispatch")
class ApprovalPage(View):
    """Raises ApprovalNotFound (404)."""

    def get(self, request: HttpRequest, approval_id: str) -> HttpResponse:
        return self.show(request, approval_id, DecisionForm())

    def post(self, request: HttpRequest, approval_id: str) -> HttpResponse:
        form = DecisionForm(request.POST)
        if not form.is_valid():
            return self.show(request, approval_id, form)
        approves = form.cleaned_data["decision"] == "approve"
        decide = approvals.approve if approves else approvals.refuse
        staff, reason = person_of(request), form.cleaned_data["reason"]
        try:
            decide(approval_id=approval_id, reason=reason, staff=staff, actor=actor_of(request))
        except (Invalid, Conflict, Forbidden, UserNotFound) as error:
            add_errors(form, error)
            return told(self.show(request, approval_id, form), error)
        done = _("It is approved, and done.") if approves else _("It is refused.")
        messages.success(request, done)
        return redirect("accounts:approvals")

    def show(self, request: HttpRequest, approval_id: str, form: DecisionForm) -> HttpResponse:
        staff = person_of(request)
        (view,) = views_of([approvals.get_approval(approval_id)], staff=staff)
        return render(request, "accounts/approval.html", {"view": view, "form": form})


@method_decorator(STAFF, name="dispatch")
class MfaResetRequestPage(View):
    def get(self, request: HttpRequest) -> HttpResponse:
        return self.show(request, MfaResetForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = MfaResetForm(request.POST)
        if not form.is_valid():
            return self.show(request, form)
        try:
            staff_resets.request_mfa_reset(
                user=operators.find_account(form.cleaned_data["account"]),
                reason=form.cleaned_data["reason"],
                requester=person_of(request),
                actor=actor_of(request),
            )
        except (Invalid, Conflict, Forbidden, NotFound, RateLimited) as error:
            self.explain(form, error)
            return told(self.show(request, form), error)
        messages.success(request, _("Another staff member decides now. The person was told."))
        return redirect("accounts:approvals")

    def explain(self, form: MfaResetForm, error: ApplicationError) -> None:
        if isinstance(error, UserNotFound):
            form.add_error("account", _("There is no such account."))
        else:
            add_errors(form, error)

    def show(self, request: HttpRequest, form: MfaResetForm) -> HttpResponse:
        return render(request, "accounts/mfa_reset_request.html", {"form": form})
