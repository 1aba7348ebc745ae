from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache

from accounts.forms.profile import AvatarForm, HandleForm, TextsForm
from accounts.pages.doors import told
from accounts.services import profile as profiles
from core.actor import actor_of
from core.errors import ApplicationError, Conflict, Invalid, RateLimited
from users import services as users
from users.errors import ProfileChanged
from users.items import Profile

Form = TextsForm | HandleForm | AvatarForm
SHOWN_IN_FORM = (Invalid, Conflict, RateLimited)


@method_decorator(never_cache, name="dispatch")
class ProfilePage(View):
    """Three forms at one address; the button that was pressed (`do`) says which one."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.show(request)

    def post(self, request: HttpRequest) -> HttpResponse:
        match request.POST.get("do", ""):
            case "remove":
                return self.remove_picture(request)
            case "picture":
                return self.set_picture(request)
            case "handle":
                return self.change(request, HandleForm(request.POST), _("Your handle is changed."))
        return self.change(request, TextsForm(request.POST), _("Your profile is saved."))

    def change(self, request: HttpRequest, form: TextsForm | HandleForm, done: str) -> HttpResponse:
        if not form.is_valid():
            return self.show(request, form)
        try:
            profiles.update_profile(
                user_sub=str(request.user.pk), actor=actor_of(request), **form.cleaned_data
            )
        except SHOWN_IN_FORM as error:
            return self.show_again(request, form, error)
        return self.back(request, done)

    def set_picture(self, request: HttpRequest) -> HttpResponse:
        form = AvatarForm(request.POST, request.FILES)
        if not form.is_valid():
            return self.show(request, form)
        try:
            profiles.set_avatar(
                user_sub=str(request.user.pk),
                upload=form.cleaned_data["avatar"],
                actor=actor_of(request),
            )
        except SHOWN_IN_FORM as error:
            return self.show_again(request, form, error)
        return self.back(request, _("Your new picture is shown."))

    def remove_picture(self, request: HttpRequest) -> HttpResponse:
        profiles.remove_avatar(user_sub=str(request.user.pk), actor=actor_of(request))
        return self.back(request, _("Your picture is removed."))

    def back(self, request: HttpRequest, done: str) -> HttpResponse:
        messages.success(request, done)
        return redirect("accounts:profile")

    def show_again(self, request: HttpRequest, form: Form, error: ApplicationError) -> HttpResponse:
        """What was typed stays; after a conflict, sending it again is a decision of the person."""
        _add_error(form, error)
        return told(self.show(request, form, conflict=isinstance(error, ProfileChanged)), error)

    def show(
        self, request: HttpRequest, failed: Form | None = None, *, conflict: bool = False
    ) -> HttpResponse:
        profile = users.get_profile(str(request.user.pk))
        forms = {"texts": TextsForm, "handle": HandleForm, "picture": AvatarForm}
        shown: dict[str, Any] = {
            name: failed if isinstance(failed, kind) else kind(initial=_initial(profile))
            for name, kind in forms.items()
        }
        if conflict and failed is not None:
            failed.data = {**dict(failed.data.items()), "version": str(profile.version)}
        context = {"profile": profile, "conflict": conflict, **shown}
        return render(request, "accounts/profile.html", context)


def _initial(profile: Profile) -> dict[str, Any]:
    return {
        "display_name": profile.display_name,
        "bio": profile.bio,
        "handle": profile.handle,
        "version": profile.version,
    }


def _add_error(form: Form, error: ApplicationError) -> None:
    """At its field; the only field of the handle's form takes what is said of handles."""
    if not error.errors:
        field = "handle" if "handle" in form.fields and isinstance(error, RateLimited) else None
        form.add_error(field, str(error.message))
    for field, texts in error.errors.items():
        form.add_error(field if field in form.fields else None, texts)
