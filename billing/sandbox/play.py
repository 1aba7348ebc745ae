"""What the part of one provider offers to the server, the deliveries, the control API and the
dashboard."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import Message
from typing import Protocol

from billing.sandbox.faults import Fault
from billing.sandbox.state import State, Wire

Acts = list[tuple[str, str]]  # what a button says, and the path of the control API behind it


class Refused(Exception):
    """An error in the provider's shape: `body` is its JSON."""

    def __init__(self, message: str, *, status: int, body: Wire) -> None:
        super().__init__(message)
        self.status, self.body = status, body


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """`query` is what follows the question mark; `headers` are found in any case."""

    method: str
    path: str
    query: str
    headers: Message
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


class Page:
    """An answer of the hosted pages: a document, or a redirect when `location` is set. `to` is the
    origin that its form may lead to."""

    def __init__(self, text: str = "", *, status: int = 200, location: str = "", to: str = ""):
        self.text, self.status, self.location, self.to = text, status, location, to


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """A webhook on its way. `path` is of our site, with the query that belongs to it."""

    path: str
    body: bytes
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of the dashboard: a refund, a dispute, a saved way to pay."""

    text: str
    acts: Acts


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentRow:
    """`paid` says whether it can be refunded and disputed: by `payments/<name>/refund` and
    `payments/<name>/dispute`. `inquiries`: whether its bank may only ask about it."""

    name: str
    amount: str
    status: str
    why: str
    at: str
    paid: bool
    acts: Acts
    lines: list[Line]
    inquiries: bool = True


Act = Callable[[State, str, Wire], None]


class Play(Protocol):
    """One for each sandbox. Methods that take no lock are called with `state.lock` held."""

    @property
    def label(self) -> str: ...

    @property
    def prefixes(self) -> tuple[str, ...]:
        """Of the paths that it answers."""

    @property
    def kinds(self) -> frozenset[str]:
        """Of the objects that are its own."""

    @property
    def event(self) -> str:
        """The kind of its events, each of which has a `type`."""

    @property
    def acts(self) -> Mapping[tuple[str, str], Act]:
        """By the first and the last part of a control path."""

    def answer(self, request: Request, fault: Fault | None) -> Answer | Page:
        """Takes the lock itself. A fault BEFORE or AFTER is an error in the provider's shape, with
        what was asked for undone or done. Raises Refused."""

    def posted(self, event: Wire) -> Posted:
        """One delivery of it, signed; another one may differ in its time."""

    def tick(self) -> None:
        """Ends what is due by the clock: all objects with a `_due` that has come."""

    def payments(self, limit: int) -> list[PaymentRow]:
        """Newest first."""

    def methods(self, limit: int) -> list[Line]:
        """Saved ways to pay, newest first."""


def acts_on(kind: str, thing: Wire, steps: Acts) -> Acts:
    """`steps` name the last part of the path alone."""
    return [(text, f"{kind}/{thing['id']}/{act}") for text, act in steps]


def moment(seconds: float) -> str:
    """As the dashboard shows it."""
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M} UTC"


def tick(state: State, plays: Sequence[Play]) -> None:
    """Ends whatever is due by the sandbox's clock; each end is an event."""
    with state.lock:
        known = len(state.objects)
        for play in plays:
            play.tick()
        if len(state.objects) > known:
            state.save()
