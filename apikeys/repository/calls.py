"""What a call writes into its key's row: one conditional update, which lets it pass or not."""

from dataclasses import dataclass
from datetime import datetime

from apikeys.items import ApiKey, Digest, KeyState, PendingSecret, PreviousSecret
from apikeys.repository.rows import previous_map
from apikeys.repository.schema import API_KEYS, key_of
from core import clock
from dynamo.expressions import Condition, Update, attr
from dynamo.table import Table, Write

NETWORK_LABEL, OLD_SECRET_LABEL = "network of an api key", "old secret of an api key"


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """`digest` is of the secret that was sent, under today's pepper. `first_network` begins the
    list of networks; empty where there is one already.

    In microseconds: `time` is `at`; the call moves `tat` on by `step`, and passes up to `latest`.
    `is_busy`: `tat` lies ahead of `time`.
    """

    at: datetime
    ip: str
    client: str
    digest: Digest
    first_network: str
    time: int
    step: int
    latest: int
    is_busy: bool


class CallRepository:
    """Each update answers with the new `tat`, and raises ConditionFailed with the row as it is when
    the key was changed since it was read, is over its limit, or `is_busy` does not hold."""

    def __init__(self) -> None:
        self.table = Table(API_KEYS)

    def spend(self, key: ApiKey, use: Use) -> int:
        update = _moved(use)
        if use.digest != key.digest:
            update = _with_digest(update, use.digest)
        return self._spend(key, use, update)

    def spend_by_previous(self, key: ApiKey, previous: PreviousSecret, use: Use) -> int:
        """By the secret of before the last rotation, whose own last use is noted too."""
        update = (
            _moved(use)
            .set(("previous", "last_used_at"), clock.text(use.at))
            .set(("previous", "last_used_ip"), use.ip)
        )
        if use.digest != previous.digest:
            update = _with_digest(update, use.digest, "previous")
        return self._spend(key, use, update, _holds("previous", previous.digest))

    def spend_by_pending(
        self, key: ApiKey, pending: PendingSecret, use: Use, *, former: PreviousSecret | None
    ) -> int:
        """The new secret takes over. `former` is the one of now, if it works on for a while."""
        update = _with_digest(_moved(use), use.digest)
        update = update.set("hint", pending.hint).remove("pending").increment("version", 1)
        update = update.set("updated_at", clock.text(use.at))
        if former is None:
            update = update.remove("previous")
        else:
            update = update.set("previous", previous_map(former))
        return self._spend(key, use, update, _holds("pending", pending.digest))

    def adding_network(self, key: ApiKey, mark: str, *, most: int) -> Write:
        """Fails under NETWORK_LABEL when it is there, or there are `most`."""
        new = ~attr("seen_networks").contains(mark) & attr("seen_networks").size_lt(most)
        update = Update().add("seen_networks", {mark})
        return self.table.updating(key_of(key.key_id), update, condition=new, label=NETWORK_LABEL)

    def telling_of_old_secret(
        self, key: ApiKey, previous: PreviousSecret, *, at: datetime, unless_since: datetime
    ) -> Write:
        """Fails under OLD_SECRET_LABEL when it was told since then, or has ended."""
        told = attr("previous", "told_at")
        due = told.missing() | told.le(clock.text(unless_since))
        update = Update().set(("previous", "told_at"), clock.text(at))
        # By its end, not its digest: that may have moved to another pepper a moment ago.
        there = attr("previous", "until").eq(clock.epoch(previous.until))
        return self.table.updating(
            key_of(key.key_id), update, condition=there & due, label=OLD_SECRET_LABEL
        )

    def _spend(self, key: ApiKey, use: Use, update: Update, more: Condition | None = None) -> int:
        condition = _passes(key, use)
        if more is not None:
            condition &= more
        if use.first_network:
            update = update.add("seen_networks", {use.first_network})
            condition &= attr("seen_networks").missing()
        answer = self.table.update(
            key_of(key.key_id), update, condition=condition, returning="updated_new"
        )
        return int(answer["tat"])


def _moved(use: Use) -> Update:
    """Where calls meet, only the engine knows `tat` at the moment of the write: it adds."""
    used = (
        Update()
        .set("last_used_at", clock.text(use.at))
        .set("last_used_ip", use.ip)
        .set("last_used_client", use.client)
    )
    if use.is_busy:
        return used.increment("tat", use.step)
    return used.set("tat", use.time + use.step)


def _passes(key: ApiKey, use: Use) -> Condition:
    """All that a key is judged by moves its version; its state is asked for all the same."""
    unchanged = attr("version").eq(key.version) & attr("state").eq(str(KeyState.ACTIVE))
    if use.is_busy:
        return unchanged & attr("tat").gt(use.time) & attr("tat").le(use.latest)
    return unchanged & (attr("tat").missing() | attr("tat").le(use.time))


def _holds(slot: str, digest: Digest) -> Condition:
    return attr(slot, "secret_hash").eq(digest.secret_hash)


def _with_digest(update: Update, digest: Digest, *slot: str) -> Update:
    return update.set((*slot, "pepper"), digest.pepper).set(
        (*slot, "secret_hash"), digest.secret_hash
    )
