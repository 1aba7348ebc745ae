"""Reading comments and their replies. Who may not read a post to its end may not read what is said
about it either: a comment may quote what has to be bought."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from ulid import ULID

from core import ids
from dynamo.gather import gather
from newsfeed.errors import CommentNotFound, PostLocked, PostNotFound
from newsfeed.items import (
    NOBODY,
    PAGE,
    REPLIES_SHOWN,
    Access,
    Card,
    Comment,
    CommentPage,
    CommentView,
    Profiles,
    Relations,
    Thread,
    Visibility,
)
from newsfeed.repository import CommentRepository
from newsfeed.services import cursors
from newsfeed.services.reading import find_readable, look_with_relations
from users import services as users

COUNTED = 100  # replies of a thread that are looked at where a count has to leave somebody out

_comments = CommentRepository()

Threads = dict[str, tuple[list[Comment], bool]]  # by comment: replies, and whether there are more


@dataclass(frozen=True, slots=True, kw_only=True)
class _Onlooker:
    viewer_sub: str | None
    card: Card
    relations: Relations

    def view(self, comment: Comment, profiles: Profiles) -> CommentView:
        author = profiles.get(comment.user_id)
        if author is None or self.misses(comment):
            bare = replace(comment, user_id=NOBODY, text="", edited_at=None)
            return CommentView(comment=bare, author=None, own=False, deletable=False)
        own = comment.user_id == self.viewer_sub
        is_open = self.card.is_published and not self.card.comments_locked
        return CommentView(
            comment=comment,
            author=author,
            own=own,
            deletable=self.viewer_sub in (comment.user_id, self.card.user_id),
            editable=own and is_open,
            muted=comment.user_id in self.relations.muted,
        )

    def misses(self, comment: Comment) -> bool:
        """Whether a block keeps it from this viewer."""
        return comment.user_id in self.relations.blocked


def list_comments(
    *, viewer_sub: str | None, post_id: str, cursor: str = "", at: str = "", replies: bool = False
) -> CommentPage:
    """Newest first; with `at`, the page that begins with this comment, or with the one that this
    reply stands below. With `replies`, the first ones of each.

    Raises PostNotFound, PostLocked for who sees the teaser only, CommentNotFound (`at`),
    CursorForged, CursorExpired.
    """
    if not ids.is_id(post_id):
        raise PostNotFound
    looks, route = partial(_onlooker, post_id, viewer_sub), f"comments:{post_id}"
    begins: dict[str, str] = {}
    if at:
        looker, asked = gather(looks, partial(_find, post_id, at))
        found, more = _comments.list_of(post_id, before=_next_id(asked.thread_id), limit=PAGE)
        begins = {asked.parent_id: at} if asked.parent_id else {}
    else:
        before = cursors.read(cursor, viewer_sub=viewer_sub, route=route)
        looker, (found, more) = gather(
            looks, partial(_comments.list_of, post_id, before=before, limit=PAGE)
        )
    views = _views(looker, found, replies=replies, begins=begins)
    last = found[-1].comment_id if more and found else ""
    following = cursors.written(last, viewer_sub=viewer_sub, route=route) if last else ""
    return CommentPage(items=views, next_cursor=following, target=at)


def list_replies(
    *, viewer_sub: str | None, post_id: str, comment_id: str, cursor: str = ""
) -> Thread:
    """Oldest first, below the comment, or from a reply on when its id is given.

    Raises PostNotFound, PostLocked, CommentNotFound, CursorForged, CursorExpired.
    """
    if not ids.is_id(post_id):
        raise PostNotFound
    looker, asked = gather(
        lambda: _onlooker(post_id, viewer_sub), lambda: _find(post_id, comment_id)
    )
    route = f"replies:{asked.thread_id}"
    after = cursors.read(cursor, viewer_sub=viewer_sub, route=route)
    if not after and asked.parent_id:
        after = _id_before(asked.comment_id)
    top, (found, more) = gather(
        lambda: _find(post_id, asked.parent_id) if asked.parent_id else asked,
        lambda: _comments.list_replies(asked.thread_id, after=after, limit=PAGE),
    )
    profiles = _profiles(looker, [top, asked, *found])
    views = _views(looker, [top], replies=False, begins={})
    seen = looker.view(asked, profiles)
    if not views or (seen.author is None and asked.parent_id):
        raise CommentNotFound
    last = found[-1].comment_id if more and found else ""
    return Thread(
        comment=views[0],
        items=_shown(looker, found, profiles),
        asked=seen,
        next_cursor=cursors.written(last, viewer_sub=viewer_sub, route=route) if last else "",
        begins=not after,
    )


def find_comment(*, viewer_sub: str | None, post_id: str, comment_id: str) -> CommentView:
    """One comment or reply. Raises PostNotFound, PostLocked, CommentNotFound."""
    if not ids.is_id(post_id):
        raise PostNotFound
    looker, comment = gather(
        lambda: _onlooker(post_id, viewer_sub), lambda: _find(post_id, comment_id)
    )
    views = _views(looker, [comment], replies=False, begins={})
    if not views or views[0].author is None:
        raise CommentNotFound
    return views[0]


def _onlooker(post_id: str, viewer_sub: str | None) -> _Onlooker:
    card, access, relations = look_with_relations(post_id, viewer_sub, consistent=False)
    if card is None or access is not Access.FULL or card.visibility is Visibility.PAID:
        # Bought, or taken back, a moment ago?
        card, access = find_readable(post_id, viewer_sub)
        if access is not Access.FULL:
            raise PostLocked
    return _Onlooker(viewer_sub=viewer_sub, card=card, relations=relations)


def _find(post_id: str, comment_id: str) -> Comment:
    comment = _comments.find(post_id, comment_id) if ids.is_id(comment_id) else None
    if comment is None:
        raise CommentNotFound
    return comment


def _views(
    looker: _Onlooker, found: Sequence[Comment], *, replies: bool, begins: Mapping[str, str]
) -> list[CommentView]:
    """In the order of what was found, without those of which nothing is there to see.

    `begins` names replies that their thread is shown from.
    """
    blocks = bool(looker.relations.blocked)
    most = COUNTED if blocks else REPLIES_SHOWN
    read = partial(_threads, begins=begins, most=most)
    profiles, threads = gather(
        lambda: _profiles(looker, found),
        lambda: read(found) if replies or blocks else {},
    )
    bare = [each for each in found if each.user_id not in profiles]
    threads |= read(each for each in bare if each.comment_id not in threads)
    said = [reply for some, _ in threads.values() for reply in some]
    profiles = {**profiles, **_more_profiles(profiles, said)}
    views = (
        _with_replies(looker, each, profiles, threads.get(each.comment_id), begins)
        for each in found
    )
    return [view for view in views if view.author or view.reply_count]


def _with_replies(
    looker: _Onlooker,
    comment: Comment,
    profiles: Profiles,
    thread: tuple[list[Comment], bool] | None,
    begins: Mapping[str, str],
) -> CommentView:
    view = looker.view(comment, profiles)
    if thread is None:
        return replace(view, reply_count=comment.replies)
    found, more = thread
    visible = _shown(looker, found, profiles)
    begins_later = comment.comment_id in begins
    whole = not more and not begins_later
    count = comment.replies - sum(looker.misses(each) for each in found)
    shown = visible if begins_later else visible[:REPLIES_SHOWN]
    last = (shown[-1].comment_id if shown else "") or (found[-1].comment_id if found else "")
    route = f"replies:{comment.comment_id}"
    cursor = cursors.written(last, viewer_sub=looker.viewer_sub, route=route) if last else ""
    return replace(
        view,
        reply_count=len(visible) if whole else max(0, count),
        replies=tuple(shown),
        replies_cursor=cursor,
        replies_begin=not begins_later,
    )


def _shown(looker: _Onlooker, found: Iterable[Comment], profiles: Profiles) -> list[CommentView]:
    views = (looker.view(each, profiles) for each in found)
    return [view for view in views if view.author]


def _threads(comments: Iterable[Comment], *, begins: Mapping[str, str], most: int) -> Threads:
    wanted = [each for each in comments if each.replies]
    reads = [
        partial(
            _comments.list_replies,
            each.comment_id,
            after=_id_before(begins[each.comment_id]) if each.comment_id in begins else "",
            limit=PAGE if each.comment_id in begins else most,
        )
        for each in wanted
    ]
    found = gather(*reads) if reads else ()
    return {each.comment_id: thread for each, thread in zip(wanted, found, strict=True)}


def _profiles(looker: _Onlooker, comments: Iterable[Comment]) -> Profiles:
    """Of their authors. Raises PostNotFound when the post's author is not there."""
    wanted = {each.user_id for each in comments if not each.deleted_by}
    found = users.get_profiles({looker.card.user_id, *wanted})
    if looker.card.user_id not in found:
        raise PostNotFound
    return found


def _more_profiles(known: Profiles, comments: Iterable[Comment]) -> Profiles:
    wanted = {each.user_id for each in comments} - known.keys()
    return users.get_profiles(wanted) if wanted else {}


def _next_id(identifier: str) -> str:
    """Lists below an id begin right after it; lists below the next one begin with it."""
    return str(ULID.from_int(int(ULID.from_str(identifier)) + 1))


def _id_before(identifier: str) -> str:
    return str(ULID.from_int(int(ULID.from_str(identifier)) - 1))
