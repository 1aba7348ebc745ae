"""What waits for staff: disputes to answer, and webhooks that failed or were refused."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.http import require_POST, require_safe

from billing import services
from billing.items import InboxStatus
from billing.pages.doors import restart_when_expired, show
from billing.staff_pages.doors import STAFF
from billing.staff_pages.rows import dispute_row
from core.errors import Conflict, Invalid, ServiceUnavailable


@method_decorator([*STAFF, require_safe, restart_when_expired], name="dispatch")
class DisputesPage(View):
    """Raises CursorForged (400)."""

    def get(self, request: HttpRequest) -> HttpResponse:
        after = request.GET.get("after", "")
        page = services.open_disputes(after)
        rows = [dispute_row(dispute) for dispute in page.items]
        return _list(request, "disputes", rows, after, page.next_cursor)


@method_decorator([*STAFF, require_safe, restart_when_expired], name="dispatch")
class WebhooksPage(View):
    """Raises CursorForged (400)."""

    def get(self, request: HttpRequest) -> HttpResponse:
        after = request.GET.get("after", "")
        page = services.failed_webhooks(after)
        return _list(request, "webhooks", page.items, after, page.next_cursor)


@method_decorator([*STAFF, require_safe, restart_when_expired], name="dispatch")
class RefusedWebhooksPage(View):
    """Raises CursorForged (400)."""

    def get(self, request: HttpRequest) -> HttpResponse:
        after = request.GET.get("after", "")
        page = services.refused_webhooks(after)
        return _list(request, "refused_webhooks", page.items, after, page.next_cursor)


@method_decorator([*STAFF, require_POST], name="dispatch")
class ReplayPage(View):
    """Raises WebhookNotFound (404)."""

    def post(self, request: HttpRequest, event_id: str) -> HttpResponse:
        was_refused = services.get_webhook(event_id).status is InboxStatus.REFUSED
        try:
            status = services.replay_webhook(event_id).status
        except (Conflict, Invalid, ServiceUnavailable) as error:
            messages.error(request, _("It failed again: %(why)s") % {"why": error.message})
        else:
            if status is InboxStatus.REFUSED:
                messages.error(request, _("It was refused: it does not fit what was asked for."))
            else:
                messages.success(request, _("It is done."))
        where = "staff_refused_webhooks" if was_refused else "staff_webhooks"
        return redirect(f"billing:{where}")


def _list(
    request: HttpRequest, name: str, rows: object, after: str, following: str
) -> HttpResponse:
    older = urlencode({"after": following}) if following else ""
    shown = {
        "rows": rows,
        "newer": request.path if after else "",
        "older": f"{request.path}?{older}" if older else "",
    }
    return show(request, f"billing/staff/{name}.html", shown)
