"""Changes of a key by its owner. What a call notes of its use is never among them, so the two
meet without one undoing the other."""

from datetime import datetime

from apikeys.items import ApiKey, KeyState
from apikeys.repository.rows import to_item
from apikeys.repository.schema import API_KEYS, key_of
from core import clock
from dynamo.expressions import Condition, Update, attr
from dynamo.table import Item, Table, Write

KEY_LABEL = "api key"
_NOT_OF_A_CHANGE = frozenset({"version", "created_at", "updated_at", "sv"}) | frozenset(
    {"tat", "last_used_at", "last_used_ip", "last_used_client", "seen_networks"}
)


class ChangeRepository:
    def __init__(self) -> None:
        self.table = Table(API_KEYS)

    def changing(
        self, before: ApiKey, after: ApiKey, *, at: datetime, if_unused: bool = False
    ) -> Write:
        """From what was read to what is wanted, only what differs, as the next version.

        Fails under KEY_LABEL when the key is gone or was changed meanwhile, or, with `if_unused`,
        was used.
        """
        update = Update().set("version", before.version + 1).set("updated_at", clock.text(at))
        if after.calls_per_minute != before.calls_per_minute:
            update = update.remove("tat")  # in steps of the old limit: it would go on holding
        old, new = _content(before), _content(after)
        if _is_same_previous(before, after):
            # A call may note at this moment that the old secret is in use.
            if old["previous"]["until"] != new["previous"]["until"]:
                update = update.set(("previous", "until"), new["previous"]["until"])
            del old["previous"], new["previous"]
        for name in sorted(old.keys() | new.keys()):
            if name not in new:
                update = update.remove(name)
            elif new[name] != old.get(name):
                update = update.set(name, new[name])
        as_read = _as_read(before) & same_use(before) if if_unused else _as_read(before)
        return self.table.updating(
            key_of(before.key_id), update, condition=as_read, label=KEY_LABEL
        )


def same_use(key: ApiKey) -> Condition:
    """Nobody used it since it was read."""
    last = attr("last_used_at")
    return last.eq(clock.text(key.last_used_at)) if key.last_used_at else last.missing()


def _as_read(key: ApiKey) -> Condition:
    same = (
        attr("user_sub").eq(key.user_sub)
        & attr("state").eq(str(key.state))
        & attr("version").eq(key.version)
    )
    if key.state is KeyState.REVOKED and key.end_reason is not None:
        same &= attr("end_reason").eq(str(key.end_reason))
    return same


def _content(key: ApiKey) -> Item:
    return {name: value for name, value in to_item(key).items() if name not in _NOT_OF_A_CHANGE}


def _is_same_previous(before: ApiKey, after: ApiKey) -> bool:
    old, new = before.previous, after.previous
    return old is not None and new is not None and old.digest == new.digest
