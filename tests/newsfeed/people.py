"""What these tests do to people, in one line each."""

from newsfeed import services as newsfeed
from tests.newsfeed.feeds import by


def block(user, other):
    newsfeed.block(user_sub=user.user_sub, other_sub=other.user_sub, actor=by(user))


def unblock(user, other):
    newsfeed.unblock(user_sub=user.user_sub, other_sub=other.user_sub, actor=by(user))


def mute(user, other):
    newsfeed.mute(user_sub=user.user_sub, other_sub=other.user_sub, actor=by(user))


def unmute(user, other):
    newsfeed.unmute(user_sub=user.user_sub, other_sub=other.user_sub, actor=by(user))


def view(viewer, person):
    return newsfeed.view_person(viewer_sub=viewer.user_sub, handle=person.handle)


def blocked(user):
    return _subs(newsfeed.list_blocked(viewer_sub=user.user_sub))


def muted(user):
    return _subs(newsfeed.list_muted(viewer_sub=user.user_sub))


def following(user):
    return _subs(newsfeed.list_following(viewer_sub=user.user_sub))


def followers(user):
    return _subs(newsfeed.list_followers(viewer_sub=user.user_sub))


def _subs(page):
    return [person.user_sub for person in page.items]
