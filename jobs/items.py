"""What the outbox stores, and what a handler gets to see of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

SHARDS = 4  # per lane; each partition takes 1,000 writes a second


class Lane(StrEnum):
    INTERACTIVE = "i"  # a person is waiting for it
    BULK = "b"  # fan-out, digests, sweeps: takes turns with the other, and never starves


class JobState(StrEnum):
    WAITING = "waiting"  # due, nobody runs it
    LEASED = "leased"  # a worker runs it
    SCHEDULED = "scheduled"  # due later, first time or after a failure
    DEAD = "dead"  # failed too often; a person decides


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What a handler gets. `tries` counts this run; `id` stays the same over all runs."""

    id: str
    kind: str
    ids: Mapping[str, str]
    secret: Mapping[str, str] = field(repr=False)
    due: datetime
    tries: int
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class JobRow:
    """One row of the outbox; times are texts as stored, so they compare as they sort."""

    partition: str
    job_id: str
    kind: str
    lane: Lane
    due: str
    created_at: str
    updated_at: str
    ids: Mapping[str, str]
    secret: str = field(default="", repr=False)  # encrypted, bound to the job id
    tries: int = 0
    owner: str = ""
    lease_until: str = ""
    queued_until: str = ""  # its key is in the queue; read only, and lost when the row moves
    error: str = ""  # the class of the last failure, never its text

    @property
    def key(self) -> dict[str, str]:
        return {"pk": self.partition, "sk": f"{self.due}#{self.job_id}"}

    @property
    def attempt(self) -> str:
        """Names one run of one job: no two leases ever share it."""
        return f"{self.due}#{self.job_id}#{self.tries}"

    def is_leased(self, now: str) -> bool:
        return self.lease_until > now

    def state(self, now: str) -> JobState:
        if self.is_leased(now):
            return JobState.LEASED
        return JobState.WAITING if self.due <= now else JobState.SCHEDULED
