"""Revoking the keys that were made, or opened further, since something that their owner says was
not them: a new secret for an old key is as good to an intruder as a new key. So is one that they
used, of whenever it is."""

from alerts import services as alerts
from alerts.items import AlertKind
from alerts.services import Distrust
from apikeys.items import ApiKey, EndReason
from apikeys.repository import ApiKeyRepository
from apikeys.services.telling import told
from core import clock
from dynamo.table import Write
from jobs.kinds import JobKind

AT_ONCE = 30  # three writes each; a job ends with 99 at most

_keys = ApiKeyRepository()


def revoke_new_keys(distrust: Distrust) -> list[Write]:
    """The writes that revoke them and tell of each; with those of another look when there are
    more. They fail when one was revoked meanwhile: the job is then repeated."""
    now = clock.now()
    found = [
        key
        for key in _keys.all_of(distrust.user_sub)
        if key.is_living_at(now) and _is_suspect(key, distrust)
    ]
    writes: list[Write] = []
    for key in found[:AT_ONCE]:
        writes.append(_keys.revoking(key, at=now, reason=EndReason.NOT_ME))
        writes += told(key, AlertKind.APIKEY_REVOKED, None, **distrust.place)
    if len(found) > AT_ONCE:
        writes.append(alerts.look_write(JobKind.APIKEY_NOT_ME, distrust, due=now))
    return writes


def _is_suspect(key: ApiKey, distrust: Distrust) -> bool:
    if key.key_id == distrust.used_key:
        return True
    return any(distrust.is_about(at) for at in (key.created_at, key.changed_at) if at)
