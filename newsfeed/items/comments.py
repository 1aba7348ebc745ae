"""What is said below a post: comments, and one level of replies to them."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.utils.safestring import SafeString

from newsfeed import markdown
from newsfeed.items.moments import moment_of
from users.items import Profile

REPLIES_SHOWN = 3  # below a comment, before somebody asks for the rest
NOBODY = "0" * 26  # owns what is left of a comment that was deleted


class DeletedBy(StrEnum):
    AUTHOR = "author"  # of the comment
    POST_AUTHOR = "post_author"


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    """`text` is Markdown. A reply has a `parent_id`, and `answers` when it is said to another
    reply: it stands below the same parent. `replies` counts those of a comment that are there.

    With `deleted_by` it is a tombstone that keeps its replies together: nobody's, without a text.
    """

    comment_id: str
    post_id: str
    user_id: str
    text: str
    parent_id: str = ""
    answers: str = ""
    replies: int = 0
    edited_at: datetime | None = None
    deleted_by: DeletedBy | None = None

    @property
    def created_at(self) -> datetime:
        return moment_of(self.comment_id)

    @property
    def thread_id(self) -> str:
        """The comment that its thread begins with."""
        return self.parent_id or self.comment_id


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentView:
    """A comment as one viewer may see it.

    `author` is None, and the text "", where only the place of a comment is left above its
    replies: it was deleted, or its author is nobody whom this viewer gets to see.
    """

    comment: Comment
    author: Profile | None
    own: bool
    deletable: bool  # by this viewer: their own, or on their own post
    editable: bool = False
    muted: bool = False  # its author, by this viewer: shown folded
    reply_count: int = 0  # as many as this viewer may see
    replies: tuple["CommentView", ...] = ()  # the first ones, on pages
    replies_cursor: str = ""  # behind them
    replies_begin: bool = True  # with the first one

    @property
    def comment_id(self) -> str:
        return self.comment.comment_id

    @property
    def post_id(self) -> str:
        return self.comment.post_id

    @property
    def parent_id(self) -> str:
        return self.comment.parent_id

    @property
    def text(self) -> str:
        return self.comment.text

    @property
    def html(self) -> SafeString:
        return markdown.render_comment(self.text) if self.text else SafeString()

    @property
    def created_at(self) -> datetime:
        return self.comment.created_at

    @property
    def edited_at(self) -> datetime | None:
        return self.comment.edited_at

    @property
    def deleted_by(self) -> DeletedBy | None:
        return self.comment.deleted_by

    @property
    def more_replies(self) -> int:
        return max(0, self.reply_count - len(self.replies))


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentPage:
    """Newest first. `target` is the comment that was asked for by its id, "" without one."""

    items: list[CommentView]
    next_cursor: str = ""
    target: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Thread:
    """A comment with a page of its replies, oldest first; `asked` is the one of them, or the
    comment itself, that was asked for by its id."""

    comment: CommentView
    items: list[CommentView]
    asked: CommentView
    next_cursor: str = ""
    begins: bool = True  # with the first reply
