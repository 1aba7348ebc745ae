from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accounts.errors import DeletionAsked, NoDeletion
from accounts.forms.deletion import DeletionForm
from accounts.pages.doors import add_errors, told, words
from accounts.person import person_of
from accounts.services import deletion
from core import personal_data
from core.actor import actor_of
from core.errors import Invalid, RateLimited
from core.stepup import step_up_required
from sessions.current import session_of


@method_decorator(never_cache, name="dispatch")
class DeletionPage(View):
    """What goes with the account, and the form that sets the day."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.show(request, DeletionForm())

    @method_decorator(step_up_required)
    def post(self, request: HttpRequest) -> HttpResponse:
        form = DeletionForm(request.POST)
        if not form.is_valid():
            return self.show(request, form)
        try:
            deletion.ask_deletion(
                user=person_of(request),
                email=form.cleaned_data["email"],
                request_session=session_of(request),
                actor=actor_of(request),
            )
        except (Invalid, RateLimited) as error:
            add_errors(form, error)
            return told(self.show(request, form), error)
        except DeletionAsked as error:
            messages.error(request, words(error))
        return redirect("accounts:delete")

    def show(self, request: HttpRequest, form: DeletionForm) -> HttpResponse:
        user_sub = person_of(request).user_sub
        context = {
            "form": form,
            "days": deletion.UNDO.days,
            "holds": personal_data.holds(user_sub),
            "forfeits": personal_data.forfeits(user_sub),
        }
        return render(request, "accounts/delete.html", context)


@require_POST
def keep_account(request: HttpRequest) -> HttpResponse:
    try:
        deletion.cancel_deletion(user=person_of(request), actor=actor_of(request))
    except NoDeletion as error:
        messages.error(request, words(error))
    else:
        messages.success(request, _("Your account stays. Nothing was deleted."))
    return redirect("accounts:overview")
