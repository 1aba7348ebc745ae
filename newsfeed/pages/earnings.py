from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from billing import services as billing
from dynamo.gather import gather
from newsfeed import services
from newsfeed.pages.doors import cursor_of, older_than, paged, viewer_of


@require_safe
@never_cache
@paged
def earnings(request: HttpRequest) -> HttpResponse:
    """Raises BillingNotConfigured."""
    author, cursor = viewer_of(request), cursor_of(request)
    total, found = gather(
        lambda: billing.earnings_of(author),
        lambda: services.list_earnings(author_sub=author, cursor=cursor),
    )
    shown = {
        "total": total,
        "lines": found.items,
        "newer": request.path if cursor else "",
        "older": older_than(request.path, found.next_cursor),
    }
    return render(request, "newsfeed/earnings.html", shown)
