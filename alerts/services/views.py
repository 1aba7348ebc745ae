"""An alert as its owner gets to see it, on a page, in the API and in a mail."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from alerts.catalogue import CATALOGUE, FACTS, PLACE
from alerts.items import Alert, AlertKind, Answer, Category, Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    name: str
    label: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertView:
    """`page` is the path where one sees or undoes it; empty where there is none.

    `asks`: whether its owner is asked if it was them.
    """

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
    unread_id: str
    answer: Answer | None
    asks: bool

    @property
    def stays(self) -> bool:
        """Nobody removes it before its time."""
        return CATALOGUE[self.kind].mandatory

    @property
    def advises(self) -> bool:
        """Whether to say what to do when it was not them, where nobody is asked."""
        return self.category is Category.SECURITY and self.kind not in BY_ITSELF

    @property
    def place(self) -> tuple[Fact, ...]:
        return tuple(fact for fact in self.facts if fact.name in PLACE)


# Nobody did these: they happened, or the site asks for something.
BY_ITSELF = frozenset(
    {
        AlertKind.APIKEY_EXPIRED,
        AlertKind.APIKEY_EXPIRING,
        AlertKind.APIKEY_IDLE,
        AlertKind.APIKEY_LEAKED,
        AlertKind.APIKEY_OLD_SECRET_LEAKED,
        AlertKind.APIKEY_OLD_SECRET_USED,
        AlertKind.MFA_DUE_SOON,
        AlertKind.MFA_REQUIRED,
    }
)
# Of these nobody can say more than the alert does. Of a changed address neither: nothing can be
# mailed to its owner any more, so they act themselves, while they still can sign in.
NOT_ASKED = BY_ITSELF | frozenset(
    {
        AlertKind.ACCOUNT_DISABLED,
        AlertKind.ACCOUNT_ENABLED,
        AlertKind.EMAIL_BOUNCED,
        AlertKind.EMAIL_CHANGED,
        AlertKind.EMAIL_COMPLAINED,
        AlertKind.MFA_RESET_REFUSED,
        AlertKind.NOT_ME,
        AlertKind.PASSWORD_RESET_ASKED,
        AlertKind.SIGN_IN_FAILED,
        AlertKind.SIGN_IN_LOCKED,
        AlertKind.SMS_REFUSED,
        AlertKind.STAFF_GLASS_BROKEN,
        AlertKind.STAFF_REQUEST_MADE,
        AlertKind.WEBHOOK_DISABLED,
    }
)


def asks_about(kind: AlertKind) -> bool:
    return CATALOGUE[kind].category is Category.SECURITY and kind not in NOT_ASKED


def view_of(alert: Alert, *, read_upto: str) -> AlertView:
    entry = CATALOGUE[alert.kind]
    return AlertView(
        alert_id=alert.alert_id,
        kind=alert.kind,
        category=entry.category,
        severity=entry.severity,
        title=entry.title_for(alert.context),
        sentence=entry.sentence_for(alert.context),
        page=entry.path_for(alert.context),
        facts=facts_of(alert.context),
        n=alert.n,
        first_at=alert.first_at,
        last_at=alert.last_at,
        unread=alert.is_unread(read_upto),
        unread_id=alert.unread_id,
        answer=alert.answer,
        asks=asks_about(alert.kind),
    )


def facts_of(context: Mapping[str, str]) -> tuple[Fact, ...]:
    """Those of the context that have a label, in the order of the labels."""
    return tuple(
        Fact(name=name, label=str(label), value=context[name])
        for name, label in FACTS.items()
        if context.get(name)
    )
