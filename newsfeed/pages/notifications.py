from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from core import ids
from core.actor import actor_of
from newsfeed import services
from newsfeed.forms.notifications import ChoicesForm
from newsfeed.pages.doors import cursor_of, older_than, paged, viewer_of


@require_safe
@never_cache
@paged
def notifications(request: HttpRequest) -> HttpResponse:
    cursor = cursor_of(request)
    found = services.list_notifications(user_sub=viewer_of(request), cursor=cursor)
    shown = {
        "notifications": found.items,
        "upto": found.mark,
        "newer": request.path if cursor else "",
        "older": older_than(request.path, found.next_cursor),
    }
    return render(request, "newsfeed/notifications.html", shown)


@require_POST
def mark_read(request: HttpRequest) -> HttpResponse:
    """Up to the newest one that was shown: what came since stays unread."""
    upto = request.POST.get("upto", "")
    if ids.is_id(upto):
        services.mark_notifications_read(user_sub=viewer_of(request), upto=upto)
        messages.success(request, _("Every notification is marked as read."))
    return redirect("newsfeed:notifications")


@method_decorator(never_cache, name="dispatch")
class ChoicesPage(View):
    def get(self, request: HttpRequest) -> HttpResponse:
        choices = services.notification_choices(viewer_of(request))
        shown = {"form": ChoicesForm(choices=choices)}
        return render(request, "newsfeed/notification_choices.html", shown)

    def post(self, request: HttpRequest) -> HttpResponse:
        """A box that is not sent is one that was cleared, so no form is wrong."""
        form = ChoicesForm(request.POST, choices=services.notification_choices(viewer_of(request)))
        form.full_clean()
        services.choose_notifications(
            user_sub=viewer_of(request), choices=form.choices(), actor=actor_of(request)
        )
        messages.success(request, _("Your choices are saved."))
        return redirect("newsfeed:notification_choices")
