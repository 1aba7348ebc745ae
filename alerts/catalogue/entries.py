"""What an entry of the catalogue is made of."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from django.urls import reverse
from django.utils.functional import Promise

from alerts.items import Category, Channel, Severity

Text = str | Promise
EVERYWHERE = frozenset(Channel)
IN_APP_ONLY = frozenset({Channel.IN_APP})
NOT_BY_MAIL = frozenset({Channel.IN_APP, Channel.WEBHOOK})
HOUR = timedelta(hours=1)
STEPS = (1, 10, 100, 1000)  # the occurrences of one event that are told outside the app


@dataclass(frozen=True, slots=True, kw_only=True)
class Grouping:
    """What counts as the same event again: the same values within a window of the clock.

    `by`: names of the context; "network" is the /24 or /64 of its `ip`. `steps`: which
    occurrences are sent. A `burst` may come by the hundred: each is one plain update, and it is
    unread and routed only from its first step on.
    """

    by: tuple[str, ...] = ()
    window: timedelta = HOUR
    steps: tuple[int, ...] = STEPS
    burst: bool = False

    def step(self, n: int) -> int:
        """The last one that `n` reached; 0 before the first."""
        return max((step for step in self.steps if step <= n), default=0)


ALONE = Grouping()  # for a raise that names its event itself
SAME_PLACE = Grouping(by=("ip", "device"))
FAILURES = Grouping(by=("network",), steps=(3, *STEPS[1:]), burst=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """`channels`: the most that it ever goes to. A mandatory one goes there whatever one chose.
    `page`: the name of the URL where its owner sees or undoes it. `page_of`: the same for the one
    thing that it is about, and the name in the context of what that URL takes.

    Without `grouping` each time is an event of its own, and each is told.
    """

    category: Category
    severity: Severity
    title: Text
    sentence: Text
    page: str = ""
    page_of: tuple[str, str] | None = None
    mandatory: bool = False
    channels: frozenset[Channel] = EVERYWHERE
    grouping: Grouping | None = None

    def path_for(self, context: Mapping[str, str]) -> str:
        """Empty where there is no page. What older rows do not name leads to `page`."""
        if self.page_of is not None:
            name, known_as = self.page_of
            if value := context.get(known_as):
                return reverse(name, args=[value])
        return reverse(self.page) if self.page else ""

    def title_for(self, context: Mapping[str, str]) -> str:
        return _filled(self.title, context)

    def sentence_for(self, context: Mapping[str, str]) -> str:
        return _filled(self.sentence, context)

    def step(self, n: int) -> int:
        return (self.grouping or ALONE).step(n)


def security(
    severity: Severity,
    title: Text,
    sentence: Text,
    *,
    page: str = "",
    page_of: tuple[str, str] | None = None,
    channels: frozenset[Channel] = EVERYWHERE,
    grouping: Grouping | None = None,
) -> Entry:
    """Always sent: who takes an account over must not be able to silence it."""
    return Entry(
        category=Category.SECURITY,
        severity=severity,
        title=title,
        sentence=sentence,
        page=page,
        page_of=page_of,
        mandatory=True,
        channels=channels,
        grouping=grouping,
    )


def account(
    severity: Severity,
    title: Text,
    sentence: Text,
    *,
    page: str = "",
    mandatory: bool = False,
    channels: frozenset[Channel] = EVERYWHERE,
) -> Entry:
    """`mandatory` for what stops a person who does not act."""
    return Entry(
        category=Category.ACCOUNT,
        severity=severity,
        title=title,
        sentence=sentence,
        page=page,
        mandatory=mandatory,
        channels=channels,
    )


def money(
    severity: Severity,
    title: Text,
    sentence: Text,
    *,
    page: str = "",
    mandatory: bool = False,
    channels: frozenset[Channel] = EVERYWHERE,
) -> Entry:
    """`mandatory` for what costs a person money when they do not act, as a failed payment."""
    return Entry(
        category=Category.MONEY,
        severity=severity,
        title=title,
        sentence=sentence,
        page=page,
        mandatory=mandatory,
        channels=channels,
    )


def _filled(text: Text, context: Mapping[str, str]) -> str:
    return str(text) % defaultdict(str, context)
