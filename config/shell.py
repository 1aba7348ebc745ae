"""What every page's frame shows; the one context processor of the project.

It never reads storage: `nav` is made when a template of a signed-in page walks it, and whether
somebody is signed in is left to the template.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise, SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from core.theme import theme_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    url: str
    label: str | Promise
    icon: str
    current: str  # a value of aria-current: "page", "true" below that page, or nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    label: str | Promise
    links: list[Link]


# Only what exists: group -> (URL name, label, Heroicon)
NAVIGATION: tuple[tuple[str | Promise, tuple[tuple[str, str | Promise, str], ...]], ...] = (
    ("", (("accounts:overview", _("Overview"), "home"),)),
    (
        _("Account"),
        (
            ("accounts:profile", _("Profile"), "user-circle"),
            ("accounts:security", _("Security"), "shield-check"),
            ("sessions:list", _("Sessions"), "computer-desktop"),
        ),
    ),
    (_("Developers"), (("api_docs", _("API reference"), "code-bracket"),)),
)


def shell(request: HttpRequest) -> dict[str, object]:
    return {
        "site_name": settings.SITE_NAME,
        "theme": theme_of(request),
        "request_id": getattr(request, "request_id", ""),
        "nav": SimpleLazyObject(partial(_navigation, request.path)),
    }


def _navigation(path: str) -> list[Group]:
    return [Group(label=label, links=list(_links(links, path))) for label, links in NAVIGATION]


def _links(links: tuple[tuple[str, str | Promise, str], ...], path: str) -> Iterator[Link]:
    for name, label, icon in links:
        url = reverse(name)
        current = "page" if path == url else "true" if path.startswith(url) else ""
        yield Link(url=url, label=label, icon=icon, current=current)
