"""A webhook's other end, in local mode: it keeps what arrives and answers what its path says."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from core import clock, hooks, links
from core.pages import local_only
from core.targets import LOCAL_RECEIVER

DONE = 204
KEPT_HEADERS = (
    "webhook-id",
    "webhook-timestamp",
    "webhook-signature",
    "content-type",
    "user-agent",
)


@csrf_exempt
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@local_only
def dev_hooks(request: HttpRequest, status: int = DONE) -> HttpResponse:
    """`/dev/hooks/503/` answers 503 to a POST: to see what happens then."""
    if request.method == "POST":
        return _received(request, status if 200 <= status <= 599 else DONE)
    received = [(hook, clock.parse(hook.received_at)) for hook in hooks.list_hooks()]
    shown = {"received": received, "address": links.absolute(LOCAL_RECEIVER)}
    return render(request, "core/hooks.html", shown)


def _received(request: HttpRequest, status: int) -> HttpResponse:
    headers = {name: request.headers.get(name, "") for name in KEPT_HEADERS}
    hooks.store(headers=headers, body=request.body, status=status)
    return HttpResponse("" if status == DONE else f"Answered {status}.\n", status=status)
