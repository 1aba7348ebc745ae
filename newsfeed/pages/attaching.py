"""The part of a form that holds pictures and files; without JavaScript the page comes back with it.

A form that includes `newsfeed/_attach.html` calls `take_in` first, whatever button was pressed:
what was chosen and described is kept then, however the rest of the form fares.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import BinaryIO, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from core.actor import actor_of
from core.errors import ApplicationError, Invalid, NotFound, RateLimited, ServiceUnavailable
from core.form_errors import words
from newsfeed.errors import MediaInUse, MediaNotFound
from newsfeed.items import Media, MediaKind, MediaState
from newsfeed.pages.doors import viewer_of
from newsfeed.services import media

REMOVE = "remove:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attached:
    """What the form holds now. `told`: its own button was pressed, or something went wrong, so
    the form is to be shown and nothing else done."""

    items: Sequence[Media]
    errors: Sequence[str] = ()
    told: bool = False

    @property
    def media_ids(self) -> tuple[str, ...]:
        return tuple(each.media_id for each in self.items)

    @property
    def undescribed(self) -> int:
        return sum(
            each.kind is MediaKind.PICTURE and not each.alt and each.state is not MediaState.REFUSED
            for each in self.items
        )


def attached_of(user_sub: str, media_ids: Sequence[str]) -> Attached:
    """For a form that is shown for the first time."""
    return Attached(items=media.list_own(user_sub=user_sub, media_ids=media_ids))


def take_in(request: HttpRequest) -> Attached:
    """Saves descriptions, removes what is to be removed, uploads what was chosen."""
    pressed = request.POST.get("do", "")
    errors: list[str] = []
    media_ids = request.POST.getlist("media_ids")
    gone = pressed.removeprefix(REMOVE) if pressed.startswith(REMOVE) else ""
    if gone:
        media_ids = [each for each in media_ids if each != gone]
        _discard(request, gone)
    _describe(request, media_ids, errors)
    media_ids += _upload(request, errors)
    items = media.list_own(user_sub=viewer_of(request), media_ids=media_ids)
    told = bool(errors or gone) or pressed == "attach"
    return Attached(items=items, errors=errors, told=told)


@require_POST
@never_cache
def attach(request: HttpRequest) -> HttpResponse:
    """What a script sends as soon as files are chosen: only this part of the form comes back."""
    return render(request, "newsfeed/_attach.html", {"attached": take_in(request)})


@require_safe
@never_cache
def attached(request: HttpRequest, media_id: str) -> HttpResponse:
    """How far an upload is. Raises MediaNotFound."""
    item = media.find_own(user_sub=viewer_of(request), media_id=media_id)
    return render(request, "newsfeed/_attached.html", {"item": item})


def _discard(request: HttpRequest, media_id: str) -> None:
    try:
        media.delete(user_sub=viewer_of(request), media_id=media_id, actor=actor_of(request))
    except (MediaNotFound, MediaInUse):
        return  # gone already; or a post holds it, and lets go of it when its edit is saved


def _describe(request: HttpRequest, media_ids: Sequence[str], errors: list[str]) -> None:
    viewer = viewer_of(request)
    for item in media.list_own(user_sub=viewer, media_ids=media_ids):
        typed = request.POST.get(f"alt-{item.media_id}")
        if typed is None or typed.strip() == item.alt:
            continue
        try:
            media.describe(
                user_sub=viewer, media_id=item.media_id, alt=typed, actor=actor_of(request)
            )
        except Invalid as error:
            text = error.errors["alt"][0]
            errors.append(
                _("Description of %(name)s: %(text)s") % {"name": item.name, "text": text}
            )
        except NotFound:
            continue


def _upload(request: HttpRequest, errors: list[str]) -> list[str]:
    made = []
    for file in request.FILES.getlist("files"):
        name = file.name or ""
        try:
            found = media.upload(
                author_sub=viewer_of(request),
                file=cast(BinaryIO, file),
                name=name,
                actor=actor_of(request),
            )
        except (Invalid, RateLimited, ServiceUnavailable) as error:
            errors.append(f"{name}: {_reason(error)}")
            continue
        made.append(found.media_id)
    return made


def _reason(error: ApplicationError) -> str:
    return next(iter(error.errors.values()))[0] if error.errors else words(error)
