"""Drafts: what somebody typed and did not publish yet, and when it is published by itself."""

from datetime import datetime

from core import clock
from dynamo.expressions import Update, attr
from dynamo.table import Item, Write
from newsfeed.items import DRAFTS_MOST, Draft, DraftText
from newsfeed.repository import keys
from newsfeed.repository.rows import begun, key_of, stamped, table, walk

DRAFT_LABEL, DRAFT_COUNT_LABEL = "draft", "draft count"


class DraftRepository:
    def __init__(self) -> None:
        self.table = table()

    def find(self, user_id: str, draft_id: str) -> Draft | None:
        """Consistent."""
        item = self.table.get(keys.draft(user_id, draft_id), consistent=True)
        return _to_draft(item) if item else None

    def list_of(self, user_id: str) -> list[Draft]:
        """All of them, scheduled ones too; at most DRAFTS_MOST."""
        rows = walk(self.table, keys.author(user_id), keys.DRAFTS)
        return [_to_draft(item) for item in rows]

    def list_due(self, user_id: str) -> list[str]:
        """The ids of the scheduled ones, the next one first."""
        rows = walk(self.table, keys.author(user_id), keys.SCHEDULED)
        return [keys.id_at(item["sk"]) for item in rows]

    def adding(self, draft: Draft) -> list[Write]:
        """Fails under DRAFT_LABEL when it is there, under DRAFT_COUNT_LABEL when there are too
        many."""
        row = stamped(
            keys.draft(draft.user_id, draft.draft_id),
            user_id=draft.user_id,
            made=draft.updated_at,
        )
        row |= {**_typed(draft.text), "version": draft.version}
        return [
            self.table.putting_new(row, label=DRAFT_LABEL),
            self._counting(draft, 1),
        ]

    def changing(self, old: Draft, text: DraftText) -> Write:
        """Fails under DRAFT_LABEL when it is no longer as it was read."""
        update = _next_version().remove("problem")
        for name, value in _typed(text).items():
            update = update.set(name, value)
        return self._updating(old, update)

    def scheduling(self, draft: Draft, due: datetime) -> list[Write]:
        """Also to another time. Fails under DRAFT_LABEL when it is not as it was read."""
        row = stamped(
            keys.scheduled(draft.user_id, due, draft.draft_id),
            user_id=draft.user_id,
            made=clock.now(),
        )
        update = _next_version().set("due", clock.text(due)).remove("problem")
        before = [] if draft.due == due else self._off_the_list(draft)
        return [
            self._updating(draft, update),
            *before,
            self.table.putting(row, label="schedule"),
        ]

    def unscheduling(self, draft: Draft, *, problem: str = "") -> list[Write]:
        """Back among the drafts, with what went wrong. Fails under DRAFT_LABEL when it is not as
        it was read."""
        update = _next_version().remove("due")
        update = update.set("problem", problem) if problem else update.remove("problem")
        return [self._updating(draft, update), *self._off_the_list(draft)]

    def removing(self, draft: Draft) -> list[Write]:
        """Fails under DRAFT_LABEL when it is not as it was read."""
        key = keys.draft(draft.user_id, draft.draft_id)
        same = attr("version").eq(draft.version)
        return [
            self.table.deleting(key, condition=same, label=DRAFT_LABEL),
            *self._off_the_list(draft),
            self._counting(draft, -1),
        ]

    def items_of(self, user_id: str) -> list[Item]:
        return list(walk(self.table, keys.author(user_id), keys.DRAFTS))

    def remove_of(self, user_id: str) -> None:
        rows = [
            *walk(self.table, keys.author(user_id), keys.DRAFTS),
            *walk(self.table, keys.author(user_id), keys.SCHEDULED),
        ]
        self.table.batch_write(
            deletes=[
                *map(key_of, rows),
                keys.draft_count(user_id),
            ]
        )

    def _updating(self, draft: Draft, update: Update) -> Write:
        key = keys.draft(draft.user_id, draft.draft_id)
        same = attr("version").eq(draft.version)
        return self.table.updating(key, update, condition=same, label=DRAFT_LABEL)

    def _off_the_list(self, draft: Draft) -> list[Write]:
        if draft.due is None:
            return []
        key = keys.scheduled(draft.user_id, draft.due, draft.draft_id)
        return [self.table.deleting(key, label="schedule before")]

    def _counting(self, draft: Draft, by: int) -> Write:
        """How many there are cannot race."""
        update = begun(Update().add("n", by), user_id=draft.user_id, made=clock.now())
        free = (attr("n").missing() | attr("n").lt(DRAFTS_MOST)) if by > 0 else attr("n").exists()
        key = keys.draft_count(draft.user_id)
        return self.table.updating(key, update, condition=free, label=DRAFT_COUNT_LABEL)


def _typed(text: DraftText) -> Item:
    return {
        "body": text.body,
        "visibility": text.visibility,
        "price": text.price,
        "warning": text.warning,
        "media_ids": list(text.media_ids),
    }


def _next_version() -> Update:
    return Update().increment("version", 1).set("updated_at", clock.text(clock.now()))


def _to_draft(item: Item) -> Draft:
    return Draft(
        draft_id=keys.id_at(item["sk"]),
        user_id=item["user_id"],
        text=DraftText(
            body=item["body"],
            visibility=item["visibility"],
            price=item["price"],
            warning=item["warning"],
            media_ids=tuple(item["media_ids"]),
        ),
        version=item["version"],
        updated_at=clock.parse(item["updated_at"]),
        due=clock.parse(item["due"]) if item.get("due") else None,
        problem=item.get("problem", ""),
    )
