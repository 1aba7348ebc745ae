"""Changing a post that is published, and the versions that it had."""

from core import clock
from dynamo.expressions import Update, attr, begins_with
from dynamo.table import Item, Key, Write
from newsfeed.items import Card, Content, Post, PostState, Revision, Visibility
from newsfeed.repository import keys
from newsfeed.repository.posts import (
    CARD_LABEL,
    attached,
    card_item,
    meta_item,
    timeline_item,
    to_attachments,
    to_card,
    to_content,
)
from newsfeed.repository.rows import stamped, table, walk

_UNLISTED = (Visibility.FOLLOWERS, Visibility.PRIVATE)  # explore has none of them
_NEVER_CHANGED = ("pk", "sk", "user_id", "created_at", "sv")
_OPTIONAL = ("warning", "locked_words", "media")  # an author's lock of comments is not edited


class RevisionRepository:
    def __init__(self) -> None:
        self.table = table()

    def find_whole(self, post_id: str) -> tuple[Card, Content] | None:
        """A post with all that is locked of it: for its author alone. Consistent, one call."""
        wanted = [keys.card(post_id), keys.meta(post_id)]
        found = {item["sk"]: item for item in self.table.batch_get(wanted, consistent=True)}
        card, meta = (found.get(key["sk"]) for key in wanted)
        known = to_card(card) if card else None
        return (known, to_content(meta)) if known and meta else None

    def editing(self, old: Card, new: Post, former: Revision) -> list[Write]:
        """Fails under CARD_LABEL when the post is not what it was: other version, deleted."""
        there = self.table.exists()
        writes = [
            self._changing_card(old, new.card),
            self.table.putting(meta_item(new), condition=there, label="post"),
            self.table.putting_new(_revision_item(new.card, former), label="revision"),
            self.table.putting(timeline_item(new.card), condition=there, label="timeline"),
        ]
        if new.card.visibility in _UNLISTED:
            writes.append(self.table.deleting(keys.published(old.post_id), label="explore"))
        return writes

    def locking_comments(self, card: Card, *, locked: bool) -> Write:
        """Its version stays: nothing that is read or paid for changed."""
        update = Update().set("comments_locked", locked)
        mine = attr("user_id").eq(card.user_id) & attr("state").eq(str(PostState.PUBLISHED))
        return self.table.updating(
            keys.card(card.post_id), update, condition=mine, label=CARD_LABEL
        )

    def list_of(self, post_id: str, *, before: str, limit: int) -> tuple[list[Revision], str]:
        """Newest first below the sort key `before`, and what to go on below."""
        start: Key | None = {"pk": keys.post(post_id), "sk": before} if before else None
        page = self.table.query(
            keys.post(post_id),
            sort=begins_with(keys.REVISIONS),
            limit=limit,
            newest_first=True,
            start=start,
            consistent=True,
        )
        last = page.next["sk"] if page.next else ""
        return [_to_revision(item) for item in page.items], last

    def items_of(self, post_id: str) -> list[Item]:
        return list(walk(self.table, keys.post(post_id), keys.REVISIONS))

    def _changing_card(self, old: Card, new: Card) -> Write:
        update = Update()
        item = card_item(new)
        for name in (*_OPTIONAL, *item):
            if name not in item:
                update = update.remove(name)
        for name, value in item.items():
            if name not in (*_NEVER_CHANGED, "comments_locked"):
                update = update.set(name, value)
        same = (
            attr("user_id").eq(old.user_id)
            & attr("state").eq(str(PostState.PUBLISHED))
            & attr("version").eq(old.version)
        )
        return self.table.updating(keys.card(old.post_id), update, condition=same, label=CARD_LABEL)


def _revision_item(card: Card, former: Revision) -> Item:
    key = keys.revision(card.post_id, former.until, former.version)
    row = stamped(key, user_id=card.user_id, made=former.until)
    return row | {
        "body": former.body,
        "visibility": str(former.visibility),
        "unlock_price": former.unlock_price,
        "currency": former.currency,
        "warning": former.warning,
        "attachments": [attached(each) for each in former.attachments],
    }


def _to_revision(item: Item) -> Revision:
    return Revision(
        version=int(keys.id_at(item["sk"])),
        until=clock.parse(item["created_at"]),
        body=item["body"],
        visibility=Visibility(item["visibility"]),
        unlock_price=item["unlock_price"],
        currency=item["currency"],
        warning=item["warning"],
        attachments=to_attachments(item),
    )
