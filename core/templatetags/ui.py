"""The components of the pages: plain Django tags, so a misspelt argument fails at compile time.

Arguments are text and are escaped; markup belongs into the block.
"""

from datetime import UTC, datetime
from functools import lru_cache
from math import ceil

from django import template
from django.conf import settings
from django.forms import BaseForm
from django.template import TemplateSyntaxError
from django.template.loader import get_template
from django.utils.formats import date_format
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from heroicons.templatetags import heroicons

from core import avatars, initials, own_links
from core.money import format_money

register = template.Library()

TONES = ("neutral", "accent", "ok", "warn", "bad")
_ICONS = {
    "outline": heroicons.heroicon_outline,
    "mini": heroicons.heroicon_mini,
    "micro": heroicons.heroicon_micro,
}


def _render(component: str, /, **context: object) -> SafeString:
    return mark_safe(get_template(f"components/{component}.html").render(context))  # noqa: S308


def _tone(tone: str) -> str:
    if tone not in TONES:
        raise TemplateSyntaxError(f"tone must be one of {', '.join(TONES)}, not {tone!r}")
    return tone


@register.simple_tag
def site_name() -> str:
    """SITE_NAME; unlike the variable it needs no context processor (error pages, mails)."""
    return str(settings.SITE_NAME)


@register.simple_tag
@lru_cache(maxsize=512)
def icon(name: str, *, size: int = 20, style: str = "outline") -> SafeString:
    """An inline Heroicon, hidden from screen readers: a word beside it carries the meaning."""
    return mark_safe(_ICONS[style](name, size=size, **{"class": "icon"}))  # noqa: S308  vendored


@register.simple_tag
def badge(text: str, tone: str = "neutral", *, icon: str = "") -> SafeString:
    return _render("badge", text=text, tone=_tone(tone), icon=icon)


@register.simple_block_tag
def capture(content: SafeString) -> SafeString:
    """`{% capture as x %}…{% endcapture %}` keeps markup for a component's `actions`."""
    return content


@register.simple_block_tag
def card(
    content: SafeString,
    *,
    title: str = "",
    sub: str = "",
    id: str = "",
    tone: str = "neutral",
    flush: bool = False,
    actions: SafeString | str = "",
) -> SafeString:
    """A panel; `flush` drops the padding (rows), `actions` is what `capture` kept for its head."""
    shown = {"title": title, "sub": sub, "id": id, "flush": flush, "actions": actions}
    return _render("card", slot=content, tone=_tone(tone), **shown)


@register.simple_block_tag
def row(
    content: SafeString,
    *,
    title: str,
    icon: str = "",
    sub: str = "",
    tone: str = "neutral",
    badge: str = "",
    badge_tone: str = "neutral",
    id: str = "",
) -> SafeString:
    """One line of a list: icon, title with badge and facts at the left, the block at the right."""
    shown = {"title": title, "icon": icon, "sub": sub, "badge": badge, "id": id}
    tones = {"tone": _tone(tone), "badge_tone": _tone(badge_tone)}
    return _render("row", slot=content, **shown, **tones)


@register.simple_block_tag
def alert(
    content: SafeString, *, tone: str = "accent", title: str = "", live: str = ""
) -> SafeString:
    """A tinted box; `live` is its ARIA role ("alert", "status") when it answers what one did."""
    return _render("alert", slot=content, tone=_tone(tone), title=title, live=live)


@register.simple_block_tag
def empty(content: SafeString, *, icon: str, title: str, text: str = "") -> SafeString:
    """What a list shows when nothing is in it; the block is the one next action."""
    return _render("empty", slot=content, icon=icon, title=title, text=text)


@register.simple_block_tag
def feature(content: SafeString, *, icon: str, title: str) -> SafeString:
    """A tile of the start page."""
    return _render("feature", slot=content, icon=icon, title=title)


@register.simple_block_tag
def page_head(content: SafeString, *, title: str, sub: str = "") -> SafeString:
    """The h1, one plain sentence, and at most one primary button (the block)."""
    return _render("page_head", slot=content, title=title, sub=sub)


@register.simple_tag
def breadcrumb(*, parent: str, url: str, here: str) -> SafeString:
    return _render("breadcrumb", parent=parent, url=url, here=here)


@register.simple_tag
def submit(
    label: str,
    *,
    kind: str = "primary",
    size: str = "",
    block: bool = False,
    about: str = "",
    name: str = "",
    value: str = "",
) -> SafeString:
    """A form's button; `about` tells repeated ones apart for those who hear the page."""
    shown = {"label": label, "kind": kind, "size": size, "block": block, "about": about}
    return _render("submit", name=name, value=value, **shown)


@register.simple_tag
def copy_box(value: str, *, id: str, label: str) -> SafeString:
    """A value to take away, in full, with a button where scripts run; `label` says what it is."""
    return _render("copy_box", value=value, id=id, label=label)


@register.simple_tag
def avatar(name: str, picture: str = "", *, size: str = "") -> SafeString:
    """A round tile with the picture of that name, or the initials; `size` is "lg" or nothing.

    Decoration, so the name must stand beside it.
    """
    shown = {"initials": initials.of(name), "hue": initials.hue(name)}
    return _render("avatar", src=avatars.path_of(picture), size=size, **shown)


@register.simple_tag
def pager(*, newer: str = "", older: str = "", label: str = "") -> SafeString:
    """Links to the neighbouring cursor pages; an empty address greys its button out."""
    if not (newer or older):
        return SafeString("")
    return _render("pager", newer=newer, older=older, label=label or _("Pages"))


@register.simple_tag
def money(amount: int, currency: str) -> str:
    """An amount in minor units as people write it: `$24.50`."""
    return format_money(amount, currency)


@register.simple_tag
def localtime(moment: datetime) -> SafeString:
    """UTC text in `<time>`, which the browser turns into the reader's own zone."""
    if moment.tzinfo is None:
        raise ValueError("localtime needs an aware datetime")
    utc = moment.astimezone(UTC)
    text = _("%(moment)s UTC") % {"moment": date_format(utc, "j M Y, H:i")}
    return _render("time", iso=utc.strftime("%Y-%m-%dT%H:%M:%SZ"), text=text)


@register.simple_tag
def wait(seconds: str | int) -> str:
    """How long to wait, in the largest unit that is still honest: rounded up."""
    count = int(seconds)
    if count <= 90:
        return ngettext("%(n)d second", "%(n)d seconds", count) % {"n": count}
    count = ceil(count / 60)
    if count <= 90:
        return ngettext("%(n)d minute", "%(n)d minutes", count) % {"n": count}
    count = ceil(count / 60)
    return ngettext("%(n)d hour", "%(n)d hours", count) % {"n": count}


@register.filter
def with_own_links(text: str) -> SafeString:
    return own_links.linked(text)


@register.simple_tag
def form_errors(form: BaseForm) -> SafeString:
    """The summary above a form, linked to its fields; one field's error alone needs none."""
    general = list(form.non_field_errors())
    fields = []
    for field in form:
        if field.is_hidden:
            general += field.errors
            continue
        target = field.id_for_label or f"{field.auto_id}_0"
        fields += [(target, field.label, message) for message in field.errors]
    if not general and len(fields) < 2:
        return SafeString("")
    count = len(fields) + len(general)
    title = ngettext("%(count)d thing needs fixing", "%(count)d things need fixing", count)
    shown = title % {"count": count} if fields else ""
    return _render("form_errors", title=shown, general=general, fields=fields)
