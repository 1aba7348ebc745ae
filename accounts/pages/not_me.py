"""“This was not me”: a page that asks once more, and the button that signs everybody out."""

from django.contrib.auth import logout as end_session
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts import services
from accounts.errors import NotMeClosed
from accounts.items import NotMe
from accounts.pages.doors import PUBLIC
from alerts import services as alerts
from core.actor import actor_of


@method_decorator(never_cache, name="dispatch")
class NotMePage(View):
    """From the inbox. Raises AlertNotFound (404)."""

    def get(self, request: HttpRequest, alert_id: str) -> HttpResponse:
        try:
            return ask(request, self.found(request, alert_id))
        except NotMeClosed:
            return closed(request)

    def post(self, request: HttpRequest, alert_id: str) -> HttpResponse:
        try:
            return act(request, self.found(request, alert_id))
        except NotMeClosed:
            return closed(request)

    def found(self, request: HttpRequest, alert_id: str) -> NotMe:
        user_sub = str(request.user.pk)
        alerts.check_asked(user_sub=user_sub, alert_id=alert_id)
        return services.find_not_me(user_sub=user_sub, alert_id=alert_id)


@method_decorator(PUBLIC, name="dispatch")
class NotMeLinkPage(View):
    """From a mail. Opening it changes nothing: programs follow the links in mails."""

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        try:
            return ask(request, services.open_not_me_link(token))
        except NotMeClosed:
            return closed(request)

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        try:
            return act(request, services.open_not_me_link(token))
        except NotMeClosed:
            return closed(request)


@login_not_required
@require_safe
def done(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/not_me_done.html")


def ask(request: HttpRequest, found: NotMe) -> HttpResponse:
    return render(request, "accounts/not_me.html", {"found": found})


def act(request: HttpRequest, found: NotMe) -> HttpResponse:
    """Raises NotMeClosed, RateLimited."""
    services.say_not_me(found, actor=actor_of(request))
    if str(request.user.pk) == found.user.user_sub:
        end_session(request)
    return redirect("accounts:not_me_done")


def closed(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/not_me_closed.html", status=410)
