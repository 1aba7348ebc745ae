from django.urls import URLPattern, URLResolver, path

from newsfeed.pages import (
    attaching,
    comments,
    drafts,
    earnings,
    feeds,
    hiding,
    lives,
    media,
    notifications,
    people,
    posts,
    reacting,
    reading,
)
from newsfeed.viewsets.comments import CommentViewSet
from newsfeed.viewsets.drafts import DraftViewSet, ScheduledViewSet
from newsfeed.viewsets.earnings import EarningsViewSet
from newsfeed.viewsets.feeds import FeedsViewSet
from newsfeed.viewsets.hidden import HiddenViewSet
from newsfeed.viewsets.lives import DeletedViewSet, LifeViewSet
from newsfeed.viewsets.media import MediaFileView, MediaUploadView, MediaViewSet
from newsfeed.viewsets.notifications import NotificationViewSet
from newsfeed.viewsets.people import BlockViewSet, FollowViewSet, MuteViewSet, PersonViewSet
from newsfeed.viewsets.posts import PostViewSet
from newsfeed.viewsets.reactions import ReactionViewSet

pages: list[URLPattern | URLResolver] = [
    path("feed/", feeds.home, name="home"),
    path("feed/hidden/", feeds.hidden, name="hidden"),
    path("feed/earnings/", earnings.earnings, name="earnings"),
    path("feed/new/", feeds.arrivals, name="arrivals"),
    path("feed/unlocked/", feeds.unlocked, name="unlocked"),
    path("feed/drafts/", drafts.drafts, name="drafts"),
    path("feed/drafts/<str:draft_id>/save/", drafts.autosave, name="autosave"),
    path("feed/drafts/<str:draft_id>/discard/", drafts.DiscardPage.as_view(), name="discard"),
    path("feed/drafts/<str:draft_id>/publish/", drafts.publish, name="publish_draft"),
    path("feed/scheduled/", drafts.scheduled, name="scheduled"),
    path("feed/scheduled/<str:draft_id>/", drafts.SchedulePage.as_view(), name="schedule"),
    path("feed/scheduled/<str:draft_id>/cancel/", drafts.cancel, name="cancel_scheduled"),
    path("feed/deleted/", lives.deleted, name="deleted"),
    path("explore/", feeds.explore, name="explore"),
    path("@<str:handle>/", feeds.profile, name="profile"),
    path("@<str:handle>/follow/", people.follow, name="follow"),
    path("@<str:handle>/unfollow/", people.unfollow, name="unfollow"),
    path("@<str:handle>/block/", people.BlockPage.as_view(), name="block"),
    path("@<str:handle>/unblock/", people.unblock, name="unblock"),
    path("@<str:handle>/mute/", people.mute, name="mute"),
    path("@<str:handle>/unmute/", people.unmute, name="unmute"),
    path("people/followers/", people.followers, name="followers"),
    path("people/following/", people.following, name="following"),
    path("people/blocked/", people.blocked, name="blocked"),
    path("people/muted/", people.muted, name="muted"),
    path("posts/new/", posts.NewPostPage.as_view(), name="new"),
    path("posts/attach/", attaching.attach, name="attach"),
    path("posts/attach/<str:media_id>/", attaching.attached, name="attached"),
    path("media/<str:media_id>/<str:variant>/", media.media, name="media"),
    path("posts/<str:post_id>/", reading.post, name="post"),
    path("posts/<str:post_id>/edit/", lives.EditPostPage.as_view(), name="edit"),
    path("posts/<str:post_id>/history/", lives.history, name="history"),
    path("posts/<str:post_id>/pin/", lives.pin, name="pin"),
    path("posts/<str:post_id>/unpin/", lives.unpin, name="unpin"),
    path("posts/<str:deleted_id>/restore/", lives.restore, name="restore"),
    path("posts/<str:deleted_id>/purge/", lives.PurgePage.as_view(), name="purge"),
    path("posts/<str:post_id>/comments/lock/", lives.lock_comments, name="lock_comments"),
    path("posts/<str:post_id>/comments/unlock/", lives.unlock_comments, name="unlock_comments"),
    path("posts/<str:post_id>/delete/", posts.DeletePostPage.as_view(), name="delete"),
    path("posts/<str:post_id>/hide/", hiding.hide, name="hide"),
    path("posts/<str:post_id>/unhide/", hiding.unhide, name="unhide"),
    path("posts/<str:post_id>/reaction/", reacting.react, name="react"),
    path("posts/<str:post_id>/unlock/", reading.unlock, name="unlock"),
    path("posts/<str:post_id>/comments/", comments.CommentsPage.as_view(), name="comments"),
    path(
        "posts/<str:post_id>/comments/<str:comment_id>/",
        comments.ThreadPage.as_view(),
        name="comment",
    ),
    path(
        "posts/<str:post_id>/comments/<str:comment_id>/edit/",
        comments.EditCommentPage.as_view(),
        name="edit_comment",
    ),
    path(
        "posts/<str:post_id>/comments/<str:comment_id>/delete/",
        comments.DeleteCommentPage.as_view(),
        name="delete_comment",
    ),
    path("notifications/", notifications.notifications, name="notifications"),
    path("notifications/read/", notifications.mark_read, name="mark_read"),
    path(
        "settings/notifications/",
        notifications.ChoicesPage.as_view(),
        name="notification_choices",
    ),
]
api: list[URLPattern | URLResolver] = [
    path("feed/", FeedsViewSet.as_view({"get": "home"}), name="home"),
    path("earnings/", EarningsViewSet.as_view({"get": "list"}), name="earnings"),
    path("feed/new/", FeedsViewSet.as_view({"get": "arrivals"}), name="arrivals"),
    path("explore/", FeedsViewSet.as_view({"get": "explore"}), name="explore"),
    path("posts/", PostViewSet.as_view({"get": "list", "post": "create"}), name="posts"),
    path(
        "posts/<str:post_id>/",
        PostViewSet.as_view({"get": "retrieve", "put": "update", "delete": "destroy"}),
        name="post",
    ),
    path("posts/<str:post_id>/history/", LifeViewSet.as_view({"get": "history"}), name="history"),
    path(
        "posts/<str:post_id>/pin/",
        LifeViewSet.as_view({"put": "pin", "delete": "unpin"}),
        name="pin",
    ),
    path(
        "posts/<str:post_id>/comment-lock/",
        LifeViewSet.as_view({"put": "lock", "delete": "unlock"}),
        name="comment_lock",
    ),
    path("pinned/", LifeViewSet.as_view({"get": "pinned"}), name="pinned"),
    path("deleted/", DeletedViewSet.as_view({"get": "list"}), name="deleted"),
    path(
        "deleted/<str:deleted_id>/",
        DeletedViewSet.as_view({"delete": "destroy"}),
        name="deleted_post",
    ),
    path(
        "deleted/<str:deleted_id>/restore/",
        DeletedViewSet.as_view({"post": "restore"}),
        name="restore",
    ),
    path("drafts/", DraftViewSet.as_view({"get": "list", "post": "create"}), name="drafts"),
    path(
        "drafts/<str:draft_id>/",
        DraftViewSet.as_view({"get": "retrieve", "put": "update", "delete": "destroy"}),
        name="draft",
    ),
    path(
        "drafts/<str:draft_id>/publish/",
        DraftViewSet.as_view({"post": "publish"}),
        name="publish_draft",
    ),
    path("scheduled/", ScheduledViewSet.as_view({"get": "list"}), name="scheduled"),
    path(
        "scheduled/<str:draft_id>/",
        ScheduledViewSet.as_view({"put": "update", "delete": "destroy"}),
        name="schedule",
    ),
    path("media/", MediaUploadView.as_view(), name="media"),
    path(
        "media/<str:media_id>/",
        MediaViewSet.as_view({"get": "retrieve", "patch": "partial_update", "delete": "destroy"}),
        name="media_item",
    ),
    path("media/<str:media_id>/<str:variant>/", MediaFileView.as_view(), name="media_file"),
    path("posts/<str:post_id>/unlock/", PostViewSet.as_view({"post": "unlock"}), name="unlock"),
    path(
        "posts/<str:post_id>/comments/",
        CommentViewSet.as_view({"get": "list", "post": "create"}),
        name="comments",
    ),
    path(
        "posts/<str:post_id>/comments/<str:comment_id>/",
        CommentViewSet.as_view({"get": "retrieve", "patch": "partial_update", "delete": "destroy"}),
        name="comment",
    ),
    path(
        "posts/<str:post_id>/comments/<str:comment_id>/replies/",
        CommentViewSet.as_view({"get": "replies"}),
        name="replies",
    ),
    path(
        "posts/<str:post_id>/reaction/",
        ReactionViewSet.as_view({"put": "update", "delete": "destroy"}),
        name="reaction",
    ),
    path("suggestions/", FeedsViewSet.as_view({"get": "suggestions"}), name="suggestions"),
    path("unlocked/", FeedsViewSet.as_view({"get": "unlocked"}), name="unlocked"),
    path("follows/", FollowViewSet.as_view({"get": "list"}), name="follows"),
    path("followers/", FollowViewSet.as_view({"get": "followers"}), name="followers"),
    path(
        "follows/<str:handle>/",
        FollowViewSet.as_view({"put": "update", "delete": "destroy"}),
        name="follow",
    ),
    path("people/<str:handle>/", PersonViewSet.as_view({"get": "retrieve"}), name="person"),
    path("blocks/", BlockViewSet.as_view({"get": "list"}), name="blocks"),
    path(
        "blocks/<str:handle>/",
        BlockViewSet.as_view({"put": "update", "delete": "destroy"}),
        name="block",
    ),
    path("mutes/", MuteViewSet.as_view({"get": "list"}), name="mutes"),
    path(
        "mutes/<str:handle>/",
        MuteViewSet.as_view({"put": "update", "delete": "destroy"}),
        name="mute",
    ),
    path("hidden/", HiddenViewSet.as_view({"get": "list"}), name="hidden"),
    path(
        "hidden/<str:post_id>/",
        HiddenViewSet.as_view({"put": "update", "delete": "destroy"}),
        name="hide",
    ),
    path("notifications/", NotificationViewSet.as_view({"get": "list"}), name="notifications"),
    path(
        "notifications/read/",
        NotificationViewSet.as_view({"post": "mark_read"}),
        name="notifications_read",
    ),
    path(
        "notifications/preferences/",
        NotificationViewSet.as_view({"get": "choices", "patch": "choose"}),
        name="notification_choices",
    ),
]
