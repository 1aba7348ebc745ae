from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from apikeys import services
from apikeys.items import ApiKey
from apikeys.pages.shown import shown_key
from apikeys.services import Shown
from core import clock
from dynamo.cursor import CursorExpired

TABS = {
    Shown.ALL: gettext_lazy("All"),
    Shown.LIVING: gettext_lazy("Current"),
    Shown.ENDED: gettext_lazy("Ended"),
}


@require_safe
@never_cache
def list_page(request: HttpRequest) -> HttpResponse:
    """Raises CursorForged (400); an expired cursor starts again at the top."""
    after, wanted = request.GET.get("after", ""), _wanted(request)
    try:
        found, following = services.list_keys(
            user_sub=str(request.user.pk), after=after, shown=wanted
        )
    except CursorExpired:
        messages.info(request, _("That page link had expired. This is the newest page."))
        return redirect(_address(wanted))
    shown = {
        **_of(found),
        "tabs": [(_address(tab), text, tab is wanted) for tab, text in TABS.items()],
        "is_all": wanted is Shown.ALL,
        "newer": _address(wanted) if after else "",
        "older": _address(wanted, after=following) if following else "",
    }
    return render(request, "apikeys/list.html", shown)


def _of(found: list[ApiKey]) -> dict[str, object]:
    calls, now = services.calls_of([key.key_id for key in found]), clock.now()
    keys = [shown_key(key, now, calls=calls.get(key.key_id, 0)) for key in found]
    return {"keys": keys, "has_living": any(each.is_living for each in keys)}


def _wanted(request: HttpRequest) -> Shown:
    asked = request.GET.get("status", "")
    return Shown(asked) if asked in tuple(Shown) else Shown.ALL


def _address(wanted: Shown, **more: str) -> str:
    status = {} if wanted is Shown.ALL else {"status": str(wanted)}
    query = urlencode({**status, **more})
    return reverse("apikeys:list") + (f"?{query}" if query else "")
