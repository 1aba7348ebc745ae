from collections.abc import Collection

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from apikeys import services
from apikeys.forms import ChooseKeysForm
from apikeys.items import KeyStatus
from apikeys.pages.shown import shown_key
from core import clock
from core.actor import actor_of
from core.errors import Conflict, Invalid, RateLimited
from core.form_errors import words
from core.stepup import step_up_required


@method_decorator(never_cache, name="dispatch")
class RevokePage(View):
    """Programs may depend on the key, so one more click; no step-up, because it only closes."""

    def get(self, request: HttpRequest, key_id: str) -> HttpResponse:
        key = services.get_owned_key(str(request.user.pk), key_id)
        if key.status_at(clock.now()) is KeyStatus.REVOKED:
            return redirect("apikeys:detail", key_id)
        return render(request, "apikeys/revoke.html", {"key": key})

    def post(self, request: HttpRequest, key_id: str) -> HttpResponse:
        key = services.revoke_key(
            user_sub=str(request.user.pk), key_id=key_id, actor=actor_of(request)
        )
        messages.success(request, _("The key “%(name)s” is revoked.") % {"name": key.name})
        return redirect("apikeys:detail", key_id)  # which offers to undo it


@method_decorator(never_cache, name="dispatch")
class RevokeSeveralPage(View):
    """Shows which keys it is about, ticked in the list or chosen by what they have in common, and
    asks once more. What is revoked is what was shown and ticked."""

    def get(self, request: HttpRequest) -> HttpResponse:
        if "choose" not in request.GET:
            return self.show(request, ChooseKeysForm(), request.GET.getlist("key"))
        form = ChooseKeysForm(request.GET)
        return self.show(request, form, self.matching(request, form) if form.is_valid() else [])

    def post(self, request: HttpRequest) -> HttpResponse:
        key_ids = request.POST.getlist("key")
        if not key_ids:
            return self.show(request, ChooseKeysForm(), [], error=_("Tick the keys to revoke."))
        try:
            results = services.revoke_keys(
                user_sub=str(request.user.pk), actor=actor_of(request), key_ids=key_ids
            )
        except Invalid as error:
            [text, *_more] = [text for texts in error.errors.values() for text in texts]
            return self.show(request, ChooseKeysForm(), key_ids, error=text)
        _tell(request, sum(revoked for _key_id, revoked in results), len(results))
        return redirect("apikeys:list")

    def matching(self, request: HttpRequest, form: ChooseKeysForm) -> list[str]:
        found = services.find_keys(user_sub=str(request.user.pk), wanted=form.wanted())
        return [key.key_id for key in found]

    def show(
        self, request: HttpRequest, form: ChooseKeysForm, ticked: Collection[str], error: str = ""
    ) -> HttpResponse:
        """All living keys when none is chosen yet."""
        now, is_chosen = clock.now(), form.is_bound or bool(ticked)
        living = services.find_keys(user_sub=str(request.user.pk), wanted=services.Filter())
        keys = [shown_key(key, now) for key in living]
        shown = {
            "form": form,
            "keys": [each for each in keys if each.key.key_id in ticked or not is_chosen],
            "is_chosen": is_chosen,
            "error": error,
        }
        return render(request, "apikeys/revoke_several.html", shown)


@require_POST
@step_up_required
def undo_revoke(request: HttpRequest, key_id: str) -> HttpResponse:
    try:
        services.undo_revoke(user_sub=str(request.user.pk), key_id=key_id, actor=actor_of(request))
    except (Conflict, RateLimited) as error:
        messages.error(request, words(error))
    else:
        messages.success(request, _("The key is back, as it was."))
    return redirect("apikeys:detail", key_id)


def _tell(request: HttpRequest, revoked: int, asked: int) -> None:
    text = ngettext(
        "%(n)d key is revoked. You can undo it for an hour.",
        "%(n)d keys are revoked. You can undo each for an hour.",
        revoked,
    )
    if revoked:
        messages.success(request, text % {"n": revoked})
    if left := asked - revoked:
        text = ngettext(
            "%(n)d key was not revoked: it had ended or was changed meanwhile.",
            "%(n)d keys were not revoked: they had ended or were changed meanwhile.",
            left,
        )
        messages.warning(request, text % {"n": left})
