"""Where a person's own programs hear of alerts, and what became of each delivery."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from urllib.parse import urlsplit

from alerts.items import Category, Severity


class EndpointState(StrEnum):
    ACTIVE = "active"
    DISABLED = "disabled"  # by its owner
    GONE = "gone"  # its server answered 410
    FAILING = "failing"  # it failed for days


class DeliveryState(StrEnum):
    RETRYING = "retrying"
    DELIVERED = "delivered"
    FAILED = "failed"  # given up
    DROPPED = "dropped"  # the webhook was turned off before it could be sent again


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookEndpoint:
    """Secrets are encrypted. `failing_since`: the first failure after the last success; since then
    there were `failures`, and nothing goes there before `probe_at`."""

    endpoint_id: str
    user_sub: str
    name: str
    url: str = field(repr=False)
    secret: str = field(repr=False)
    categories: frozenset[Category]
    min_severity: int
    state: EndpointState = EndpointState.ACTIVE
    old_secret: str = field(default="", repr=False)
    old_until: datetime | None = None  # signs beside the new one until then
    failing_since: datetime | None = None
    failures: int = 0
    probe_at: datetime | None = None
    created_at: datetime

    @property
    def is_active(self) -> bool:
        return self.state is EndpointState.ACTIVE

    @property
    def host(self) -> str:
        return urlsplit(self.url).netloc

    @property
    def masked_url(self) -> str:
        """Without what may hold a token."""
        return f"{urlsplit(self.url).scheme}://{self.host}/…"

    @property
    def sorted_categories(self) -> tuple[Category, ...]:
        return tuple(each for each in Category if each in self.categories)

    def asks_for(self, category: Category, severity: Severity) -> bool:
        return category in self.categories and severity >= self.min_severity

    def probe_after(self, moment: datetime) -> datetime | None:
        """When the next delivery may be tried, where that is later."""
        is_later = self.probe_at is not None and moment < self.probe_at
        return self.probe_at if self.failing_since is not None and is_later else None

    def old_secret_at(self, moment: datetime) -> str:
        """Empty once it signs no more."""
        return self.old_secret if self.old_until is not None and moment < self.old_until else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedEndpoint:
    """The only moment at which the secret's text is known."""

    endpoint: WebhookEndpoint
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What is to be sent to one endpoint. `occurrence`: the alert's `n` it tells of.

    Without an alert it is a test. What is sent again for an alert has the same `webhook_id`.
    """

    user_sub: str
    endpoint_id: str
    delivery_id: str
    kind: str
    alert_id: str = ""
    occurrence: int = 1

    @property
    def is_test(self) -> bool:
        return not self.alert_id

    @property
    def webhook_id(self) -> str:
        if self.is_test:
            return f"msg_{self.delivery_id}"
        return f"msg_{self.alert_id}_{self.occurrence}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """The last attempt at one message: `status` is 0 and `error` says why without an answer."""

    message: Message
    state: DeliveryState
    attempts: int
    status: int = 0
    error: str = ""
    milliseconds: int = 0
    answer: str = ""  # its first KB, as text
    next_at: datetime | None = None
    updated_at: datetime

    @property
    def delivery_id(self) -> str:
        return self.message.delivery_id


def categories_of(names: Iterable[str]) -> frozenset[Category]:
    """Names that only another version knows are left out."""
    return frozenset(Category(name) for name in names if name in set(Category))
