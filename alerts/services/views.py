"""An alert as its owner gets to see it, on a page, in the API and in a mail."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from alerts.catalogue import CATALOGUE, FACTS, PLACE
from alerts.items import Alert, AlertKind, Category, Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    name: str
    label: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertView:
    """`page` is the name of the URL where one sees or undoes it; empty where there is none."""

    alert_id: str
    kind: AlertKind
    category: Category
    severity: Severity
    title: str
    sentence: str
    page: str
    facts: tuple[Fact, ...]
    n: int
    first_at: datetime
    last_at: datetime
    unread: bool

    @property
    def place(self) -> tuple[Fact, ...]:
        return tuple(fact for fact in self.facts if fact.name in PLACE)


def view_of(alert: Alert, *, read_upto: str) -> AlertView:
    entry = CATALOGUE[alert.kind]
    return AlertView(
        alert_id=alert.alert_id,
        kind=alert.kind,
        category=entry.category,
        severity=entry.severity,
        title=entry.title_for(alert.context),
        sentence=entry.sentence_for(alert.context),
        page=entry.page,
        facts=facts_of(alert.context),
        n=alert.n,
        first_at=alert.first_at,
        last_at=alert.last_at,
        unread=alert.is_unread(read_upto),
    )


def facts_of(context: Mapping[str, str]) -> tuple[Fact, ...]:
    """Those of the context that have a label, in the order of the labels."""
    return tuple(
        Fact(name=name, label=str(label), value=context[name])
        for name, label in FACTS.items()
        if context.get(name)
    )
