"""Drafts and scheduled posts; the form that they are written in is the one of new posts."""

from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from alerts import services as alerts
from core import time_zones
from core.actor import actor_of
from core.errors import (
    ApplicationError,
    Conflict,
    Forbidden,
    Invalid,
    NotFound,
    RateLimited,
    ServiceUnavailable,
)
from core.form_errors import add_errors, told, words
from newsfeed import services
from newsfeed.forms.drafts import ScheduleForm
from newsfeed.items import Draft, DraftText
from newsfeed.pages.doors import viewer_of

STATUS = ((Conflict, 409), (NotFound, 404), (RateLimited, 429))
REFUSALS = (Conflict, Forbidden, Invalid, NotFound, RateLimited, ServiceUnavailable)


@require_safe
@never_cache
def drafts(request: HttpRequest) -> HttpResponse:
    found = services.list_drafts(author_sub=viewer_of(request))
    return render(request, "newsfeed/drafts.html", {"drafts": found})


@require_safe
@never_cache
def scheduled(request: HttpRequest) -> HttpResponse:
    found = services.list_scheduled(author_sub=viewer_of(request))
    return render(request, "newsfeed/scheduled.html", {"drafts": found})


@require_POST
@never_cache
def autosave(request: HttpRequest, draft_id: str) -> HttpResponse:
    """What the script of the form sends while somebody types; it says what became of it."""
    try:
        draft = save_typed(request, draft_id, request.POST.getlist("media_ids"))
    except REFUSALS as error:
        return JsonResponse({"problem": reason(error)}, status=_status(error))
    return JsonResponse({"version": draft.version, "saved_at": draft.updated_at.isoformat()})


@method_decorator(never_cache, name="dispatch")
class DiscardPage(View):
    """Asks first: there is no way back from here. Raises DraftNotFound."""

    def get(self, request: HttpRequest, draft_id: str) -> HttpResponse:
        draft = services.find_draft(author_sub=viewer_of(request), draft_id=draft_id)
        return render(request, "newsfeed/discard.html", {"draft": draft})

    def post(self, request: HttpRequest, draft_id: str) -> HttpResponse:
        draft = services.find_draft(author_sub=viewer_of(request), draft_id=draft_id)
        services.discard_draft(
            author_sub=viewer_of(request), draft_id=draft_id, actor=actor_of(request)
        )
        messages.success(request, _("The draft is discarded."))
        return redirect("newsfeed:scheduled" if draft.due else "newsfeed:drafts")


@require_POST
def cancel(request: HttpRequest, draft_id: str) -> HttpResponse:
    services.cancel_scheduled(
        author_sub=viewer_of(request), draft_id=draft_id, actor=actor_of(request)
    )
    messages.success(request, _("It is a draft again, and is not published by itself."))
    return redirect("newsfeed:drafts")


@require_POST
def publish(request: HttpRequest, draft_id: str) -> HttpResponse:
    try:
        view = services.publish_draft(
            author_sub=viewer_of(request), draft_id=draft_id, actor=actor_of(request)
        )
    except (Conflict, Forbidden, Invalid, RateLimited, ServiceUnavailable) as error:
        messages.error(request, reason(error))
        return redirect("newsfeed:scheduled")
    messages.success(request, _("Your post is published."))
    return redirect("newsfeed:post", view.post_id)


@method_decorator(never_cache, name="dispatch")
class SchedulePage(View):
    """Another time for a scheduled post. Raises DraftNotFound."""

    def get(self, request: HttpRequest, draft_id: str) -> HttpResponse:
        draft = self.draft(request, draft_id)
        zone = zone_of(viewer_of(request))
        initial = {"due": draft.due.astimezone(zone).strftime("%Y-%m-%dT%H:%M")}  # type: ignore[union-attr]
        return self.show(request, draft, ScheduleForm(initial=initial, zone=zone))

    def post(self, request: HttpRequest, draft_id: str) -> HttpResponse:
        draft = self.draft(request, draft_id)
        form = ScheduleForm(request.POST, zone=zone_of(viewer_of(request)))
        if not form.is_valid():
            return self.show(request, draft, form)
        try:
            schedule(request, draft_id, form)
        except REFUSALS as error:
            add_errors(form, error)
            return told(self.show(request, draft, form), error)
        return redirect("newsfeed:scheduled")

    def draft(self, request: HttpRequest, draft_id: str) -> Draft:
        return services.find_scheduled(author_sub=viewer_of(request), draft_id=draft_id)

    def show(self, request: HttpRequest, draft: Draft, form: ScheduleForm) -> HttpResponse:
        return render(request, "newsfeed/schedule.html", {"draft": draft, "form": form})


def schedule(request: HttpRequest, draft_id: str, form: ScheduleForm) -> None:
    """At the time of a form that is valid, which is told where the clock shows it twice."""
    services.schedule_draft(
        author_sub=viewer_of(request),
        draft_id=draft_id,
        due=form.cleaned_data["due"],
        actor=actor_of(request),
    )
    messages.success(request, _("Your post is scheduled."))
    if form.twice:
        messages.info(
            request, _("The clocks show that time twice on that day: the first one is meant.")
        )


def save_typed(request: HttpRequest, draft_id: str, media_ids: Sequence[str]) -> Draft:
    """What the form holds, as it was typed. Raises what save_draft() does."""
    typed = request.POST
    version = typed.get("draft_version", "")
    return services.save_draft(
        author_sub=viewer_of(request),
        draft_id=draft_id,
        version=int(version) if version.isascii() and version.isdigit() else 0,
        text=DraftText(
            body=typed.get("body", ""),
            visibility=typed.get("visibility", ""),
            price=typed.get("unlock_price", ""),
            warning=typed.get("warning", ""),
            media_ids=tuple(media_ids),
        ),
        actor=actor_of(request),
    )


def initial_of(draft: Draft) -> dict[str, Any]:
    text = draft.text
    return {
        "token": draft.draft_id,
        "draft_version": draft.version,
        "body": text.body,
        "visibility": text.visibility,
        "unlock_price": text.price,
        "warning": text.warning,
    }


def zone_of(user_sub: str) -> ZoneInfo:
    """The one that the person chose for quiet hours, or the site's."""
    return time_zones.zone_of(alerts.get_preferences(user_sub).time_zone)


def reason(error: ApplicationError) -> str:
    texts = [text for field in error.errors.values() for text in field]
    return " ".join(texts) or words(error)


def _status(error: ApplicationError) -> int:
    return next((status for kind, status in STATUS if isinstance(error, kind)), 400)
