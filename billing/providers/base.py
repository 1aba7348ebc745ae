"""What most providers have in common."""

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import timedelta
from typing import Any

from django.utils.functional import Promise

from billing.providers.errors import MalformedEvent, ProviderRefused
from billing.providers.messages import Event, PaymentReport

logger = logging.getLogger("billing.webhooks")


def understood(parse: Callable[[Any], Event], told: Iterable[Any]) -> Iterator[Event]:
    """One that makes no sense holds up no other."""
    for each in told:
        try:
            event = parse(each)
        except MalformedEvent:
            logger.error("webhook not understood")
        else:
            yield event


class Base:
    """For an adapter to inherit from; see Provider for what each means."""

    saves_alone = True
    believed_after = timedelta(minutes=15)  # a call may be under way for so long
    visit_parameter = "visit"

    @property
    def why_not(self) -> str | Promise:
        raise NotImplementedError

    @property
    def limits(self) -> tuple[int, int] | None:
        return None

    @property
    def step(self) -> int:
        return 1

    @property
    def saves(self) -> bool:
        return True

    @property
    def enabled(self) -> bool:
        return not self.why_not

    def capture(self, ref: str, payment_id: str) -> PaymentReport:
        """Where a person pays by one step, nothing is ever APPROVED."""
        raise ProviderRefused(reason="nothing_to_capture")

    def lists(self, ref: str) -> bool:
        return True

    def spellings(self, text: str) -> list[str]:
        return [text]

    def payment_of_return(self, query: Mapping[str, str]) -> tuple[str, str] | None:
        """Where each payment has an address of return of its own."""
        return None
