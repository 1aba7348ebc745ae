"""Pages that belong to no app: the start page, the colour theme, and the local inbox."""

from collections.abc import Callable
from functools import wraps
from ipaddress import ip_address
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from core import avatars, inbox
from core import theme as themes
from core.client_ip import client_ip
from core.links import safe_next
from dynamo import client

View = Callable[..., HttpResponse]
YEAR = 365 * 24 * 3600
ROBOTS = "User-agent: *\nAllow: /$\nAllow: /static/\nDisallow: /\n"


@login_not_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    if request.user.is_authenticated:
        return redirect("accounts:overview")
    return render(request, "core/home.html")


@login_not_required
@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Keep the choice in a cookie and go back to the page it was made on."""
    chosen = request.POST.get("theme", "")
    if chosen not in themes.THEMES:
        raise BadRequest(_("theme must be one of: %(all)s") % {"all": ", ".join(themes.THEMES)})
    response = redirect(safe_next(request) or "home")
    themes.remember(response, chosen)
    return response


@login_not_required
@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Search engines get the start page; the rest is personal."""
    return HttpResponse(ROBOTS, content_type="text/plain; charset=utf-8")


@login_not_required
@require_safe
def avatar(request: HttpRequest, name: str) -> HttpResponse:
    """A picture that somebody uploaded: whatever it is, a browser may only draw it.

    Public, and kept by browsers for ever: another picture has another name. Reads no storage of
    rows. Raises NotFound.
    """
    headers = {
        "Cache-Control": f"public, max-age={YEAR}, immutable",
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "X-Content-Type-Options": "nosniff",
    }
    return HttpResponse(avatars.read(name), content_type=avatars.CONTENT_TYPE, headers=headers)


def local_only(view: View) -> View:
    """404 unless DEBUG is on, the engine is local, and the browser sits at this machine.

    A forwarding header means that a proxy speaks for somebody else, however local it looks.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        forwarded = {"HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED"} & request.META.keys()
        peer = client_ip(request)
        here = bool(peer) and ip_address(peer).is_loopback and not forwarded
        if not (settings.DEBUG and here and client.is_local()):
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


@login_not_required
@require_safe
@local_only
def dev_inbox(request: HttpRequest) -> HttpResponse:
    return render(request, "core/inbox.html", {"mails": inbox.list_messages()})


@login_not_required
@require_safe
@local_only
def dev_mail(request: HttpRequest, message_id: str) -> HttpResponse:
    """Raises MessageNotFound."""
    return render(request, "core/mail.html", {"mail": inbox.get_message(message_id)})


@login_not_required
@require_safe
@local_only
def dev_mail_html(request: HttpRequest, message_id: str) -> HttpResponse:
    """The HTML part, as a mail program shows it: styled, and nothing in it runs or loads.

    Raises MessageNotFound, also for a mail without that part.
    """
    found = inbox.get_message(message_id)
    if not found.html:
        raise inbox.MessageNotFound
    policy = "sandbox allow-top-navigation; default-src 'none'; style-src 'unsafe-inline'"
    return HttpResponse(found.html, headers={"Content-Security-Policy": policy})
