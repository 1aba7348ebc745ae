from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from billing import services
from billing.answering import ledger_file
from billing.pages.doors import billing_page, restart_when_expired, show
from billing.pages.rows import entry_row


@require_safe
@billing_page
@restart_when_expired
def ledger(request: HttpRequest) -> HttpResponse:
    """Raises CursorForged (400)."""
    after = request.GET.get("after", "")
    page = services.list_ledger(str(request.user.pk), after)
    here = reverse("billing:ledger")
    shown = {
        "rows": [entry_row(entry) for entry in page.items],
        "newer": here if after else "",
        "older": f"{here}?{urlencode({'after': page.next_cursor})}" if page.next_cursor else "",
    }
    return show(request, "billing/ledger.html", shown)


@require_safe
@billing_page
def export(request: HttpRequest, month: str = "") -> StreamingHttpResponse:
    """Raises StatementNotFound (404)."""
    return ledger_file(str(request.user.pk), month)
