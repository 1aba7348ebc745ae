"""What an owner does about a key, said briefly; and what is left of it."""

from datetime import timedelta

from alerts.repository import AlertRepository
from apikeys import services
from apikeys.items import RotationStart
from apikeys.services import KeyChanges
from dynamo.expressions import Update
from dynamo.schema import schema_named
from dynamo.table import Table
from jobs import services as jobs
from tests.apikeys.keys import ACTOR

YEAR = timedelta(days=365)


def edit(key, *, version=None, **changes):
    return services.edit_key(
        user_sub=key.user_sub,
        key_id=key.key_id,
        version=version or key.version,
        actor=ACTOR,
        changes=KeyChanges(**changes),
    )


def rotate(key, *, hours=24, start=RotationStart.NOW, version=None, **more):
    return services.rotate_key(
        user_sub=key.user_sub,
        key_id=key.key_id,
        version=version or key.version,
        overlap_hours=hours,
        start=start,
        actor=ACTOR,
        **more,
    )


def do(service, key, **more):
    """`disable_key`, `revoke_key` … as its owner."""
    return service(user_sub=key.user_sub, key_id=key.key_id, actor=ACTOR, **more)


def current(key):
    return services.get_owned_key(key.user_sub, key.key_id)


def put(key, **attributes):
    """What calls, or the time that passed, would have written."""
    update = Update()
    for name, value in attributes.items():
        update = update.set(name, value)
    Table(schema_named("api_keys")).update({"key_id": key.key_id}, update)


def told(user):
    """Kinds of alerts, the oldest first."""
    return [row["kind"] for row in alerts_of(user)]


def last_alert(user):
    return alerts_of(user)[-1]


def alerts_of(user):
    return sorted(AlertRepository().rows_of(user.user_sub), key=lambda row: row["unread_id"])


def jobs_of(kind):
    """(ids, due) of the jobs of this kind that wait, the earliest first."""
    return sorted(((dict(row.ids), row.due) for _, row in jobs.list_jobs(kind=kind)), key=by_due)


def by_due(job):
    return job[1]
