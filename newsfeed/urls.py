from django.urls import URLPattern, URLResolver, path

from newsfeed.pages import (
    attaching,
    comments,
    earnings,
    feeds,
    hiding,
    media,
    notifications,
    people,
    posts,
    reacting,
    reading,
)
from newsfeed.viewsets.comments import CommentViewSet
from newsfeed.viewsets.earnings import EarningsViewSet
from newsfeed.viewsets.feeds import FeedsViewSet
from newsfeed.viewsets.hidden import HiddenViewSet
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
        comments.delete_comment,
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
        PostViewSet.as_view({"get": "retrieve", "delete": "destroy"}),
        name="post",
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
