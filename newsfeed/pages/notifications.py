from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from core import ids
from newsfeed import services
from newsfeed.pages.doors import cursor_of, older_than, paged, viewer_of


@require_safe
@never_cache
@paged
def notifications(request: HttpRequest) -> HttpResponse:
    cursor = cursor_of(request)
    found = services.list_notifications(user_sub=viewer_of(request), cursor=cursor)
    newest = found.items[0].notification_id if found.items and not cursor else ""
    shown = {
        "notifications": found.items,
        "upto": newest if any(item.unread for item in found.items) else "",
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
