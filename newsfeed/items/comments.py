from dataclasses import dataclass
from datetime import datetime

from django.utils.safestring import SafeString

from newsfeed import markdown
from newsfeed.items.moments import moment_of
from users.items import Profile


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    comment_id: str
    post_id: str
    user_id: str
    text: str

    @property
    def created_at(self) -> datetime:
        return moment_of(self.comment_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentView:
    comment: Comment
    author: Profile
    own: bool
    deletable: bool  # by this viewer: their own, or on their own post
    muted: bool = False  # its author, by this viewer: shown folded

    @property
    def comment_id(self) -> str:
        return self.comment.comment_id

    @property
    def text(self) -> str:
        return self.comment.text

    @property
    def html(self) -> SafeString:
        return markdown.render_comment(self.comment.text)

    @property
    def created_at(self) -> datetime:
        return self.comment.created_at


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentPage:
    items: list[CommentView]
    next_cursor: str = ""
