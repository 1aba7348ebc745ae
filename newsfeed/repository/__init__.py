"""The rows of the feed in APP_TABLE, a class for each aggregate."""

from newsfeed.repository.audiences import AUDIENCE_LABEL, AudienceRepository
from newsfeed.repository.comments import (
    COMMENT_LABEL,
    COUNT_LABEL,
    PARENT_LABEL,
    SAID_LABEL,
    CommentRepository,
)
from newsfeed.repository.drafts import DRAFT_COUNT_LABEL, DRAFT_LABEL, DraftRepository
from newsfeed.repository.earlier import EarlierRepository
from newsfeed.repository.feeds import FeedRepository
from newsfeed.repository.heads import HeadRepository
from newsfeed.repository.lives import LifeRepository
from newsfeed.repository.marks import UNLOCK_LABEL, MarkRepository
from newsfeed.repository.media import MEDIA_LABEL, ROOM_LABEL, MediaRepository
from newsfeed.repository.notifications import NotificationRepository
from newsfeed.repository.people import BLOCK_LABEL, FOLLOW_LABEL, PeopleRepository
from newsfeed.repository.pins import PinRepository
from newsfeed.repository.posts import CARD_LABEL, PostRepository
from newsfeed.repository.reactions import REACTION_LABEL, ReactionRepository
from newsfeed.repository.relations import BLOCKED_LABEL, MUTE_LABEL, RelationRepository
from newsfeed.repository.remembered import KEY_LABEL, RememberedRepository
from newsfeed.repository.revisions import RevisionRepository
from newsfeed.repository.sales import SALE_LABEL, SalesRepository

__all__ = [
    "AUDIENCE_LABEL",
    "BLOCKED_LABEL",
    "BLOCK_LABEL",
    "CARD_LABEL",
    "COMMENT_LABEL",
    "COUNT_LABEL",
    "DRAFT_COUNT_LABEL",
    "DRAFT_LABEL",
    "FOLLOW_LABEL",
    "KEY_LABEL",
    "MEDIA_LABEL",
    "MUTE_LABEL",
    "PARENT_LABEL",
    "REACTION_LABEL",
    "ROOM_LABEL",
    "SAID_LABEL",
    "SALE_LABEL",
    "UNLOCK_LABEL",
    "AudienceRepository",
    "CommentRepository",
    "DraftRepository",
    "EarlierRepository",
    "FeedRepository",
    "HeadRepository",
    "LifeRepository",
    "MarkRepository",
    "MediaRepository",
    "NotificationRepository",
    "PeopleRepository",
    "PinRepository",
    "PostRepository",
    "ReactionRepository",
    "RelationRepository",
    "RememberedRepository",
    "RevisionRepository",
    "SalesRepository",
]
