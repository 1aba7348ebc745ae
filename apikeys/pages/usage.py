"""A key's calls of some days, as a picture and as a table."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from apikeys.items import DayUsage, Outcome
from apikeys.wording import OUTCOME_TEXTS, Text

BAR, GAP, HEIGHT = 14, 6, 120  # of the picture, in its own units


@dataclass(frozen=True, slots=True, kw_only=True)
class Total:
    outcome: Outcome
    word: Text
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A part of a day's column."""

    outcome: Outcome
    x: int
    y: int
    height: int
    width: int = BAR


@dataclass(frozen=True, slots=True)
class Use:
    """`usage`: the oldest day first. `days` are those with a call, the newest first."""

    usage: Sequence[DayUsage]
    height: int = HEIGHT

    @property
    def calls(self) -> int:
        return sum(day.total for day in self.usage)

    @property
    def first(self) -> date:
        return self.usage[0].day

    @property
    def last(self) -> date:
        return self.usage[-1].day

    @property
    def totals(self) -> list[Total]:
        return [
            Total(outcome=each, word=word, count=sum(count_of(day, each) for day in self.usage))
            for each, word in OUTCOME_TEXTS.items()
        ]

    @property
    def days(self) -> list[tuple[date, list[int]]]:
        return [
            (day.day, [count_of(day, each) for each in OUTCOME_TEXTS])
            for day in reversed(self.usage)
            if day.total
        ]

    @property
    def summary(self) -> str:
        busiest = max(self.usage, key=lambda day: day.total)
        text = _("Calls by day, %(most)s on the busiest one. The table below has the numbers.")
        return text % {"most": number_format(busiest.total, force_grouping=True)}

    @property
    def width(self) -> int:
        return len(self.usage) * (BAR + GAP) - GAP

    @property
    def bars(self) -> Iterator[Bar]:
        """Answered calls at the foot, the others on top; what happened at all can be seen."""
        most = max((day.total for day in self.usage), default=0)
        for place, day in enumerate(self.usage):
            y = HEIGHT
            for outcome in OUTCOME_TEXTS:
                if count := count_of(day, outcome):
                    height = max(2, round(count * HEIGHT / most))
                    y = max(0, y - height)
                    yield Bar(outcome=outcome, x=place * (BAR + GAP), y=y, height=height)


def count_of(day: DayUsage, outcome: Outcome) -> int:
    return int(getattr(day, outcome))
