"""The door of providers: no session, no CSRF token; the signature is all that counts."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from billing import services
from billing.providers.errors import BadSignature, MalformedEvent, ProviderNotEnabled

MAX_BYTES = 256 * 1024


@csrf_exempt
@login_not_required
@require_POST
def receive(request: HttpRequest, provider: str) -> HttpResponse:
    """200 = never send it again; 4xx = it will not do; 5xx = send it again."""
    if int(request.META.get("CONTENT_LENGTH") or 0) > MAX_BYTES:
        return _said("too large", 413)
    try:
        services.handle_webhook(provider, request.headers, request.body)
    except ProviderNotEnabled:
        return _said("not found", 404)
    except BadSignature:
        return _said("bad signature", 400)
    except MalformedEvent:
        return _said("not an event", 400)
    return _said("ok", 200)


def _said(text: str, status: int) -> HttpResponse:
    return HttpResponse(text, status=status, content_type="text/plain; charset=utf-8")
