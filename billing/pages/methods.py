from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.http import require_POST, require_safe

from billing import providers, services
from billing.pages.doors import billing_page, show
from billing.pages.rows import method_row
from billing.providers.errors import NoAnswer, ProviderNotEnabled, ProviderRefused
from core.actor import actor_of

AT_THE_PROVIDER = (NoAnswer, ProviderNotEnabled, ProviderRefused)


@require_safe
@billing_page
def method_list(request: HttpRequest) -> HttpResponse:
    saving = [each for each in providers.enabled_providers() if each.saves]
    shown = {
        "rows": [method_row(method) for method in services.list_methods(str(request.user.pk))],
        "offered": [each for each in saving if each.saves_alone],
        "with_payments": [each for each in saving if not each.saves_alone],
        "is_on": bool(providers.enabled_providers()),
    }
    return show(request, "billing/methods.html", shown)


@require_POST
@billing_page
def add(request: HttpRequest) -> HttpResponse:
    """On to the provider's page: a card's number is never typed here."""
    try:
        url = services.start_saving_method(
            user_sub=str(request.user.pk),
            provider=request.POST.get("provider", ""),
            actor=actor_of(request),
        )
    except AT_THE_PROVIDER as error:
        messages.error(request, str(error.message))
        return redirect("billing:payment_methods")
    return redirect(url)


@require_safe
@billing_page
def back(request: HttpRequest) -> HttpResponse:
    """Where a provider sends the person after a visit that was to save a way to pay."""
    provider = request.GET.get("provider", "")
    try:
        method = services.refresh_saved_method(
            user_sub=str(request.user.pk),
            provider=provider,
            visit=services.visit_of(provider, request.GET),
            actor=actor_of(request),
        )
    except AT_THE_PROVIDER as error:
        messages.error(request, str(error.message))
        return redirect("billing:payment_methods")
    if method is None:
        messages.info(request, _("Nothing was saved. It can take a moment to appear here."))
    else:
        saved = {"method": method_row(method).title}
        messages.success(request, _("%(method)s is saved.") % saved)
    return redirect("billing:payment_methods")


@require_POST
@billing_page
def make_default(request: HttpRequest, method_id: str) -> HttpResponse:
    services.set_default_method(
        user_sub=str(request.user.pk), payment_method_id=method_id, actor=actor_of(request)
    )
    messages.success(request, _("That is your default payment method now."))
    return redirect("billing:payment_methods")


@method_decorator(billing_page, name="dispatch")
class RemovePage(View):
    """Says what goes, then removes it: at the provider first."""

    def get(self, request: HttpRequest, method_id: str) -> HttpResponse:
        method = services.get_owned_method(str(request.user.pk), method_id)
        return show(request, "billing/method_remove.html", {"row": method_row(method)})

    def post(self, request: HttpRequest, method_id: str) -> HttpResponse:
        try:
            services.forget_method(
                user_sub=str(request.user.pk), payment_method_id=method_id, actor=actor_of(request)
            )
        except AT_THE_PROVIDER as error:
            messages.error(request, str(error.message))
            return redirect("billing:payment_method_remove", method_id)
        messages.success(request, _("The payment method is removed."))
        return redirect("billing:payment_methods")
