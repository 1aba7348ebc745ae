"""What was made since something that its owner says was not them: each app turns its own off.

Webhooks go off in the transaction that signs everybody out, before one of them could hear of it;
keys by a job of that transaction, so nothing is lost. Both are looked at again when whatever was
under way at that moment has ended.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from alerts.items import Alert, AlertKind
from core import clock, ids
from dynamo.table import Write
from jobs import services as jobs
from jobs.items import Job
from jobs.kinds import JobKind

EARLIER = timedelta(minutes=1)  # what an alert tells of is a moment older than the alert
UNDER_WAY = timedelta(seconds=30)  # what a request that began before may still make
SECOND_LOOK = timedelta(minutes=1)
USED = frozenset({AlertKind.APIKEY_ADDRESS_REFUSED, AlertKind.APIKEY_NEW_NETWORK})
_USED_KEY = "used_key"


@dataclass(frozen=True, slots=True, kw_only=True)
class Distrust:
    """`place`: from where it was said, for the alerts about what is turned off. `used_key`: the
    id of the API key that somebody else has, however old it is; empty = it is about none."""

    user_sub: str
    since: datetime
    until: datetime
    place: Mapping[str, str]
    used_key: str = ""

    def is_about(self, made_at: datetime) -> bool:
        return self.since <= made_at <= self.until


def distrust_from(
    *, user_sub: str, alert_id: str, alert: Alert | None, place: Mapping[str, str]
) -> Distrust:
    """`alert`: None when it is gone, then its id tells of when it was."""
    return Distrust(
        user_sub=user_sub,
        since=(alert.first_at if alert else ids.moment_of(alert_id)) - EARLIER,
        until=clock.now() + UNDER_WAY,
        place=place,
        used_key=alert.context.get("key_id", "") if alert and alert.kind in USED else "",
    )


def look_writes(distrust: Distrust) -> list[Write]:
    now = clock.now()
    return [
        look_write(JobKind.APIKEY_NOT_ME, distrust, due=now),
        look_write(JobKind.APIKEY_NOT_ME, distrust, due=now + SECOND_LOOK),
        look_write(JobKind.ALERT_NOT_ME, distrust, due=now + SECOND_LOOK),
    ]


def look_write(kind: JobKind, distrust: Distrust, *, due: datetime) -> Write:
    told = {
        "user_sub": distrust.user_sub,
        "since": clock.text(distrust.since),
        "until": clock.text(distrust.until),
    }
    secret = {**distrust.place, _USED_KEY: distrust.used_key}
    return jobs.enqueue_write(kind, ids=told, due=due, secret=secret)


def distrust_of(job: Job) -> Distrust:
    return Distrust(
        user_sub=job.ids["user_sub"],
        since=clock.parse(job.ids["since"]),
        until=clock.parse(job.ids["until"]),
        place={name: text for name, text in job.secret.items() if name != _USED_KEY},
        used_key=job.secret.get(_USED_KEY, ""),
    )
