"""The doors of unsubscribe links: no sign-in and no CSRF token, the link itself is the proof."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from alerts import services
from core.actor import actor_of


@method_decorator([csrf_exempt, login_not_required, never_cache], name="dispatch")
class UnsubscribePage(View):
    """GET asks, for programs that follow every link; POST does it, by one click of the mail
    program (RFC 8058) or by the button. Both raise UnsubscribeLinkInvalid; POST RateLimited."""

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        return self.show(request, services.open_link(token), done=False)

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        link = services.unsubscribe(token, actor=actor_of(request))
        return self.show(request, link, done=True)

    def show(
        self, request: HttpRequest, link: services.Subscription, *, done: bool
    ) -> HttpResponse:
        shown = {"scope": services.scope_text(link.scope), "done": done}
        return render(request, "alerts/unsubscribe.html", shown)
