"""The rows of kind `browser`: trusted browsers, beside the sessions in the SESSIONS table."""

from collections.abc import Iterable
from datetime import datetime

from core import clock
from dynamo.expressions import Condition, Update, attr
from dynamo.table import Item, Key, Table, Write
from sessions.items import Kind, TrustedBrowser
from sessions.repository import SCHEMA, SHAPE_VERSION

TRUST_LABEL = "trusted browser"


class TrustedBrowserRepository:
    def __init__(self) -> None:
        self.table = Table(SCHEMA)

    def find_many(self, hashes: Iterable[str]) -> list[TrustedBrowser]:
        """Consistent; rows of another kind are left out."""
        items = self.table.batch_get(map(_key, hashes), consistent=True)
        return [_to_browser(item) for item in items if item["kind"] == Kind.BROWSER]

    def adding(self, browser: TrustedBrowser) -> Write:
        return self.table.putting_new(_to_item(browser), label=TRUST_LABEL)

    def using(self, browser: TrustedBrowser, *, ip: str) -> Write:
        """When and where it was used last. Fails under TRUST_LABEL once it holds no more."""
        now = clock.now()
        update = Update().set("seen_at", clock.text(now)).set("seen_ip", ip)
        return self._changing(browser, update, now)

    def keeping(self, browser: TrustedBrowser, *, session_epoch: int) -> Write:
        """Trusted in that epoch too. Fails under TRUST_LABEL like using()."""
        return self._changing(browser, Update().set("session_epoch", session_epoch), clock.now())

    def removing(self, browser: TrustedBrowser) -> Write:
        """Fails under TRUST_LABEL when it is gone already."""
        return self.table.deleting(
            _key(browser.session_hash), condition=_is(browser), label=TRUST_LABEL
        )

    def remove_many(self, hashes: Iterable[str]) -> None:
        self.table.batch_write(deletes=map(_key, hashes))

    def _changing(self, browser: TrustedBrowser, update: Update, now: datetime) -> Write:
        holds = _is(browser) & attr("expires_at").gt(clock.epoch(now))
        for name in ("epoch", "session_epoch"):
            holds &= attr(name).eq(getattr(browser, name))
        return self.table.updating(
            _key(browser.session_hash), update, condition=holds, label=TRUST_LABEL
        )


def _is(browser: TrustedBrowser) -> Condition:
    return (
        attr("kind").eq(str(Kind.BROWSER))
        & attr("user_sub").eq(browser.user_sub)
        & attr("sid").eq(browser.sid)
    )


def _key(session_hash: str) -> Key:
    return {"session_hash": session_hash}


def _to_item(browser: TrustedBrowser) -> Item:
    stamp, ends = clock.text(browser.created_at), clock.epoch(browser.expires_at)
    return {
        "session_hash": browser.session_hash,
        "kind": str(Kind.BROWSER),
        "sid": browser.sid,
        "user_sub": browser.user_sub,
        "epoch": browser.epoch,
        "session_epoch": browser.session_epoch,
        "label": browser.label,
        "ip": browser.ip,
        "seen_ip": browser.seen_ip,
        "user_agent": browser.user_agent,
        "created_at": stamp,
        "updated_at": stamp,
        "seen_at": stamp,
        "expires_at": ends,
        "absolute_expires_at": ends,
        "sv": SHAPE_VERSION,
    }


def _to_browser(item: Item) -> TrustedBrowser:
    return TrustedBrowser(
        session_hash=item["session_hash"],
        sid=item["sid"],
        user_sub=item["user_sub"],
        epoch=item["epoch"],
        session_epoch=item["session_epoch"],
        label=item["label"],
        ip=item["ip"],
        seen_ip=item["seen_ip"],
        user_agent=item["user_agent"],
        created_at=clock.parse(item["created_at"]),
        seen_at=clock.parse(item["seen_at"]),
        expires_at=clock.from_epoch(item["expires_at"]),
    )
