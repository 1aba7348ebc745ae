"""The feed as its doors and other apps see it."""

from newsfeed.services.arrivals import count_arrivals
from newsfeed.services.blocking import block, list_blocked, unblock
from newsfeed.services.comments import add_comment, delete_comment, edit_comment
from newsfeed.services.deleting import (
    delete_post,
    find_deleted,
    list_deleted,
    purge_post,
    restore_post,
)
from newsfeed.services.drafts import discard_draft, find_draft, list_drafts, save_draft
from newsfeed.services.earning import list_earnings
from newsfeed.services.editing import edit_post, editable_post, list_revisions, lock_comments
from newsfeed.services.feeds import explore, home_feed, list_posts_of
from newsfeed.services.hiding import hide_post, list_hidden, unhide_post
from newsfeed.services.muting import list_muted, mute, unmute
from newsfeed.services.notifying import (
    choose_notifications,
    list_notifications,
    mark_notifications_read,
    notification_choices,
    unread_count,
)
from newsfeed.services.people import (
    follow,
    is_following,
    list_followers,
    list_following,
    unfollow,
    view_person,
)
from newsfeed.services.pinning import find_pinned, is_pinned, pin_post, unpin_post
from newsfeed.services.publishing import publish_post
from newsfeed.services.reacting import react, unreact
from newsfeed.services.reading import read_post
from newsfeed.services.scheduling import (
    cancel_scheduled,
    find_scheduled,
    list_scheduled,
    publish_draft,
    schedule_draft,
)
from newsfeed.services.standing import find_person
from newsfeed.services.suggesting import follows_nobody, suggest_people
from newsfeed.services.threads import find_comment, list_comments, list_replies
from newsfeed.services.unlocked import list_unlocked
from newsfeed.services.unlocking import unlock_post

__all__ = [
    "add_comment",
    "block",
    "cancel_scheduled",
    "choose_notifications",
    "count_arrivals",
    "delete_comment",
    "delete_post",
    "discard_draft",
    "edit_comment",
    "edit_post",
    "editable_post",
    "explore",
    "find_comment",
    "find_deleted",
    "find_draft",
    "find_person",
    "find_pinned",
    "find_scheduled",
    "follow",
    "follows_nobody",
    "hide_post",
    "home_feed",
    "is_following",
    "is_pinned",
    "list_blocked",
    "list_comments",
    "list_deleted",
    "list_drafts",
    "list_earnings",
    "list_followers",
    "list_following",
    "list_hidden",
    "list_muted",
    "list_notifications",
    "list_posts_of",
    "list_replies",
    "list_revisions",
    "list_scheduled",
    "list_unlocked",
    "lock_comments",
    "mark_notifications_read",
    "mute",
    "notification_choices",
    "pin_post",
    "publish_draft",
    "publish_post",
    "purge_post",
    "react",
    "read_post",
    "restore_post",
    "save_draft",
    "schedule_draft",
    "suggest_people",
    "unblock",
    "unfollow",
    "unhide_post",
    "unlock_post",
    "unmute",
    "unpin_post",
    "unreact",
    "unread_count",
    "view_person",
]
