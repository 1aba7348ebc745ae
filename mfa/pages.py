"""Managing second factors. Every page but the first one asks for a fresh proof of who it is."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from core import sms
from core.actor import actor_of
from core.detour import with_next
from core.errors import Conflict, Forbidden, Invalid, RateLimited
from core.form_errors import add_errors, told, words
from core.links import safe_next
from core.stepup import step_up_required
from mfa import qr, services, totp
from mfa.doors import confirm, factor, person, start
from mfa.errors import CountryNotTexted, LastFactorRequired
from mfa.forms import ADD_FORMS, ADD_TITLES, CodeForm, EndOthersForm, LastForm, RenameForm
from mfa.items import FACTORS, Device, Method, Overview
from mfa.recovery_pages import GUARDED, end_others_if_asked, show_codes, way_back
from mfa.services import phones
from mfa.services.devices import MOST
from mfa.services.recovery import COUNT, LOW
from mfa.texts import LABELS, hint
from users.models import User

REFUSALS = (Invalid, Conflict, Forbidden, RateLimited)


@require_safe
@never_cache
def overview(request: HttpRequest) -> HttpResponse:
    user = person(request)
    found = services.overview(user)
    groups = [_group(user, method, found) for method in FACTORS]
    shown = {"groups": groups, "left": found.recovery_codes, "count": COUNT, "low": LOW}
    shown |= {"next": safe_next(request), "must_have": services.must_have(user)}
    return render(request, "mfa/overview.html", shown)


@method_decorator(GUARDED, name="dispatch")
class AddPage(View):
    """What a device is called and where its codes go; then its set-up page."""

    def get(self, request: HttpRequest, method: str) -> HttpResponse:
        kind = factor(method)
        return self.show(request, kind, ADD_FORMS[kind]())

    def post(self, request: HttpRequest, method: str) -> HttpResponse:
        kind = factor(method)
        form = ADD_FORMS[kind](request.POST)
        if not form.is_valid():
            return self.show(request, kind, form)
        try:
            device_id = start(person(request), kind, form.cleaned_data, request)
        except REFUSALS as error:
            add_errors(form, error)
            return told(self.show(request, kind, form), error)
        return redirect(onward(request, "mfa:setup", kind, device_id))

    def show(self, request: HttpRequest, kind: Method, form: Any) -> HttpResponse:
        context = {"form": form, "method": kind, "title": ADD_TITLES[kind]}
        context["overview_url"] = onward(request, "mfa:overview")
        return render(request, "mfa/add.html", context)


@method_decorator(GUARDED, name="dispatch")
class SetupPage(View):
    """The code that turns a device on. The answer to the first one shows the recovery codes."""

    def get(self, request: HttpRequest, method: str, device_id: str) -> HttpResponse:
        return self.show(request, factor(method), device_id, CodeForm())

    def post(self, request: HttpRequest, method: str, device_id: str) -> HttpResponse:
        kind, form = factor(method), CodeForm(request.POST)
        if not form.is_valid():
            return self.show(request, kind, device_id, form)
        try:
            codes = confirm(person(request), kind, device_id, form.cleaned_data["code"], request)
        except REFUSALS as error:
            add_errors(form, error)
            return told(self.show(request, kind, device_id, form), error)
        end_others_if_asked(request, form)
        if codes:
            return show_codes(request, codes, is_new=True)
        messages.success(request, _("It is turned on. You can sign in with it from now on."))
        return redirect(way_back(request) or "mfa:overview")

    def show(
        self, request: HttpRequest, kind: Method, device_id: str, form: CodeForm
    ) -> HttpResponse:
        context: dict[str, Any] = {"form": form, "method": kind, "title": ADD_TITLES[kind]}
        context |= {"overview_url": onward(request, "mfa:overview"), "next": safe_next(request)}
        if kind is Method.TOTP:
            setup = services.get_totp_setup(person(request), device_id)
            secret = totp.grouped(setup.secret)
            context |= {"setup": setup, "qr": qr.svg(setup.uri), "secret": secret}
        else:
            device = services.find_setup(person(request), kind, device_id)
            notice = phones.why_no_messages(device)
            context |= {"setup": device, "target": hint(kind, device.hint), "notice": notice}
        return render(request, "mfa/setup.html", context)


@require_POST
@step_up_required
def use_for_alerts(request: HttpRequest, method: str, device_id: str) -> HttpResponse:
    device = services.get_owned_device(person(request).user_sub, factor(method), device_id)
    try:
        services.use_for_alerts(device, actor=actor_of(request))
    except CountryNotTexted as error:
        messages.error(request, words(error))
        return redirect("mfa:overview")
    messages.success(request, _("Alerts can now go to this phone. Choose which ones."))
    return redirect("alerts:preferences")


@require_POST
@step_up_required
def resend(request: HttpRequest, method: str, device_id: str) -> HttpResponse:
    kind = factor(method)
    try:
        services.resend_code(
            user=person(request), method=kind, device_id=device_id, actor=actor_of(request)
        )
    except (CountryNotTexted, RateLimited) as error:
        messages.error(request, words(error))
    else:
        messages.success(request, _("We sent a new code. The one before it no longer works."))
    return redirect(onward(request, "mfa:setup", kind, device_id))


@require_POST
@step_up_required
def prefer(request: HttpRequest, method: str, device_id: str) -> HttpResponse:
    user, kind = person(request), factor(method)
    try:
        services.prefer_device(user=user, method=kind, device_id=device_id, actor=actor_of(request))
    except Conflict as error:
        messages.error(request, words(error))
    else:
        messages.success(request, _("Signing in asks for this one first from now on."))
    return redirect("mfa:overview")


@method_decorator(GUARDED, name="dispatch")
class RenamePage(View):
    def get(self, request: HttpRequest, method: str, device_id: str) -> HttpResponse:
        device = owned_device(request, method, device_id)
        return self.show(request, device, RenameForm(initial={"name": device.name}))

    def post(self, request: HttpRequest, method: str, device_id: str) -> HttpResponse:
        device, form = owned_device(request, method, device_id), RenameForm(request.POST)
        if not form.is_valid():
            return self.show(request, device, form)
        try:
            services.rename_device(
                user=person(request),
                method=device.method,
                device_id=device_id,
                **form.cleaned_data,
                actor=actor_of(request),
            )
        except Invalid as error:
            add_errors(form, error)
            return self.show(request, device, form)
        messages.success(request, _("It has its new name."))
        return redirect("mfa:overview")

    def show(self, request: HttpRequest, device: Device, form: RenameForm) -> HttpResponse:
        context = {"device": device, "label": LABELS[device.method], "form": form}
        return render(request, "mfa/rename.html", context)


@method_decorator(GUARDED, name="dispatch")
class RemovePage(View):
    """The last factor needs a tick of its own."""

    def get(self, request: HttpRequest, method: str, device_id: str) -> HttpResponse:
        device = owned_device(request, method, device_id)
        return self.show(request, device, self.form(request, device))

    def post(self, request: HttpRequest, method: str, device_id: str) -> HttpResponse:
        device = owned_device(request, method, device_id)
        form = self.form(request, device, request.POST)
        if not form.is_valid():
            return self.show(request, device, form)
        turns_off = form.cleaned_data.get("turns_off", False)
        asked = {"method": device.method, "device_id": device_id, "turns_off": turns_off}
        try:
            services.remove_device(user=person(request), **asked, actor=actor_of(request))
        except (Conflict, Forbidden) as error:
            messages.error(request, words(error))
            return redirect("mfa:overview")
        end_others_if_asked(request, form)
        messages.success(request, _("It is removed."))
        return redirect("mfa:overview")

    def form(
        self, request: HttpRequest, device: Device, data: QueryDict | None = None
    ) -> EndOthersForm:
        others = services.overview(person(request)).devices
        is_last = [other.device_id for other in others] == [device.device_id]
        return LastForm(data) if is_last else EndOthersForm(data)

    def show(self, request: HttpRequest, device: Device, form: EndOthersForm) -> HttpResponse:
        try:
            services.factors_without(person(request), device)
        except LastFactorRequired as error:
            messages.error(request, words(error))
            return redirect("mfa:overview")
        is_last = isinstance(form, LastForm)
        context = {"device": device, "label": LABELS[device.method], "is_last": is_last}
        return render(request, "mfa/remove.html", {**context, "form": form})


def owned_device(request: HttpRequest, method: str, device_id: str) -> Device:
    return services.get_owned_device(person(request).user_sub, factor(method), device_id)


def onward(request: HttpRequest, name: str, *args: str) -> str:
    """The next page of turning one on: it still knows where the person wanted to go."""
    return with_next(reverse(name, args=args), safe_next(request))


def _group(user: User, method: Method, found: Overview) -> dict[str, Any]:
    mine = [device for device in found.devices if device.method is method]
    why_not = ""
    if method is Method.SMS and not sms.is_configured():
        why_not = _("Text messages are not set up on this site.")
    elif method is Method.EMAIL and user.is_staff:
        why_not = _("Not for staff accounts.")
    elif len(mine) >= MOST[method]:
        why_not = _("That is the most there can be. Remove one to add another.")
    shown = [
        (device, hint(method, device.hint), device.device_id == found.preferred) for device in mine
    ]
    return {
        "method": method,
        "label": LABELS[method],
        "devices": shown,
        "why_not": why_not,
        "is_choice": len(found.devices) > 1,
    }
