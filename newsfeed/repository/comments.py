"""Comments below their post and replies below their comment, each counted beside the card.

A reply's id does not say where it stands: `REPLY#` does. `BY#` counts what one person said below
a post, so that a count can be told without those whom its reader does not see.
"""

from collections.abc import Iterable
from zlib import crc32

from core import clock
from dynamo.expressions import Condition, Update, attr, begins_with
from dynamo.table import Item, Key, Write
from newsfeed.items import NOBODY, Comment, DeletedBy
from newsfeed.repository import keys
from newsfeed.repository.rows import begun, key_of, stamped, table, walk, walk_in_parts

COMMENT_LABEL, COUNT_LABEL, PARENT_LABEL, SAID_LABEL = "comment", "count", "parent", "said"
A_UNIT = 20  # rows of who said something, at least, that are read for what one look-up costs


class CommentRepository:
    def __init__(self) -> None:
        self.table = table()

    def adding(self, comment: Comment) -> list[Write]:
        """The comment, its author's own list of comments (to export and erase them), the counts.
        A reply fails under PARENT_LABEL when what it answers is gone."""
        made, owner = comment.comment_id, comment.user_id
        row = stamped(_key(comment), user_id=owner, made=made) | {"text": comment.text}
        entry = stamped(keys.commented(owner, made), user_id=owner, made=made)
        entry |= {"post_id": comment.post_id}
        writes = [self._counting(comment, 1), self._saying(comment)]
        if comment.parent_id:
            row |= {"post_id": comment.post_id}
            row |= {"answers": comment.answers} if comment.answers else {}
            entry |= {"parent_id": comment.parent_id}
            writes += self._below(comment)
        return [
            self.table.putting_new(row, label=COMMENT_LABEL),
            self.table.putting_new(entry, label="own comments"),
            *writes,
        ]

    def removing(
        self, comment: Comment, *, parent: Comment | None, said: int, by: DeletedBy
    ) -> list[Write]:
        """A comment with replies leaves a tombstone above them, and takes the last one with it.

        `parent` and `said` (of its author, below this post) as they were read. Fails under
        COMMENT_LABEL, PARENT_LABEL or SAID_LABEL when they changed since, under COUNT_LABEL when
        the count of its post is gone.
        """
        writes = [
            self.table.deleting(keys.commented(comment.user_id, comment.comment_id)),
            self._counting(comment, -1),
            self._unsaying(comment, said),
        ]
        if comment.parent_id:
            place = keys.reply_place(comment.post_id, comment.comment_id)
            condition = self.table.exists()
            writes += [self.table.deleting(place), self._losing(comment, parent)]
        else:
            condition = attr("text").exists() & _has_replies(bool(comment.replies))
        if comment.replies:
            return [self._burying(comment, by, condition), *writes]
        gone = self.table.deleting(_key(comment), condition=condition, label=COMMENT_LABEL)
        return [gone, *writes]

    def editing(self, comment: Comment) -> Write:
        """To the text and moment that it has here. Fails under COMMENT_LABEL when it is gone."""
        at = clock.text(comment.edited_at or clock.now())
        update = Update().set("text", comment.text).set("edited_at", at).set("updated_at", at)
        there = attr("user_id").eq(comment.user_id) & attr("text").exists()
        return self.table.updating(_key(comment), update, condition=there, label=COMMENT_LABEL)

    def find(self, post_id: str, comment_id: str) -> Comment | None:
        """A comment or a reply, a tombstone too. Consistent; a reply takes a second call."""
        here, place = keys.comment(post_id, comment_id), keys.reply_place(post_id, comment_id)
        found = {row["sk"]: row for row in self.table.batch_get([here, place], consistent=True)}
        if row := found.get(here["sk"]):
            return _to_comment(row, post_id=post_id)
        if pointer := found.get(place["sk"]):
            return self.find_reply(pointer["parent_id"], comment_id)
        return None

    def find_reply(self, parent_id: str, comment_id: str) -> Comment | None:
        row = self.table.get(keys.reply(parent_id, comment_id), consistent=True)
        return _to_reply(row) if row else None

    def list_of(self, post_id: str, *, before: str, limit: int) -> tuple[list[Comment], bool]:
        """Newest first, without replies."""
        page = self.table.query(
            keys.comments(post_id),
            sort=begins_with(keys.COMMENTS),
            limit=limit,
            newest_first=True,
            start=keys.comment(post_id, before) if before else None,
        )
        found = [_to_comment(item, post_id=post_id) for item in page.items]
        return found, page.next is not None

    def list_replies(
        self, parent_id: str, *, after: str = "", limit: int
    ) -> tuple[list[Comment], bool]:
        """Oldest first."""
        page = self.table.query(
            keys.replies(parent_id),
            sort=begins_with(keys.COMMENTS),
            limit=limit,
            start=keys.reply(parent_id, after) if after else None,
        )
        return [_to_reply(item) for item in page.items], page.next is not None

    def find_said(self, comment: Comment) -> int:
        row = self.table.get(keys.said(comment.post_id, comment.user_id), consistent=True)
        return int(row["n"]) if row else 0

    def count_said(self, post_id: str, people: Iterable[str], *, comments: int) -> int:
        """How much of the `comments` below a post these people said. Consistent.

        They are looked up one by one, or found among all who said something, whatever is less:
        neither blocks nor comments alone make a page dear.
        """
        wanted = set(people)
        if len(wanted) <= comments // A_UNIT + 1:
            rows = self.table.batch_get(
                (keys.said(post_id, each) for each in wanted), consistent=True
            )
            return sum(row["n"] for row in rows)
        everybody = walk(self.table, keys.comments(post_id), keys.SAID)
        return sum(row["n"] for row in everybody if keys.id_at(row["sk"]) in wanted)

    def list_by(self, user_id: str) -> list[Comment]:
        """Every comment and reply of a person, oldest first."""
        entries = list(walk(self.table, keys.author(user_id), keys.COMMENTS))
        rows = self.table.batch_get(map(_key_of_entry, entries), consistent=True)
        posts = {keys.id_at(entry["sk"]): entry["post_id"] for entry in entries}
        return [
            _to_reply(row)
            if row["pk"].startswith("REPLIES#")
            else _to_comment(row, post_id=posts[keys.id_at(row["sk"])])
            for row in rows
        ]

    def remove_entries_of(self, user_id: str) -> None:
        entries = list(walk(self.table, keys.author(user_id), keys.COMMENTS))
        said = [keys.said(entry["post_id"], user_id) for entry in entries]
        own = list(map(key_of, entries))
        self.table.batch_write(deletes=said)
        self.table.batch_write(deletes=own)

    def remove_of(self, post_id: str) -> None:
        """All that is said below a post, replies before what leads to them."""
        for rows in walk_in_parts(self.table, keys.comments(post_id)):
            said = [row for row in rows if row["sk"].startswith(keys.COMMENTS)]
            for row in said:
                if row.get("replies"):
                    self._remove_thread(keys.id_at(row["sk"]))
            self._remove(rows, [row for row in said if "deleted_by" not in row])

    def _remove_thread(self, parent_id: str) -> None:
        for rows in walk_in_parts(self.table, keys.replies(parent_id)):
            self._remove(rows, rows)

    def _remove(self, rows: list[Item], said: list[Item]) -> None:
        """With what the lists of their authors have of these comments."""
        listed = (keys.commented(row["user_id"], keys.id_at(row["sk"])) for row in said)
        self.table.batch_write(deletes=[*map(key_of, rows), *listed])

    def _below(self, reply: Comment) -> list[Write]:
        """Where it stands, and one more reply of its parent: not of one that is deleted, unless
        the reply answers another one there."""
        key = keys.reply_place(reply.post_id, reply.comment_id)
        place = stamped(key, user_id=reply.user_id, made=reply.comment_id)
        place |= {"parent_id": reply.parent_id}
        parent = keys.comment(reply.post_id, reply.parent_id)
        there = self.table.exists() if reply.answers else attr("text").exists()
        more = Update().add("replies", 1)
        return [
            self.table.putting_new(place, label="place"),
            self.table.updating(parent, more, condition=there, label=PARENT_LABEL),
        ]

    def _losing(self, reply: Comment, parent: Comment | None) -> Write:
        key = keys.comment(reply.post_id, reply.parent_id)
        if parent and parent.deleted_by and parent.replies == 1:
            last = attr("text").missing() & attr("replies").eq(1)
            return self.table.deleting(key, condition=last, label=PARENT_LABEL)
        stays = attr("text").exists() | attr("replies").gt(1)
        less = Update().add("replies", -1)
        there = self.table.exists() & stays
        return self.table.updating(key, less, condition=there, label=PARENT_LABEL)

    def _burying(self, comment: Comment, by: DeletedBy, condition: Condition) -> Write:
        now = clock.text(clock.now())
        update = Update().set("deleted_by", str(by)).set("user_id", NOBODY).set("updated_at", now)
        update = update.remove("text", "edited_at")
        return self.table.updating(_key(comment), update, condition=condition, label=COMMENT_LABEL)

    def _saying(self, comment: Comment) -> Write:
        update = begun(Update().add("n", 1), user_id=comment.user_id, made=comment.comment_id)
        return self.table.updating(
            keys.said(comment.post_id, comment.user_id), update, label=SAID_LABEL
        )

    def _unsaying(self, comment: Comment, said: int) -> Write:
        """The row goes with what it counts: it names a person."""
        key = keys.said(comment.post_id, comment.user_id)
        if said > 1:
            more = attr("n").gt(1)
            return self.table.updating(key, Update().add("n", -1), condition=more, label=SAID_LABEL)
        last = self.table.missing() | attr("n").le(1)
        return self.table.deleting(key, condition=last, label=SAID_LABEL)

    def _counting(self, comment: Comment, by: int) -> Write:
        shard = crc32(comment.comment_id.encode()) % keys.COUNT_SHARDS
        key = keys.count(comment.post_id, shard)
        update = begun(Update().add("n", by), made=comment.comment_id)
        condition = attr("n").exists() if by < 0 else None
        return self.table.updating(key, update, condition=condition, label=COUNT_LABEL)


def _has_replies(some: bool) -> Condition:
    return attr("replies").ge(1) if some else attr("replies").missing() | attr("replies").eq(0)


def _key(comment: Comment) -> Key:
    if comment.parent_id:
        return keys.reply(comment.parent_id, comment.comment_id)
    return keys.comment(comment.post_id, comment.comment_id)


def _key_of_entry(entry: Item) -> Key:
    comment_id, parent_id = keys.id_at(entry["sk"]), entry.get("parent_id", "")
    if parent_id:
        return keys.reply(parent_id, comment_id)
    return keys.comment(entry["post_id"], comment_id)


def _to_reply(item: Item) -> Comment:
    parent_id = item["pk"].removeprefix("REPLIES#")
    return _to_comment(item, post_id=item["post_id"], parent_id=parent_id)


def _to_comment(item: Item, *, post_id: str, parent_id: str = "") -> Comment:
    return Comment(
        comment_id=keys.id_at(item["sk"]),
        post_id=post_id,
        user_id=item["user_id"],
        text=item.get("text", ""),
        parent_id=parent_id,
        answers=item.get("answers", ""),
        replies=item.get("replies", 0),
        edited_at=clock.parse(item["edited_at"]) if "edited_at" in item else None,
        deleted_by=DeletedBy(item["deleted_by"]) if "deleted_by" in item else None,
    )
