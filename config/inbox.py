"""What is new to somebody: the number at the bell, and the tabs of the page that it leads to.

Alerts are told by the site, notifications by what people do; both are one page with tabs.
"""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from alerts import services as alerts
from alerts.items import Category
from dynamo.errors import StorageError
from dynamo.gather import gather
from newsfeed import services as newsfeed
from newsfeed.items import UNREAD_CAP

MOST_ALERTS = 30  # counted by alerts: that many or more

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What a person has not read yet: the ids of alerts, and how much people did."""

    alert_ids: tuple[str, ...] = ()
    people: int = 0

    @property
    def alerts(self) -> int:
        return len(self.alert_ids)

    @property
    def total(self) -> int:
        return self.alerts + self.people

    @property
    def total_text(self) -> str:
        more = self.alerts >= MOST_ALERTS or self.people >= UNREAD_CAP
        return f"{self.total}+" if more else str(self.total)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tab:
    label: str | Promise
    url: str
    is_current: bool
    count: str = ""  # of what is new there


TABS: tuple[tuple[Category, str | Promise], ...] = (
    (Category.SECURITY, _("Security")),
    (Category.MONEY, _("Money")),
    (Category.ACCOUNT, _("Account")),
)


def news_of(request: HttpRequest) -> News:
    """One hop. Without the numbers a page is still of use: an outage shows none."""
    if not request.user.is_authenticated:
        return News()
    user_sub = str(request.user.pk)
    try:
        unread, people = gather(
            partial(alerts.unread, user_sub), partial(newsfeed.unread_count, user_sub)
        )
    except StorageError:
        logger.warning("no numbers for the navigation", exc_info=True)
        return News()
    return News(alert_ids=unread.alert_ids, people=people)


def tabs(request: HttpRequest, news: News) -> list[Tab]:
    """One hop more where there are unread alerts."""
    return list(_tabs(request, news))


def _tabs(request: HttpRequest, news: News) -> Iterator[Tab]:
    people, all_alerts = reverse("newsfeed:notifications"), reverse("alerts:list")
    chosen = request.GET.get("category", "") if request.path == all_alerts else None
    by_category = _by_category(request, news)
    yield Tab(
        label=_("People"),
        url=people,
        is_current=request.path == people,
        count=_text(news.people, UNREAD_CAP),
    )
    for category, label in TABS:
        yield Tab(
            label=label,
            url=f"{all_alerts}?category={category}",
            is_current=chosen == category,
            count=_text(by_category[category], MOST_ALERTS),
        )
    yield Tab(label=_("All alerts"), url=all_alerts, is_current=chosen == "")


def _by_category(request: HttpRequest, news: News) -> dict[Category, int]:
    try:
        found = alerts.count_by_category(str(request.user.pk), news.alert_ids)
    except StorageError:
        logger.warning("no numbers for the tabs", exc_info=True)
        return dict.fromkeys(Category, 0)
    return {category: found[category] for category in Category}


def _text(count: int, most: int) -> str:
    return "" if not count else f"{count}+" if count >= most else str(count)
