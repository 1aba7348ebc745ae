"""What one person did with posts: hid them, unlocked them."""

from collections.abc import Sequence
from datetime import datetime

from core import clock
from dynamo.errors import ConditionFailed
from dynamo.expressions import Update, attr, begins_with, between
from dynamo.table import Item, Key, Write
from newsfeed.items import Card, Pointer, Standing, Unlock
from newsfeed.repository import keys
from newsfeed.repository.posts import to_card
from newsfeed.repository.reactions import to_reaction
from newsfeed.repository.rows import key_of, position_after, stamped, table, walk

UNLOCK_LABEL = "unlock"
AUTHOR = "a"  # on unlocks that are in the count of sales


class MarkRepository:
    def __init__(self) -> None:
        self.table = table()

    def look(
        self, post_id: str, user_id: str | None, *, consistent: bool
    ) -> tuple[Card | None, bool]:
        """A post's card, and whether this person has bought it; in one call."""
        wanted = [keys.card(post_id)]
        wanted += [keys.unlock(user_id, post_id)] if user_id else []
        found = {item["sk"]: item for item in self.table.batch_get(wanted, consistent=consistent)}
        card = found.get(keys.card(post_id)["sk"])
        unlocked = _counts(found.get(f"{keys.POSTS}{post_id}"))
        return to_card(card) if card else None, unlocked

    def standing(self, post_id: str, user_id: str) -> Standing:
        """What the person did with this post. Consistent."""
        wanted = [keys.unlock(user_id, post_id), keys.hide(user_id, post_id)]
        wanted.append(keys.reaction(post_id, user_id))
        found = {item["pk"]: item for item in self.table.batch_get(wanted, consistent=True)}
        left = found.get(keys.reactions(post_id))
        reaction = to_reaction(left) if left else None
        return Standing(
            unlocked=_counts(found.get(keys.unlocks(user_id))),
            hidden=keys.hides(user_id) in found,
            reaction=reaction.kind if reaction else None,
        )

    def hidden_among(self, user_id: str, post_ids: Sequence[str]) -> set[str]:
        return self._among(keys.hides(user_id), post_ids)

    def unlocked_among(self, user_id: str, post_ids: Sequence[str]) -> set[str]:
        return self._among(keys.unlocks(user_id), post_ids)

    def unlocking(self, unlock: Unlock, *, made: str) -> Write:
        """Fails under UNLOCK_LABEL when the person has it already, unless it was revoked."""
        key = keys.unlock(unlock.user_id, unlock.post_id)
        row = stamped(key, user_id=unlock.user_id, made=made)
        row |= {"price": unlock.price, "currency": unlock.currency, AUTHOR: unlock.author_id}
        free = self.table.missing() | attr("revoked_at").exists()
        return self.table.putting(row, condition=free, label=UNLOCK_LABEL)

    def has_unlock(self, user_id: str, post_id: str) -> bool:
        """Consistent."""
        return _counts(self._find(user_id, post_id))

    def is_sale(self, user_id: str, post_id: str) -> bool:
        """Whether an unlock, if there is one, is in the count of sales: those from before there
        was one are not, until they are counted. Consistent."""
        row = self._find(user_id, post_id)
        return row is None or AUTHOR in row

    def counting_earlier(self, unlock: Unlock) -> Write:
        """Of before there were counts of sales. Fails under UNLOCK_LABEL when it is gone, revoked
        or counted already."""
        there = self.table.exists() & attr("revoked_at").missing() & attr(AUTHOR).missing()
        return self.table.updating(
            keys.unlock(unlock.user_id, unlock.post_id),
            Update().set(AUTHOR, unlock.author_id),
            condition=there,
            label=UNLOCK_LABEL,
        )

    def unlocked_at(self, user_id: str, post_id: str) -> datetime | None:
        """Since when the person has it; None without a purchase that counts. Consistent."""
        item = self.table.get(keys.unlock(user_id, post_id), consistent=True)
        return clock.parse(item["created_at"]) if item and _counts(item) else None

    def revoking(self, user_id: str, post_id: str, *, reason: str) -> Write:
        """Fails under UNLOCK_LABEL when there is none, or it was revoked before."""
        now = clock.text(clock.now())
        update = Update().set("revoked_at", now).set("revoked_for", reason).set("updated_at", now)
        return self.table.updating(
            keys.unlock(user_id, post_id),
            update,
            condition=self.table.exists() & attr("revoked_at").missing(),
            label=UNLOCK_LABEL,
        )

    def living_unlocks(self, user_id: str) -> list[str]:
        """The posts that a person bought and may read, as far as they are counted as sold."""
        rows = walk(self.table, keys.unlocks(user_id))
        return [keys.id_at(row["sk"]) for row in rows if _counts(row) and AUTHOR in row]

    def forgetting(self, user_id: str, post_id: str) -> Write:
        """Fails under UNLOCK_LABEL when there is none, or it was revoked meanwhile."""
        return self.table.deleting(
            keys.unlock(user_id, post_id),
            condition=self.table.exists() & attr("revoked_at").missing(),
            label=UNLOCK_LABEL,
        )

    def hide(self, user_id: str, pointer: Pointer, *, made: str) -> None:
        row = stamped(keys.hide(user_id, pointer.post_id), user_id=user_id, made=made)
        try:
            self.table.put_new({**row, "a": pointer.author_id})
        except ConditionFailed:
            return  # hidden already

    def unhide(self, user_id: str, post_id: str) -> None:
        self.table.delete(keys.hide(user_id, post_id))

    def list_hidden(self, user_id: str, *, before: str, limit: int) -> tuple[list[Pointer], str]:
        """The newest posts first, whenever they were hidden, and what to go on below."""
        start: Key | None = keys.hide(user_id, before) if before else None
        page = self.table.query(
            keys.hides(user_id),
            sort=begins_with(keys.POSTS),
            limit=limit,
            newest_first=True,
            start=start,
        )
        found = [
            Pointer(post_id=keys.id_at(item["sk"]), author_id=item["a"]) for item in page.items
        ]
        return found, position_after(page)

    def list_unlocked(self, user_id: str, *, before: str, limit: int) -> tuple[list[Pointer], str]:
        """The newest posts first, whenever they were bought, and what to go on below. Old
        purchases do not say whose they are."""
        start: Key | None = keys.unlock(user_id, before) if before else None
        page = self.table.query(
            keys.unlocks(user_id),
            sort=begins_with(keys.POSTS),
            limit=limit,
            newest_first=True,
            start=start,
        )
        found = [
            Pointer(post_id=keys.id_at(item["sk"]), author_id=item.get("a", ""))
            for item in page.items
            if _counts(item)
        ]
        return found, position_after(page)

    def items_of(self, user_id: str) -> tuple[list[Item], list[Item]]:
        """The rows of what a person hid, and of what they unlocked."""
        return (
            list(walk(self.table, keys.hides(user_id))),
            list(walk(self.table, keys.unlocks(user_id))),
        )

    def remove_of(self, user_id: str) -> None:
        hidden, unlocked = self.items_of(user_id)
        self.table.batch_write(deletes=map(key_of, [*hidden, *unlocked]))

    def _find(self, user_id: str, post_id: str) -> Item | None:
        return self.table.get(keys.unlock(user_id, post_id), consistent=True)

    def _among(self, partition: str, post_ids: Sequence[str]) -> set[str]:
        """One range over the page's ids: ids sort by time, so it holds little else."""
        if not post_ids:
            return set()
        low, high = min(post_ids), max(post_ids)
        wanted = between(f"{keys.POSTS}{low}", f"{keys.POSTS}{high}")
        rows = self.table.query_all(partition, sort=wanted)
        return {keys.id_at(item["sk"]) for item in rows if _counts(item)}


def _counts(mark: Item | None) -> bool:
    """A purchase that was taken back is kept, and opens nothing."""
    return mark is not None and "revoked_at" not in mark
