"""Which alerts of a list are wanted. The store knows nothing of categories and texts, which are
the catalogue's, so rows are read and looked through: a bounded number for each page."""

from dataclasses import dataclass

from alerts.items import Alert, Category
from alerts.repository import AlertRepository
from alerts.services.views import AlertView, view_of
from dynamo.table import Key

PAGE = 20
SCANNED = 100  # rows of one read
MOST_READS = 5
MOST_TEXT = 100  # characters to search for

Found = tuple[list[Alert], Key | None]

_alerts = AlertRepository()


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    category: Category | None = None
    min_severity: int = 0
    unread: bool = False
    text: str = ""

    @property
    def is_some(self) -> bool:
        """False when everything is wanted."""
        return self != EVERYTHING

    def matches(self, view: AlertView) -> bool:
        return (
            self.category in (None, view.category)
            and view.severity >= self.min_severity
            and (view.unread or not self.unread)
            and self.text.casefold() in _searched(view)
        )


EVERYTHING = Wanted()


def fill(first: Found, user_sub: str, wanted: Wanted, *, read_upto: str) -> Found:
    """A page of what is wanted, and where the next one starts; `first` is what one read found."""
    found: list[Alert] = []
    rows, following = first
    for reads in range(1, MOST_READS + 1):
        for alert in rows:
            if not wanted.matches(view_of(alert, read_upto=read_upto)):
                continue
            found.append(alert)
            if len(found) == PAGE:
                return found, following if alert is rows[-1] else _after(alert)
        if following is None or not wanted.is_some or reads == MOST_READS:
            break
        rows, following = _alerts.page(user_sub, limit=SCANNED, start=following)
    return found, following


def _after(alert: Alert) -> Key:
    return {"user_sub": alert.user_sub, "alert_id": alert.alert_id}


def _searched(view: AlertView) -> str:
    texts = [view.title, view.sentence, *(fact.value for fact in view.facts)]
    return "\n".join(texts).casefold()
