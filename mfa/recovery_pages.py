"""Recovery codes: shown in the answer to the click that makes them, nowhere else, and once.

What the page shows is taken away by the page itself: copied, printed, or sent back in the body of
a request for the same codes as a file. No address, cookie or store ever holds them.
"""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.http import content_disposition_header
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from core import kept
from core.actor import actor_of
from core.errors import Conflict
from core.form_errors import words
from core.links import safe_next
from core.stepup import step_up_required
from mfa import services
from mfa.doors import end_others, person
from mfa.forms import EndOthersForm, SavedForm
from mfa.services.recovery import COUNT

GUARDED = [never_cache, sensitive_post_parameters(), step_up_required]


@method_decorator(GUARDED, name="dispatch")
class RecoveryCodesPage(View):
    def get(self, request: HttpRequest) -> HttpResponse:
        if not person(request).factors:
            return redirect("mfa:overview")
        left = services.recovery_codes_left(person(request))
        context = {"left": left, "count": COUNT, "form": EndOthersForm()}
        return render(request, "mfa/recovery.html", context)

    def post(self, request: HttpRequest) -> HttpResponse:
        try:
            codes = services.replace_recovery_codes(user=person(request), actor=actor_of(request))
        except Conflict as error:
            messages.error(request, words(error))
            return redirect("mfa:overview")
        end_others_if_asked(request, EndOthersForm(request.POST))
        return show_codes(request, codes, is_new=False)


@require_POST
@never_cache
@sensitive_post_parameters()
def download(request: HttpRequest) -> HttpResponse:
    """The codes that were sent, as a file, if they are this person's and work.

    Without a fresh proof: who sends them has them, and asking first would lose them.
    """
    codes = request.POST.getlist("codes")[:COUNT]
    try:
        services.check_current(person(request), codes)
    except Conflict as error:
        messages.error(request, words(error))
        return redirect("mfa:overview")
    head = _("%(site)s recovery codes. Each one works once.") % {"site": settings.SITE_NAME}
    text = "\n".join([head, "", *codes, ""])
    response = HttpResponse(text, content_type="text/plain; charset=utf-8")
    name = f"{slugify(settings.SITE_NAME) or 'site'}-recovery-codes.txt"
    response.headers["Content-Disposition"] = content_disposition_header(True, name)
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


@require_POST
@never_cache
def saved(request: HttpRequest) -> HttpResponse:
    """Goes on with the tick. Without it the codes are not shown again: nobody has them here."""
    form = SavedForm(request.POST)
    if form.is_valid():
        return redirect(way_back(request) or "mfa:overview")
    context = {"form": form, "next": safe_next(request)}
    return render(request, "mfa/recovery_saved.html", context)


def show_codes(request: HttpRequest, codes: tuple[str, ...], *, is_new: bool) -> HttpResponse:
    context = {"codes": codes, "is_new": is_new, "form": SavedForm(), "next": safe_next(request)}
    return render(request, "mfa/recovery_codes.html", context)


def way_back(request: HttpRequest) -> str:
    """Where the person wanted to go before; to what they had typed, if it was sent there."""
    target, found = safe_next(request), kept.of_session(request.session)
    return reverse("accounts:go_on") if found and found.path == target else target


def end_others_if_asked(request: HttpRequest, form: EndOthersForm) -> None:
    wanted = form.is_valid() and form.cleaned_data["end_others"]
    if wanted and not end_others(request):
        text = _("The other browsers could not be signed out just now. End them under Sessions.")
        messages.error(request, text)
