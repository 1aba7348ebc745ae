"""A day of a provider's own books against ours: what each has and the other has not.

Nothing here writes to the ledger. What can be repaired is, by doing again what a webhook or a job
would have done; the comparison is then made once more, of the same entries and the rows of now.
"""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from billing import providers
from billing.items import ProviderName
from billing.providers.errors import ProviderNotEnabled
from billing.providers.interface import Provider
from billing.providers.messages import Entry
from billing.services.reconciling import disputes, payments, refunds
from billing.services.reconciling.books import Books, Difference, What
from billing.services.reconciling.repairing import replay
from billing.services.reconciling.rows import MARGIN, Span
from billing.services.wallet import require_configured
from core import clock
from core.errors import Invalid

__all__ = ["Difference", "Reconciliation", "What", "reconcile", "repair"]

FIRST_DAY = date(2000, 1, 1)  # older than any payment


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciliation:
    """`entries` are the provider's, with those of the margin; `foreign` those of the day about
    what was not started here; `replayed` counts what was done again."""

    provider: Provider
    day: Span
    entries: tuple[Entry, ...]
    foreign: tuple[Entry, ...]
    differences: tuple[Difference, ...]
    replayed: int = 0


def reconcile(*, provider: str, day: date) -> Reconciliation:
    """Compare a day in UTC that is over at the provider as well. Reads the whole table: for
    commands only.

    Raises Invalid and ProviderNotEnabled, naming `provider` or `day`, and ProviderRefused and
    NoAnswer when its books cannot be read.
    """
    require_configured()
    asked = _provider_of(provider)
    span = _span_of(asked, day)
    around = span.with_margin
    return _compare(asked, span, tuple(asked.entries(around.start, around.end)))


def repair(found: Reconciliation) -> Reconciliation:
    """Do again what may repair it, and compare again. Its provider is asked for nothing but what
    the differences name."""
    replayed = sum(replay(found.provider, each) for each in found.differences)
    again = _compare(found.provider, found.day, found.entries)
    return replace(again, replayed=replayed)


def _compare(provider: Provider, day: Span, entries: tuple[Entry, ...]) -> Reconciliation:
    books = Books(provider, day, entries)
    found = [
        *payments.differences(books),
        *refunds.differences(books),
        *disputes.differences(books),
    ]
    return Reconciliation(
        provider=provider,
        day=day,
        entries=entries,
        foreign=tuple(books.foreign),
        differences=tuple(sorted(found, key=_place)),
    )


def _place(found: Difference) -> tuple[str, ...]:
    return found.of, found.our_id, found.ref, found.what, found.here, found.there


def _provider_of(name: str) -> Provider:
    for provider in providers.all_providers():
        if provider.name == name:
            if not provider.enabled:
                text = f"{provider.label} is off: {provider.why_not}."
                raise ProviderNotEnabled(errors={"provider": [text]})
            return provider
    known = ", ".join(ProviderName)
    raise Invalid(errors={"provider": [f"{name!r} is no provider: say one of {known}."]})


def _span_of(provider: Provider, day: date) -> Span:
    if day < FIRST_DAY or day == date.max:
        raise Invalid(errors={"day": [f"There is nothing of {day}: say a day that was."]})
    start = datetime.combine(day, time.min, UTC)
    span = Span(start, start + timedelta(days=1))
    closed = span.end + MARGIN + provider.believed_after
    if clock.now() < closed:
        text = f"The books of {day} are not closed before {closed:%Y-%m-%d %H:%M} UTC: wait."
        raise Invalid(errors={"day": [text]})
    return span
