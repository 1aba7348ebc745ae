from functools import partial

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from apikeys import services
from apikeys.pages.shown import shown_key
from apikeys.pages.usage import Use
from apikeys.wording import scope_groups
from core import clock
from dynamo.gather import gather


@require_safe
@never_cache
def detail_page(request: HttpRequest, key_id: str) -> HttpResponse:
    """Raises KeyNotFound."""
    owner = str(request.user.pk)
    key, usage = gather(
        partial(services.get_owned_key, owner, key_id),
        partial(services.usage_of, user_sub=owner, key_id=key_id),
    )
    shown = {
        "key": key,
        "shown": shown_key(key, clock.now()),
        "use": Use(usage),
        "scope_groups": scope_groups(key.scopes),
        "calls_per_minute": key.calls_per_minute or settings.API_KEYS_CALLS_PER_MINUTE,
    }
    return render(request, "apikeys/detail.html", shown)
