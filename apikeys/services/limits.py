"""How often a key may call: GCRA, as a pure calculation.

One number is kept, the theoretical arrival time (`tat`): the moment at which a caller who never
came too early would come next. Each call moves it on by one step. A call passes while `tat` is not
further ahead than the burst allows, so in any time t at most `burst + t / step` calls pass, and who
waits one step between calls always does. Times are whole microseconds since 1970.

It only grows while the limit stays: one that is out of date is too low, never too high. So a
refusal that follows from an old one is right all the same. With another limit it begins anew.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.conf import settings

from apikeys.calls import Quota
from apikeys.items import ApiKey

WINDOW = 60  # seconds
SECOND = 1_000_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Pace:
    """`per_minute` calls, of which `burst` may come at once."""

    per_minute: int
    burst: int

    @property
    def step(self) -> int:
        """Between two calls; rounded up, so that there are never more than `per_minute`."""
        return -(-WINDOW * SECOND // self.per_minute)

    def latest(self, now: int) -> int:
        """The highest `tat` with which a call passes now."""
        return now + (self.burst - 1) * self.step

    def wait(self, tat: int, now: int) -> int:
        """Until a call passes; 0 = now."""
        return max(0, tat - self.latest(now))

    def after(self, tat: int, now: int) -> int:
        """`tat` once a call of now is counted."""
        return max(tat, now) + self.step

    def remaining(self, tat: int, now: int) -> int:
        """How many calls pass at once now."""
        return max(0, now + self.burst * self.step - max(tat, now)) // self.step

    def quota(self, tat: int, now: int) -> Quota:
        remaining = self.remaining(tat, now)
        one_more = max(tat, now) + (remaining + 1 - self.burst) * self.step
        return Quota(
            limit=self.per_minute,
            window=WINDOW,
            remaining=remaining,
            reset=whole_seconds(one_more - now),
        )


def pace_of(key: ApiKey) -> Pace:
    """Its own, and never more than the site's of today."""
    most: int = settings.API_KEYS_CALLS_PER_MINUTE
    per_minute = most if key.calls_per_minute is None else min(key.calls_per_minute, most)
    return Pace(per_minute=per_minute, burst=min(settings.API_KEYS_BURST, per_minute))


def microseconds(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(microseconds=1)


def moment_of(time: int) -> datetime:
    return _EPOCH + timedelta(microseconds=time)


def whole_seconds(duration: int) -> int:
    """Rounded up, at least 1: who waits so long is not told to wait again."""
    return max(1, -(-duration // SECOND))
