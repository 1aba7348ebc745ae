from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_POST, require_safe

from alerts.catalogue import CATEGORY_TEXTS
from alerts.errors import WebhookExists, WebhookLimitReached
from alerts.items import Severity
from alerts.services import webhooks
from alerts.webhook_forms import SEVERITY_TEXTS, NewWebhookForm
from alerts.webhook_texts import ERROR_TEXTS
from core import clock
from core.actor import actor_of
from core.errors import ApplicationError, Conflict, Invalid, RateLimited
from core.stepup import step_up_required
from core.templatetags.ui import wait


@require_safe
@never_cache
def list_page(request: HttpRequest) -> HttpResponse:
    found = webhooks.list_endpoints(str(request.user.pk))
    shown = {"webhooks": found, "has_room": len(found) < webhooks.MAX_ENDPOINTS}
    return render(request, "alerts/webhooks/list.html", shown)


@method_decorator([never_cache, step_up_required], name="dispatch")
class NewWebhookPage(View):
    """Asks for a step-up first; what was typed is kept."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.show(request, NewWebhookForm())

    @method_decorator(sensitive_variables("issued"))
    def post(self, request: HttpRequest) -> HttpResponse:
        """Answers with the secret itself: no redirect, message or cookie carries it."""
        form = NewWebhookForm(request.POST)
        if not form.is_valid():
            return self.show(request, form)
        try:
            issued = webhooks.add_endpoint(
                user_sub=str(request.user.pk), actor=actor_of(request), **form.cleaned_data
            )
        except WebhookExists as error:
            messages.warning(request, str(error.message))
            return redirect("alerts:webhooks")
        except (Invalid, WebhookLimitReached, RateLimited) as error:
            _add_errors(form, error)
            return self.show(request, form)
        return render(request, "alerts/webhooks/secret.html", {"issued": issued})

    def show(self, request: HttpRequest, form: NewWebhookForm) -> HttpResponse:
        return render(request, "alerts/webhooks/new.html", {"form": form})


@require_safe
@never_cache
def detail(request: HttpRequest, endpoint_id: str) -> HttpResponse:
    """Raises WebhookNotFound."""
    webhook, deliveries = webhooks.list_deliveries(str(request.user.pk), endpoint_id)
    overlap = webhook.old_until if webhook.old_secret_at(clock.now()) else None
    rows = [(delivery, ERROR_TEXTS.get(delivery.error, delivery.error)) for delivery in deliveries]
    shown = {
        "webhook": webhook,
        "about": [CATEGORY_TEXTS[each][0] for each in webhook.sorted_categories],
        "severity": SEVERITY_TEXTS[Severity(webhook.min_severity)],
        "deliveries": rows,
        "overlap_ends": overlap,
    }
    return render(request, "alerts/webhooks/detail.html", shown)


@method_decorator([never_cache, step_up_required], name="dispatch")
class RotatePage(View):
    def get(self, request: HttpRequest, endpoint_id: str) -> HttpResponse:
        found = webhooks.get_owned_endpoint(str(request.user.pk), endpoint_id)
        return render(request, "alerts/webhooks/rotate.html", {"webhook": found})

    @method_decorator(sensitive_variables("issued"))
    def post(self, request: HttpRequest, endpoint_id: str) -> HttpResponse:
        issued = webhooks.rotate_secret(
            user_sub=str(request.user.pk), endpoint_id=endpoint_id, actor=actor_of(request)
        )
        shown = {"issued": issued, "is_rotated": True}
        return render(request, "alerts/webhooks/secret.html", shown)


@method_decorator([never_cache, step_up_required], name="dispatch")
class RemovePage(View):
    """A step-up and one more click: who took an account over would remove what tells of it."""

    def get(self, request: HttpRequest, endpoint_id: str) -> HttpResponse:
        found = webhooks.get_owned_endpoint(str(request.user.pk), endpoint_id)
        return render(request, "alerts/webhooks/remove.html", {"webhook": found})

    def post(self, request: HttpRequest, endpoint_id: str) -> HttpResponse:
        removed = webhooks.remove_endpoint(
            user_sub=str(request.user.pk), endpoint_id=endpoint_id, actor=actor_of(request)
        )
        messages.success(request, _("The webhook “%(name)s” is removed.") % {"name": removed.name})
        return redirect("alerts:webhooks")


@require_POST
def test(request: HttpRequest, endpoint_id: str) -> HttpResponse:
    webhooks.send_test(
        user_sub=str(request.user.pk), endpoint_id=endpoint_id, actor=actor_of(request)
    )
    messages.success(request, _("A test event is on its way. Reload in a moment to see it here."))
    return redirect("alerts:webhook", endpoint_id)


@require_POST
def replay(request: HttpRequest, endpoint_id: str, delivery_id: str) -> HttpResponse:
    try:
        webhooks.replay(
            user_sub=str(request.user.pk),
            endpoint_id=endpoint_id,
            delivery_id=delivery_id,
            actor=actor_of(request),
        )
    except Conflict as error:
        messages.error(request, str(error.message))
    else:
        messages.success(request, _("It is sent again. Reload in a moment to see it here."))
    return redirect("alerts:webhook", endpoint_id)


@require_POST
@step_up_required
def disable(request: HttpRequest, endpoint_id: str) -> HttpResponse:
    webhooks.disable_endpoint(
        user_sub=str(request.user.pk), endpoint_id=endpoint_id, actor=actor_of(request)
    )
    messages.success(request, _("The webhook is off. It gets no more alerts."))
    return redirect("alerts:webhook", endpoint_id)


@require_POST
@step_up_required
def enable(request: HttpRequest, endpoint_id: str) -> HttpResponse:
    webhooks.enable_endpoint(
        user_sub=str(request.user.pk), endpoint_id=endpoint_id, actor=actor_of(request)
    )
    messages.success(request, _("The webhook is on. What happened meanwhile is not sent."))
    return redirect("alerts:webhook", endpoint_id)


def _add_errors(form: NewWebhookForm, error: ApplicationError) -> None:
    for field, texts in error.errors.items():
        form.add_error(field if field in form.fields else None, list(texts))
    if isinstance(error, RateLimited):
        text = _("Too many webhooks at once. Try again in %(time)s.")
        form.add_error(None, text % {"time": wait(error.retry_after)})
    elif not error.errors:
        form.add_error(None, str(error.message))
