from collections.abc import Iterable, Mapping
from contextlib import suppress
from itertools import chain

from core.personal_data import Section, visible
from dynamo.table import Item
from newsfeed.errors import CommentNotFound, PostNotFound
from newsfeed.items import Comment, DeletedBy
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
    blocked or muted this person is theirs who did it, also that a follow ended with it."""
    hidden, unlocked = MarkRepository().items_of(user_sub)
    return {
        **_posts_of(user_sub),
        "drafts": _all_named("draft_id", DraftRepository().items_of(user_sub)),
        "media": media_export.export(user_sub),
        "comments": [_comment(comment) for comment in CommentRepository().list_by(user_sub)],
        "reactions": [
            {"post_id": row["pk"].split("#")[1], **visible(row)}
            for row in ReactionRepository().items_of(user_sub)
        ],
        **_people_of(user_sub),
        "hidden_posts": _all_named("post_id", hidden),
        "unlocked_posts": _all_named("post_id", unlocked),
        "feed": _all_named("post_id", FeedRepository().items_of(user_sub)),
        "notifications": [visible(row) for row in NotificationRepository().items_of(user_sub)],
    }


def _posts_of(user_sub: str) -> dict[str, Section]:
    posts, deleted = LifeRepository().items_of(user_sub)
    post_ids = [id_at(row["pk"]) for row in (*posts, *deleted)]
    revisions = (RevisionRepository().items_of(post_id) for post_id in post_ids)
    return {
        "posts": _all_named("post_id", posts, key="pk"),
        "deleted_posts": _all_named("post_id", deleted, key="pk"),
        "revisions": _all_named("post_id", chain.from_iterable(revisions), key="pk"),
        "sales": _all_named("post_id", SalesRepository().items_of(post_ids), key="pk"),
        "newest_posts": [visible(row) for row in HeadRepository().items_of(user_sub)],
    }


def _people_of(user_sub: str) -> dict[str, Section]:
    people = PeopleRepository()
    following, followers, unfollowed = people.items_of(user_sub)
    stands = people.relations_of(user_sub, consistent=True)
    blocked_by = stands.blocked - stands.blocking
    blocked, muted = RelationRepository().items_of(user_sub)
    return {
        "following": _all_named("account", following),
        "followers": _all_named("account", followers),
        "unfollowed": _all_named(
            "account", [row for row in unfollowed if id_at(row["sk"]) not in blocked_by]
        ),
        "looked_up": _all_named("account", people.items_looked_up(user_sub)),
        "follow_counts": [visible(row) for row in AudienceRepository().items_of(user_sub)],
        "blocked": _all_named("account", blocked),
        "muted": _all_named("account", muted),
    }


def _comment(comment: Comment) -> dict[str, object]:
    return {
        "comment_id": comment.comment_id,
        "post_id": comment.post_id,
        "reply_to": comment.answers or comment.parent_id,
        "text": comment.text,
        "created_at": comment.created_at,
        "edited_at": comment.edited_at,
    }


def erase(user_sub: str) -> None:
    """Posts with what others said below them, comments and reactions elsewhere, both ends of every
    follow. Others' replies stay, below the place of a comment.

    What then still holds the bare id leads nowhere and is shown to nobody. It goes after 90 days:
    pointers in followers' feeds, marks of who stopped following, what others were told, and
    tombstones of posts deleted before; or with the account of who hid or bought a post.
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


def _all_named(name: str, rows: Iterable[Item], *, key: str = "sk") -> list[dict[str, object]]:
    """The rows, each with the id that only its key holds."""
    return [{name: id_at(row[key]), **visible(row)} for row in rows]
