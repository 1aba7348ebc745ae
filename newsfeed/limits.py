"""How much one person may write into the feed: far more than anybody does, far less than a
script would."""

from core.ratelimit import Limit

MEGABYTE = 1024 * 1024
PICTURE_BYTES, FILE_BYTES = 10 * MEGABYTE, 25 * MEGABYTE
ROOM_BYTES = 500 * MEGABYTE  # of all that one person keeps here

POSTS = Limit("newsfeed-posts", times=60, seconds=3600)
COMMENTS = Limit("newsfeed-comments", times=120, seconds=3600)
FOLLOWS = Limit("newsfeed-follows", times=300, seconds=3600)
RELATIONS = Limit("newsfeed-relations", times=300, seconds=3600)  # blocking and muting
UPLOADS = Limit("newsfeed-uploads", times=60, seconds=3600)
REACTIONS = Limit("newsfeed-reactions", times=300, seconds=3600)
EDITS = Limit("newsfeed-edits", times=120, seconds=3600)
DRAFTS = Limit("newsfeed-drafts", times=1200, seconds=3600)  # one is saved while it is typed
