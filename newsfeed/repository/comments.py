"""Comments, newest first below their post, with a count beside its card."""

from zlib import crc32

from dynamo.expressions import Update, attr, begins_with
from dynamo.table import Item, Key, Write
from newsfeed.items import Comment
from newsfeed.repository import keys
from newsfeed.repository.rows import stamped, table, walk

COMMENT_LABEL, COUNT_LABEL = "comment", "count"


class CommentRepository:
    def __init__(self) -> None:
        self.table = table()

    def adding(self, comment: Comment) -> list[Write]:
        """The comment, its author's own list of comments (to export and erase them), the count."""
        made, owner = comment.comment_id, comment.user_id
        row = stamped(keys.comment(comment.post_id, made), user_id=owner, made=made)
        entry = stamped(keys.commented(owner, made), user_id=owner, made=made)
        return [
            self.table.putting_new({**row, "text": comment.text}, label=COMMENT_LABEL),
            self.table.putting_new({**entry, "post_id": comment.post_id}, label="own comments"),
            self._counting(comment, 1),
        ]

    def removing(self, comment: Comment) -> list[Write]:
        """Fails under COMMENT_LABEL when it is gone already, under COUNT_LABEL when the count of
        its post is."""
        key = keys.comment(comment.post_id, comment.comment_id)
        return [
            self.table.deleting(key, condition=self.table.exists(), label=COMMENT_LABEL),
            self.table.deleting(keys.commented(comment.user_id, comment.comment_id)),
            self._counting(comment, -1),
        ]

    def find(self, post_id: str, comment_id: str) -> Comment | None:
        item = self.table.get(keys.comment(post_id, comment_id), consistent=True)
        return _to_comment(post_id, item) if item else None

    def list_of(self, post_id: str, *, before: str, limit: int) -> tuple[list[Comment], bool]:
        start: Key | None = keys.comment(post_id, before) if before else None
        page = self.table.query(
            keys.comments(post_id),
            sort=begins_with(keys.COMMENTS),
            limit=limit,
            newest_first=True,
            start=start,
        )
        return [_to_comment(post_id, item) for item in page.items], page.next is not None

    def list_by(self, user_id: str) -> list[Comment]:
        """Every comment of a person, oldest first."""
        entries = walk(self.table, keys.author(user_id), keys.COMMENTS)
        where = {keys.id_at(entry["sk"]): entry["post_id"] for entry in entries}
        items = self.table.batch_get(
            (keys.comment(post_id, comment_id) for comment_id, post_id in where.items()),
            consistent=True,
        )
        return [_to_comment(where[keys.id_at(item["sk"])], item) for item in items]

    def remove_entries_of(self, user_id: str) -> None:
        entries = walk(self.table, keys.author(user_id), keys.COMMENTS)
        self.table.batch_write(deletes=[{"pk": row["pk"], "sk": row["sk"]} for row in entries])

    def _counting(self, comment: Comment, by: int) -> Write:
        shard = crc32(comment.comment_id.encode()) % keys.COUNT_SHARDS
        key = keys.count(comment.post_id, shard)
        update = Update().add("n", by)
        for name, value in stamped({}, user_id=comment.user_id, made=comment.comment_id).items():
            if name != "user_id":
                update = update.set_if_missing(name, value)
        condition = attr("n").exists() if by < 0 else None
        return self.table.updating(key, update, condition=condition, label=COUNT_LABEL)


def _to_comment(post_id: str, item: Item) -> Comment:
    return Comment(
        comment_id=keys.id_at(item["sk"]),
        post_id=post_id,
        user_id=item["user_id"],
        text=item["text"],
    )
