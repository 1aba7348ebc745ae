"""The registry of handlers. Each app's `jobs` module fills it when the process starts.

    @handler(JobKind.SIGN_UP_MAIL)
    def send_sign_up_mail(job: Job) -> None: ...

A handler may run more than once for one job, and must then do the same again: what it sends
carries `job.id`, and what it writes to DynamoDB it returns as `Done(writes=[...])`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from dynamo.table import Write
from jobs.items import Job, Lane
from jobs.kinds import JobKind

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Done:
    """The job is finished; its writes (at most 99) happen in the transaction that removes it.

    So they happen exactly once, however often the handler ran.
    """

    writes: Sequence[Write] = ()


class Retry(Exception):
    """Raised by a handler: not now, again after that time (at least a second). The run counts."""

    def __init__(self, *, after: timedelta) -> None:
        super().__init__(str(after))
        self.after = max(after, timedelta(seconds=1))


Handler = Callable[[Job], Done | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recurrence:
    kind: JobKind
    every: timedelta
    lane: Lane

    def slot_after(self, moment: datetime) -> datetime:
        """The first slot later than `moment`. Slots are counted from 1970-01-01 UTC."""
        return _EPOCH + ((moment - _EPOCH) // self.every + 1) * self.every


_handlers: dict[str, Handler] = {}
_recurrences: dict[str, Recurrence] = {}


def handler(kind: JobKind) -> Callable[[Handler], Handler]:
    """Registers the one handler of a kind; ValueError for a second one."""

    def register(function: Handler) -> Handler:
        if kind in _handlers:
            raise ValueError(f"{kind} has a handler already: {_handlers[kind].__qualname__}")
        _handlers[kind] = function
        return function

    return register


def recurring(
    kind: JobKind, *, every: timedelta, lane: Lane = Lane.BULK
) -> Callable[[Handler], Handler]:
    """Registers the handler of a kind that runs once per slot, over any number of workers.

    Slots missed while no worker ran are made up for by one run; `job.ids["slot"]` names it.
    """
    if every < timedelta(seconds=1):
        raise ValueError(f"{kind}: `every` must be at least a second")

    def register(function: Handler) -> Handler:
        handler(kind)(function)
        _recurrences[kind] = Recurrence(kind=kind, every=every, lane=lane)
        return function

    return register


def find_handler(kind: str) -> Handler | None:
    return _handlers.get(kind)


def kinds() -> frozenset[str]:
    return frozenset(_handlers)


def recurrences() -> tuple[Recurrence, ...]:
    return tuple(_recurrences.values())
