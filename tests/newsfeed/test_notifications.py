"""What others did, and how far it was read."""

import pytest

from core import ids
from core.errors import Invalid
from dynamo.expressions import Update
from newsfeed import services as newsfeed
from newsfeed.items import UNREAD_CAP, NotificationKind
from newsfeed.repository import NotificationRepository, keys
from tests.newsfeed import feeds


def mark(user, upto):
    newsfeed.mark_notifications_read(user_sub=user.user_sub, upto=upto)


def unread(user):
    return newsfeed.unread_count(user.user_sub)


def test_unread_ends_at_the_mark(alice, bob, mallory):
    feeds.follow(bob, alice)
    assert unread(alice) == 1
    (told,) = feeds.notifications(alice)
    assert (told.kind, told.unread, told.actor.handle) == (NotificationKind.FOLLOWED, True, "bob_h")
    mark(alice, told.notification_id)
    assert unread(alice) == 0
    assert not feeds.notifications(alice)[0].unread
    feeds.follow(mallory, alice)
    assert unread(alice) == 1
    assert [each.unread for each in feeds.notifications(alice)] == [True, False]


def test_an_older_mark_changes_nothing(alice, bob, mallory):
    feeds.follow(bob, alice)
    feeds.follow(mallory, alice)
    newest, oldest = (each.notification_id for each in feeds.notifications(alice))
    mark(alice, newest)
    mark(alice, oldest)
    assert unread(alice) == 0


def test_the_count_stops_at_its_cap(alice, bob):
    post = feeds.publish(alice)
    for n in range(UNREAD_CAP + 3):
        feeds.comment(bob, post, f"Comment {n}")
    assert unread(alice) == UNREAD_CAP
    page = newsfeed.list_notifications(user_sub=alice.user_sub)
    mark(alice, page.items[5].notification_id)
    assert unread(alice) == 5
    more = newsfeed.list_notifications(user_sub=alice.user_sub, cursor=page.next_cursor)
    assert (len(page.items), len(more.items), more.next_cursor) == (20, 13, "")


@pytest.mark.parametrize("upto", ["", "now", "7ZZZZZZZZZZZZZZZZZZZZZZZZZ"])
def test_a_mark_is_the_id_of_something_that_happened(alice, bob, upto):
    feeds.follow(bob, alice)
    with pytest.raises(Invalid) as refused:
        mark(alice, upto)
    assert "upto" in refused.value.errors
    assert unread(alice) == 1


def test_notifications_end_after_90_days(alice, bob, time_machine):
    time_machine.move_to("2030-01-01T00:00:00Z")
    feeds.follow(bob, alice)
    time_machine.move_to("2030-04-02T00:00:00Z")
    assert unread(alice) == 0
    assert feeds.notifications(alice) == []


def test_others_notifications_stay_theirs(alice, bob):
    feeds.follow(bob, alice)
    mark(bob, ids.new_id())
    assert unread(alice) == 1
    assert feeds.notifications(bob) == []


def test_a_comment_that_is_deleted_is_not_told_of_any_more(alice, bob):
    post = feeds.publish(alice)
    said = feeds.comment(bob, post)
    own = feeds.comment(alice, post)
    for comment in (said, own):
        newsfeed.delete_comment(
            user_sub=alice.user_sub,
            post_id=post.post_id,
            comment_id=comment.comment_id,
            actor=feeds.by(alice),
        )
    assert feeds.notifications(alice) == []
    assert unread(alice) == 0


def test_a_kind_that_only_newer_code_knows_leaves_the_others_readable(alice, bob, mallory):
    feeds.follow(bob, alice)
    feeds.follow(mallory, alice)
    newest = feeds.notifications(alice)[0].notification_id
    key = keys.notification(alice.user_sub, newest)
    NotificationRepository().table.update(key, Update().set("kind", "mentioned"))
    (told,) = feeds.notifications(alice)
    assert told.actor.handle == "bob_h"
