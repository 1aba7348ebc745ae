from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts import services
from dynamo.cursor import CursorExpired


@require_safe
@never_cache
def history(request: HttpRequest) -> HttpResponse:
    """Raises CursorForged (400); an expired cursor starts again at the top."""
    after = request.GET.get("after", "")
    try:
        records, following = services.list_sign_ins(user_sub=str(request.user.pk), after=after)
    except CursorExpired:
        messages.info(request, _("That page link had expired. This is the newest page."))
        return redirect("accounts:history")
    here = reverse("accounts:history")
    shown = {
        "records": records,
        "newer": here if after else "",
        "older": f"{here}?{urlencode({'after': following})}" if following else "",
    }
    return render(request, "accounts/history.html", shown)
