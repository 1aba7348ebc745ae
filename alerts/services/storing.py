"""Writing changed preferences, with all that hangs on them."""

from dataclasses import replace
from datetime import datetime

from alerts.errors import PreferencesChanged
from alerts.items import Preferences
from alerts.repository import PreferenceRepository
from alerts.services import digests, leaving
from core.actor import Actor
from dynamo.errors import TransactionCancelled
from dynamo.table import transact

_preferences = PreferenceRepository()


def store(old: Preferences, wanted: Preferences, *, actor: Actor, now: datetime) -> Preferences:
    """With the digests it arms and the alert it raises. Raises PreferencesChanged."""
    armed, jobs = digests.arm_writes(old, wanted, now=now)
    new = replace(wanted, armed=armed)
    writes = [_preferences.changing(old, new), *jobs, *leaving.writes(old, new, actor)]
    try:
        transact(writes)
    except TransactionCancelled as error:
        raise PreferencesChanged from error
    return replace(new, version=old.version + 1)
