"""The provider's word about one thing, where the books differ."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from billing.providers.interface import Provider
from billing.providers.messages import (
    NOTHING_TOLD,
    DisputeReport,
    Entry,
    PaymentReport,
    RefundReport,
)
from core.errors import ApplicationError

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Answer(Generic[T]):
    """Without a report it says that nothing of that name was started here, or says nothing."""

    report: T | None
    is_said: bool


class Asking:
    """Each thing is asked about once."""

    def __init__(self, provider: Provider) -> None:
        self._provider = provider
        self._payments: dict[str, Answer[PaymentReport]] = {}
        self._refunds: dict[str, Answer[RefundReport]] = {}
        self._disputes: dict[str, Answer[DisputeReport]] = {}

    def payment(self, ref: str, entry: Entry | None = None) -> Answer[PaymentReport]:
        return _once(self._payments, self._provider.fetch_payment, ref, entry)

    def refund(self, ref: str, entry: Entry | None = None) -> Answer[RefundReport]:
        return _once(self._refunds, self._provider.fetch_refund, ref, entry)

    def dispute(self, ref: str, entry: Entry | None = None) -> Answer[DisputeReport]:
        return _once(self._disputes, self._provider.fetch_dispute, ref, entry)


def _once(
    known: dict[str, Answer[T]],
    fetch: Callable[[str, Mapping[str, str]], T | None],
    ref: str,
    entry: Entry | None,
) -> Answer[T]:
    """As its webhook would ask, if there is one."""
    if not ref:
        return Answer(None, False)
    event = entry.event if entry else None
    ref = event.ref if event else ref
    if ref not in known:
        told = event.told if event else NOTHING_TOLD
        try:
            known[ref] = Answer(fetch(ref, told), True)
        except ApplicationError:
            known[ref] = Answer(None, False)
    return known[ref]
