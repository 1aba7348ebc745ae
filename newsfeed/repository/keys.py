"""Every key of the feed's rows, made from ids alone; nothing else builds one."""

from datetime import UTC, datetime

from core import clock, ids
from dynamo.table import Key
from newsfeed.items import moment_of

FEED, POSTS, COMMENTS, NOTIFICATIONS = "FEED#", "POST#", "COMMENT#", "NOTIF#"
DAYS, MEDIA = "DAY#", "MEDIA#"
COUNTS, PEOPLE, REMEMBERED = "CNT#", "USER#", "KEY#"
SALES = "SOLD#"
REPLIES, SAID, REACTED = "REPLY#", "BY#", "REACT#"
BLOCKED, BLOCKED_BY, MUTED = "BLOCK#", "BLOCKEDBY#", "MUTE#"
UNFOLLOWED, PULLED = "UNF#", "PULL#"
DRAFTS, SCHEDULED, GONE = "DRAFT#", "SCHED#", "GONE#"
REVISIONS = "REV#"
STATE = "STATE"
COUNT_SHARDS = 4


def place(identifier: str) -> str:
    """`<created_at>#<id>`: how rows sort by time."""
    return f"{clock.text(moment_of(identifier))}#{_id(identifier)}"


def id_at(sort_key: str) -> str:
    """The id a sort key ends with."""
    return sort_key.rpartition("#")[2]


def post(post_id: str) -> str:
    return f"{POSTS}{_id(post_id)}"


def meta(post_id: str) -> Key:
    return {"pk": f"POST#{_id(post_id)}", "sk": "META"}


def card(post_id: str) -> Key:
    return {"pk": f"POST#{_id(post_id)}", "sk": "CARD"}


def count(post_id: str, shard: int) -> Key:
    return {"pk": f"POST#{_id(post_id)}", "sk": f"{COUNTS}{shard}"}


def sold(post_id: str, shard: int) -> Key:
    return {"pk": f"POST#{_id(post_id)}", "sk": f"{SALES}{shard}"}


def sales(post_id: str) -> list[Key]:
    return [sold(post_id, shard) for shard in range(COUNT_SHARDS)]


def revision(post_id: str, until: datetime, version: int) -> Key:
    return {"pk": post(post_id), "sk": f"{REVISIONS}{clock.text(until)}#{version}"}


def comments(post_id: str) -> str:
    return f"POST#{_id(post_id)}#COMMENTS"


def comment(post_id: str, comment_id: str) -> Key:
    return {"pk": comments(post_id), "sk": f"{COMMENTS}{place(comment_id)}"}


def replies(comment_id: str) -> str:
    return f"REPLIES#{_id(comment_id)}"


def reply(parent_id: str, comment_id: str) -> Key:
    return {"pk": replies(parent_id), "sk": f"{COMMENTS}{place(comment_id)}"}


def reply_place(post_id: str, comment_id: str) -> Key:
    """Below which comment a reply stands: an id alone does not say so."""
    return {"pk": comments(post_id), "sk": f"{REPLIES}{_id(comment_id)}"}


def said(post_id: str, user_id: str) -> Key:
    return {"pk": comments(post_id), "sk": f"{SAID}{_id(user_id)}"}


def reactions(post_id: str) -> str:
    return f"POST#{_id(post_id)}#REACT"


def reaction(post_id: str, user_id: str) -> Key:
    return {"pk": reactions(post_id), "sk": f"{PEOPLE}{_id(user_id)}"}


def author(user_id: str) -> str:
    return f"AUTHOR#{_id(user_id)}"


def authored(user_id: str, post_id: str) -> Key:
    return {"pk": author(user_id), "sk": f"{POSTS}{place(post_id)}"}


def head(user_id: str) -> Key:
    """What is known of an author as one: there is one row a person."""
    return {"pk": author(user_id), "sk": "HEAD"}


def gone(user_id: str, deleted_at: datetime, post_id: str) -> Key:
    return {"pk": author(user_id), "sk": f"{GONE}{clock.text(deleted_at)}#{_id(post_id)}"}


def draft(user_id: str, draft_id: str) -> Key:
    return {"pk": author(user_id), "sk": f"{DRAFTS}{_id(draft_id)}"}


def draft_count(user_id: str) -> Key:
    return {"pk": author(user_id), "sk": "DRAFTS"}


def scheduled(user_id: str, due: datetime, draft_id: str) -> Key:
    return {"pk": author(user_id), "sk": f"{SCHEDULED}{clock.text(due)}#{_id(draft_id)}"}


def commented(user_id: str, comment_id: str) -> Key:
    return {"pk": author(user_id), "sk": f"{COMMENTS}{place(comment_id)}"}


def reacted(user_id: str, post_id: str) -> Key:
    return {"pk": author(user_id), "sk": f"{REACTED}{_id(post_id)}"}


def remembered(user_id: str, digest: str) -> Key:
    return {"pk": author(user_id), "sk": f"{REMEMBERED}{digest}"}


def media(media_id: str) -> Key:
    return {"pk": f"{MEDIA}{_id(media_id)}", "sk": "META"}


def uploaded(user_id: str, media_id: str) -> Key:
    return {"pk": author(user_id), "sk": f"{MEDIA}{place(media_id)}"}


def room(user_id: str) -> Key:
    """How much a person keeps here."""
    return {"pk": author(user_id), "sk": "ROOM"}


def public(day: str) -> str:
    """One bucket of the public posts; `day` is yyyymmdd. There is one shard so far."""
    return f"PUB#{day}#0"


def public_day(post_id: str) -> str:
    return day_of(moment_of(post_id))


def day_of(moment: datetime) -> str:
    return f"{moment:%Y%m%d}"


def start_of(day: str) -> datetime:
    return datetime.strptime(day, "%Y%m%d").replace(tzinfo=UTC)


def public_days(day: str) -> Key:
    """A day with public posts, in the list of all such days."""
    return {"pk": "PUB#DAYS", "sk": f"{DAYS}{day}"}


def published(post_id: str) -> Key:
    return {"pk": public(public_day(post_id)), "sk": f"{POSTS}{place(post_id)}"}


def feed(user_id: str) -> str:
    return f"USER#{_id(user_id)}"


def pointer(user_id: str, post_id: str) -> Key:
    return {"pk": feed(user_id), "sk": f"{FEED}{place(post_id)}"}


def notifications(user_id: str) -> str:
    return f"NOTIF#{_id(user_id)}"


def notification(user_id: str, notification_id: str) -> Key:
    return {"pk": notifications(user_id), "sk": f"{NOTIFICATIONS}{place(notification_id)}"}


def notification_state(user_id: str) -> Key:
    return {"pk": notifications(user_id), "sk": STATE}


def hides(user_id: str) -> str:
    return f"HIDE#{_id(user_id)}"


def hide(user_id: str, post_id: str) -> Key:
    return {"pk": hides(user_id), "sk": f"{POSTS}{_id(post_id)}"}


def unlocks(user_id: str) -> str:
    return f"UNLOCK#{_id(user_id)}"


def unlock(user_id: str, post_id: str) -> Key:
    return {"pk": unlocks(user_id), "sk": f"{POSTS}{_id(post_id)}"}


def following(user_id: str) -> str:
    return f"FOLLOWING#{_id(user_id)}"


def followers(user_id: str) -> str:
    return f"FOLLOWERS#{_id(user_id)}"


def follower_count(author_id: str, shard: int) -> Key:
    return {"pk": followers(author_id), "sk": f"{COUNTS}{shard}"}


def following_count(user_id: str) -> Key:
    return {"pk": following(user_id), "sk": f"{COUNTS}0"}


def relations(user_id: str) -> str:
    return f"REL#{_id(user_id)}"


def followed(user_id: str, author_id: str) -> Key:
    return {"pk": following(user_id), "sk": f"{PEOPLE}{_id(author_id)}"}


def follower(author_id: str, user_id: str) -> Key:
    return {"pk": followers(author_id), "sk": f"{PEOPLE}{_id(user_id)}"}


def related(user_id: str, kind: str, other_id: str) -> Key:
    """`kind` is one of the prefixes above: how the first person stands to the other."""
    return {"pk": relations(user_id), "sk": f"{kind}{_id(other_id)}"}


def muted_by_all(user_id: str) -> str:
    return f"MUTEDBY#{_id(user_id)}"


def muted_by(user_id: str, other_id: str) -> Key:
    """That `other_id` muted the first person."""
    return {"pk": muted_by_all(user_id), "sk": f"{PEOPLE}{_id(other_id)}"}


def unfollowed(user_id: str, author_id: str) -> Key:
    return related(user_id, UNFOLLOWED, author_id)


def pulled(user_id: str, author_id: str) -> Key:
    return related(user_id, PULLED, author_id)


def _id(text: str) -> str:
    """Raises ValueError: services ask core.ids.is_id() of whatever comes from outside."""
    if not ids.is_id(text):
        raise ValueError("an id of the feed is a ULID")
    return text
