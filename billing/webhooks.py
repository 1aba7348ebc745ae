"""The door of providers: no session, no CSRF token; the signature is all that counts."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from billing import services
from billing.providers.errors import BadSignature, MalformedEvent, ProviderNotEnabled
from billing.providers.messages import Webhook
from core.client_ip import client_ip

MAX_BYTES = 256 * 1024


@csrf_exempt
@login_not_required
@require_POST
def receive(request: HttpRequest, provider: str, secret: str = "") -> HttpResponse:
    """200 = never send it again; 4xx = it will not do; 5xx = send it again. `secret` is a part of
    the address that only a provider without signatures knows."""
    if int(request.META.get("CONTENT_LENGTH") or 0) > MAX_BYTES:
        return _said("too large", 413)
    webhook = Webhook(
        headers=request.headers,
        body=request.body,
        query=request.GET,
        secret=secret,
        peer=client_ip(request),
    )
    try:
        services.handle_webhook(provider, webhook)
    except ProviderNotEnabled:
        return _said("not found", 404)
    except BadSignature:
        return _said("bad signature", 400)
    except MalformedEvent:
        return _said("not an event", 400)
    return _said("ok", 200)


def _said(text: str, status: int) -> HttpResponse:
    return HttpResponse(text, status=status, content_type="text/plain; charset=utf-8")
