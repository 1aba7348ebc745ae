"""The feed as its doors and other apps see it."""

from newsfeed.services.comments import add_comment, delete_comment, list_comments
from newsfeed.services.feeds import explore, home_feed, list_posts_of
from newsfeed.services.hiding import hide_post, list_hidden, unhide_post
from newsfeed.services.notifying import (
    list_notifications,
    mark_notifications_read,
    unread_count,
)
from newsfeed.services.people import (
    count_follows,
    follow,
    is_following,
    list_followers,
    list_following,
    unfollow,
)
from newsfeed.services.publishing import delete_post, publish_post
from newsfeed.services.reading import read_post
from newsfeed.services.unlocking import unlock_post

__all__ = [
    "add_comment",
    "count_follows",
    "delete_comment",
    "delete_post",
    "explore",
    "follow",
    "hide_post",
    "home_feed",
    "is_following",
    "list_comments",
    "list_followers",
    "list_following",
    "list_hidden",
    "list_notifications",
    "list_posts_of",
    "mark_notifications_read",
    "publish_post",
    "read_post",
    "unfollow",
    "unhide_post",
    "unlock_post",
    "unread_count",
]
