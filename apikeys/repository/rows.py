"""Between a key and its row. Whatever is not set is not stored."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from apikeys.items import (
    ApiKey,
    Digest,
    EndReason,
    KeyState,
    PendingSecret,
    PreviousSecret,
)
from core import clock
from core.scopes import Scope
from dynamo.table import Item

SHAPE_VERSION = 1
KEPT_AFTER_THE_END = timedelta(days=90)  # for its owner to see, and for reports of leaks


def to_item(key: ApiKey) -> Item:
    stamp = clock.text(key.created_at)
    item: Item = {
        "key_id": key.key_id,
        "user_sub": key.user_sub,
        "name": key.name,
        "hint": key.hint,
        "scopes": [str(scope) for scope in key.sorted_scopes],
        **_of_digest(key.digest),
        "state": str(key.state),
        "version": key.version,
        "created_at": stamp,
        "updated_at": stamp,
        "sv": SHAPE_VERSION,
    }
    optional = {
        "description": key.description,
        "allowed_networks": list(key.allowed_networks),
        "calls_per_minute": key.calls_per_minute,
        "expires_at": clock.epoch(key.expires_at) if key.expires_at else None,
        "previous": previous_map(key.previous) if key.previous else None,
        "pending": pending_map(key.pending) if key.pending else None,
        "changed_at": clock.text(key.changed_at) if key.changed_at else None,
        "revoked_at": clock.text(key.revoked_at) if key.revoked_at else None,
        "revoked_from": str(key.revoked_from) if key.revoked_from else None,
        "end_reason": str(key.end_reason) if key.end_reason else None,
        "purge_at": _purge_at(key),
        **_of_use(key),
    }
    return item | {name: value for name, value in optional.items() if value}


def to_key(item: Mapping[str, Any]) -> ApiKey:
    return ApiKey(
        key_id=item["key_id"],
        user_sub=item["user_sub"],
        name=item["name"],
        description=item.get("description", ""),
        hint=item["hint"],
        scopes=frozenset(map(Scope, item["scopes"])),
        allowed_networks=tuple(item.get("allowed_networks", ())),
        calls_per_minute=item.get("calls_per_minute"),
        tat=item.get("tat", 0),
        digest=_to_digest(item),
        previous=_to_previous(item["previous"]) if "previous" in item else None,
        pending=_to_pending(item["pending"]) if "pending" in item else None,
        state=KeyState(item["state"]),
        version=item["version"],
        created_at=clock.parse(item["created_at"]),
        expires_at=clock.from_epoch(item["expires_at"]) if "expires_at" in item else None,
        last_used_at=clock.parse(item["last_used_at"]) if "last_used_at" in item else None,
        last_used_ip=item.get("last_used_ip", ""),
        last_used_client=item.get("last_used_client", ""),
        seen_networks=frozenset(item.get("seen_networks", ())),
        changed_at=clock.parse(item["changed_at"]) if "changed_at" in item else None,
        revoked_at=clock.parse(item["revoked_at"]) if "revoked_at" in item else None,
        revoked_from=KeyState(item["revoked_from"]) if "revoked_from" in item else None,
        end_reason=EndReason(item["end_reason"]) if "end_reason" in item else None,
    )


def previous_map(previous: PreviousSecret) -> Item:
    item = {
        **_of_digest(previous.digest),
        "hint": previous.hint,
        "until": clock.epoch(previous.until),
    }
    if previous.last_used_at is not None:
        item |= {
            "last_used_at": clock.text(previous.last_used_at),
            "last_used_ip": previous.last_used_ip,
        }
    if previous.told_at is not None:
        item["told_at"] = clock.text(previous.told_at)
    return item


def pending_map(pending: PendingSecret) -> Item:
    overlap = int(pending.overlap.total_seconds())
    return {**_of_digest(pending.digest), "hint": pending.hint, "overlap": overlap}


def _of_use(key: ApiKey) -> Item:
    return {
        "tat": key.tat,
        "last_used_at": clock.text(key.last_used_at) if key.last_used_at else None,
        "last_used_ip": key.last_used_ip,
        "last_used_client": key.last_used_client,
        "seen_networks": set(key.seen_networks),
    }


def _purge_at(key: ApiKey) -> int | None:
    end = key.revoked_at or key.expires_at
    return clock.epoch(end + KEPT_AFTER_THE_END) if end else None


def _of_digest(digest: Digest) -> Item:
    return {"pepper": digest.pepper, "secret_hash": digest.secret_hash}


def _to_digest(item: Mapping[str, Any]) -> Digest:
    return Digest(pepper=item["pepper"], secret_hash=item["secret_hash"])


def _to_previous(item: Mapping[str, Any]) -> PreviousSecret:
    return PreviousSecret(
        digest=_to_digest(item),
        hint=item["hint"],
        until=clock.from_epoch(item["until"]),
        last_used_at=clock.parse(item["last_used_at"]) if "last_used_at" in item else None,
        last_used_ip=item.get("last_used_ip", ""),
        told_at=clock.parse(item["told_at"]) if "told_at" in item else None,
    )


def _to_pending(item: Mapping[str, Any]) -> PendingSecret:
    return PendingSecret(
        digest=_to_digest(item), hint=item["hint"], overlap=timedelta(seconds=item["overlap"])
    )
