"""What every page's frame shows; the one context processor of the project.

It reads storage only for a page of somebody who is signed in, and only when the template walks
`nav`: one hop, for the numbers of what is new. Error pages never do; of the fragments only the
one that is these numbers.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise, SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from billing import services as billing
from config.inbox import News, news_of, tabs
from core.theme import theme_of
from mfa import services as mfa
from users.models import User


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    name: str
    url: str
    label: str | Promise
    icon: str
    current: str  # a value of aria-current: "page", "true" below that page, or nothing
    count: int = 0  # of what is new there
    count_text: str = ""
    text: str | Promise = ""  # what one does there, if the overview leads to it

    @property
    def is_counted(self) -> bool:
        return self.name == BELL

    @property
    def count_id(self) -> str:
        return "count-" + self.name.replace(":", "-")


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    label: str | Promise
    links: list[Link]


# Only what exists: group -> (URL name, label, Heroicon)
NAVIGATION: tuple[tuple[str | Promise, tuple[tuple[str, str | Promise, str], ...]], ...] = (
    (
        "",
        (
            ("accounts:overview", _("Overview"), "home"),
            ("newsfeed:home", _("Feed"), "newspaper"),
            ("newsfeed:explore", _("Explore"), "globe-alt"),
            ("newsfeed:notifications", _("Notifications"), "bell"),
            ("billing:wallet", _("Wallet"), "wallet"),
        ),
    ),
    (
        _("Account"),
        (
            ("accounts:profile", _("Profile"), "user-circle"),
            ("accounts:security", _("Security"), "shield-check"),
            ("sessions:list", _("Sessions"), "computer-desktop"),
        ),
    ),
    (
        _("Developers"),
        (
            ("apikeys:list", _("API keys"), "key"),
            ("alerts:webhooks", _("Webhooks"), "bolt"),
            ("api_docs", _("API reference"), "code-bracket"),
        ),
    ),
)

# Shown to staff only.
STAFF: tuple[tuple[str, str | Promise, str], ...] = (
    ("accounts:approvals", _("Approvals"), "shield-check"),
    ("billing:staff_payments", _("Payments"), "banknotes"),
)

# Pages whose address does not begin with their link's: URL name or namespace -> its link.
BELOW: dict[str, str] = {
    "newsfeed:earnings": "billing:wallet",
    "newsfeed:new": "newsfeed:home",
    "newsfeed:post": "newsfeed:home",
    "newsfeed:comments": "newsfeed:home",
    "newsfeed:delete": "newsfeed:home",
    "newsfeed:deleted": "newsfeed:home",
    "newsfeed:drafts": "newsfeed:home",
    "newsfeed:edit": "newsfeed:home",
    "newsfeed:history": "newsfeed:home",
    "newsfeed:purge": "newsfeed:home",
    "newsfeed:schedule": "newsfeed:home",
    "newsfeed:scheduled": "newsfeed:home",
    "newsfeed:profile": "newsfeed:home",
    "newsfeed:notification_choices": "newsfeed:notifications",
    "alerts": "newsfeed:notifications",
    "mfa": "accounts:security",
    "accounts:password": "accounts:security",
    "accounts:email": "accounts:security",
    "accounts:email_confirm": "accounts:security",
    "accounts:history": "accounts:security",
    "accounts:data": "accounts:security",
    "accounts:delete": "accounts:security",
    "accounts:approval": "accounts:approvals",
    "accounts:mfa_reset_request": "accounts:approvals",
}

# Where the overview leads: URL name -> what one does there.
STARTS: dict[str, str | Promise] = {
    "newsfeed:home": _("Read those whom you follow, and write posts of your own."),
    "billing:wallet": _("Your balance, top-ups, saved cards and every movement of your money."),
    "accounts:security": _("How you sign in, two-step sign-in, and where you are signed in."),
    "apikeys:list": _("Let your own programs act for you, within the scopes you give them."),
}

# What a site can do without: URL name -> whether it has it.
SHOWN_IF: dict[str, Callable[[], bool]] = {
    "billing:wallet": billing.is_configured,
    "billing:staff_payments": billing.is_configured,
}

BELL = "newsfeed:notifications"  # what is new, also shown beside the menu of small screens


def shell(request: HttpRequest) -> dict[str, object]:
    news: News = SimpleLazyObject(partial(news_of, request))  # type: ignore[assignment]
    nav = SimpleLazyObject(partial(_navigation, request, news))
    return {
        "site_name": settings.SITE_NAME,
        "theme": theme_of(request),
        "request_id": getattr(request, "request_id", ""),
        "nav": nav,
        "news": news,
        "inbox_tabs": SimpleLazyObject(partial(tabs, request, news)),
        "is_stopped": partial(_is_stopped, request),
        "mfa_due": partial(_mfa_due, request),
        "has_wallet": billing.is_configured(),
        "bell": SimpleLazyObject(partial(_find, nav, BELL)),  # type: ignore[arg-type]
    }


def _is_stopped(request: HttpRequest) -> bool:
    """Whether the person gets nothing but the pages that turn two-step sign-in on."""
    return isinstance(request.user, User) and mfa.is_stopped(request.user)


def _mfa_due(request: HttpRequest) -> datetime | None:
    """The day by which the person has to turn two-step sign-in on."""
    return mfa.due_of(request.user) if isinstance(request.user, User) else None


def _navigation(request: HttpRequest, news: News) -> list[Group]:
    is_staff = getattr(request.user, "is_staff", False)
    groups = (*NAVIGATION, (_("Staff"), STAFF)) if is_staff else NAVIGATION
    current = _current(request, [name for _label, links in groups for name, *_others in links])
    return [
        Group(label=label, links=list(_links(links, request, news, current)))
        for label, links in groups
    ]


def _links(
    links: tuple[tuple[str, str | Promise, str], ...],
    request: HttpRequest,
    news: News,
    current: str,
) -> Iterator[Link]:
    for name, label, icon in links:
        if name in SHOWN_IF and not SHOWN_IF[name]():
            continue
        url = reverse(name)
        yield Link(
            name=name,
            url=url,
            label=label,
            icon=icon,
            current="page" if request.path == url else "true" if name == current else "",
            count=news.total if name == BELL else 0,
            count_text=news.total_text if name == BELL else "",
            text=STARTS.get(name, ""),
        )


def _current(request: HttpRequest, names: Sequence[str]) -> str:
    """The one link that this page is below, "" for none."""
    match = request.resolver_match
    if match is None:  # no such page
        return ""
    if match.view_name in BELOW:
        return BELOW[match.view_name]
    above = [name for name in names if request.path.startswith(reverse(name))]
    return max(above, key=lambda name: len(reverse(name)), default=BELOW.get(match.namespace, ""))


def _find(nav: list[Group], name: str) -> Link:
    return next(link for group in nav for link in group.links if link.name == name)
