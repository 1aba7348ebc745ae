from collections.abc import Mapping
from contextlib import suppress

from core.personal_data import Section, visible
from newsfeed.errors import CommentNotFound, PostNotFound
from newsfeed.items import DeletedBy
from newsfeed.repository import (
    AudienceRepository,
    CommentRepository,
    DraftRepository,
    FeedRepository,
    HeadRepository,
    LifeRepository,
    MarkRepository,
    NotificationRepository,
    PeopleRepository,
    PostRepository,
    ReactionRepository,
    RelationRepository,
    RevisionRepository,
    SalesRepository,
)
from newsfeed.repository.keys import id_at
from newsfeed.repository.reactions import to_reaction
from newsfeed.services import media_export
from newsfeed.services.comments import remove_comment
from newsfeed.services.reacting import take_back
from newsfeed.services.revoking import forget_unlocks


def export(user_sub: str) -> Mapping[str, Section]:
    """Own words in full. Others' posts (hidden, unlocked, in the feed) are named, not copied; who
    blocked or muted this person is theirs who did it."""
    following, followers, unfollowed = PeopleRepository().items_of(user_sub)
    blocked, muted = RelationRepository().items_of(user_sub)
    hidden, unlocked = MarkRepository().items_of(user_sub)
    comments = CommentRepository().list_by(user_sub)
    posts, deleted = LifeRepository().items_of(user_sub)
    sales = SalesRepository().items_of(id_at(row["pk"]) for row in (*posts, *deleted))
    return {
        "posts": [_named("post_id", row["pk"], row) for row in posts],
        "sales": [_named("post_id", row["pk"], row) for row in sales],
        "deleted_posts": [_named("post_id", row["pk"], row) for row in deleted],
        "revisions": [
            _named("post_id", row["pk"], row)
            for post in (*posts, *deleted)
            for row in RevisionRepository().items_of(id_at(post["pk"]))
        ],
        "drafts": [
            _named("draft_id", row["sk"], row) for row in DraftRepository().items_of(user_sub)
        ],
        "media": media_export.export(user_sub),
        "comments": [
            {
                "comment_id": comment.comment_id,
                "post_id": comment.post_id,
                "reply_to": comment.answers or comment.parent_id,
                "text": comment.text,
                "created_at": comment.created_at,
                "edited_at": comment.edited_at,
            }
            for comment in comments
        ],
        "reactions": [
            {"post_id": row["pk"].split("#")[1], **visible(row)}
            for row in ReactionRepository().items_of(user_sub)
        ],
        "following": [_named("account", row["sk"], row) for row in following],
        "followers": [_named("account", row["sk"], row) for row in followers],
        "unfollowed": [_named("account", row["sk"], row) for row in unfollowed],
        "looked_up": [
            _named("account", row["sk"], row)
            for row in PeopleRepository().items_looked_up(user_sub)
        ],
        "follow_counts": [visible(row) for row in AudienceRepository().items_of(user_sub)],
        "blocked": [_named("account", row["sk"], row) for row in blocked],
        "muted": [_named("account", row["sk"], row) for row in muted],
        "hidden_posts": [_named("post_id", row["sk"], row) for row in hidden],
        "unlocked_posts": [_named("post_id", row["sk"], row) for row in unlocked],
        "newest_posts": [visible(row) for row in HeadRepository().items_of(user_sub)],
        "feed": [_named("post_id", row["sk"], row) for row in FeedRepository().items_of(user_sub)],
        "notifications": [visible(row) for row in NotificationRepository().items_of(user_sub)],
    }


def erase(user_sub: str) -> None:
    """Posts with what others said below them, comments and reactions elsewhere, both ends of every
    follow. Others' replies stay, below the place of a comment.

    What then still holds the bare id leads nowhere, is shown to nobody and goes after 90 days:
    pointers in followers' feeds, marks of who stopped following, what others were told, and
    tombstones of posts deleted before.
    """
    _erase_comments(user_sub)
    _erase_reactions(user_sub)
    media_export.erase(user_sub)
    LifeRepository().remove_of(user_sub)
    DraftRepository().remove_of(user_sub)
    HeadRepository().remove_of(user_sub)
    RelationRepository().remove_of(user_sub)
    PeopleRepository().remove_of(user_sub)
    forget_unlocks(user_sub)
    MarkRepository().remove_of(user_sub)
    NotificationRepository().remove_of(user_sub)
    FeedRepository().remove_of(user_sub)


def _erase_comments(user_sub: str) -> None:
    comments = CommentRepository()
    written = comments.list_by(user_sub)
    cards = PostRepository().find_cards({comment.post_id for comment in written})
    for comment in written:
        with suppress(CommentNotFound):
            remove_comment(comment, cards.get(comment.post_id), by=DeletedBy.AUTHOR)
    comments.remove_entries_of(user_sub)


def _erase_reactions(user_sub: str) -> None:
    reactions = ReactionRepository()
    left = [to_reaction(row) for row in reactions.items_of(user_sub)]
    cards = PostRepository().find_cards({each.post_id for each in left if each})
    for reaction in filter(None, left):
        with suppress(PostNotFound):
            take_back(reaction, cards.get(reaction.post_id))
    reactions.remove_entries_of(user_sub)


def holds(user_sub: str) -> list[str]:
    return []


def _named(name: str, key: str, row: Mapping[str, object]) -> dict[str, object]:
    """The row with the id that only its key holds."""
    return {name: id_at(key), **visible(row)}
