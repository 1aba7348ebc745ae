"""What others did, and how far it was read."""

from datetime import timedelta

import pytest
from django.core.management import call_command

from core import clock, ids
from core.errors import Invalid
from dynamo.expressions import Update
from dynamo.table import transact
from newsfeed import services as newsfeed
from newsfeed.items import UNREAD_CAP, Notification, NotificationKind
from newsfeed.repository import NotificationRepository, keys
from tests.factories import make_user
from tests.newsfeed import feeds

FOLLOWED, COMMENTED = NotificationKind.FOLLOWED, NotificationKind.COMMENTED
UNLOCKED = NotificationKind.UNLOCKED


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
    feeds.comment(mallory, feeds.publish(alice))
    assert unread(alice) == 1
    assert [each.unread for each in feeds.notifications(alice)] == [True, False]


def test_an_older_mark_changes_nothing(alice, bob):
    feeds.follow(bob, alice)
    feeds.comment(bob, feeds.publish(alice))
    newest, oldest = (each.notification_id for each in feeds.notifications(alice))
    mark(alice, newest)
    mark(alice, oldest)
    assert unread(alice) == 0


def test_the_count_stops_at_its_cap(alice, bob):
    for kind in (FOLLOWED, COMMENTED):
        tell(alice, *[(kind, bob, n) for n in range(UNREAD_CAP)])
    assert unread(alice) == UNREAD_CAP
    page = newsfeed.list_notifications(user_sub=alice.user_sub)
    mark(alice, page.mark)
    assert unread(alice) == 0


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


def test_a_mark_within_the_lag_of_clocks_leaves_what_a_slow_one_writes_unread(
    alice, bob, mallory, time_machine
):
    time_machine.move_to("2030-01-01T12:00:00Z", tick=False)
    feeds.follow(bob, alice)
    mark(alice, newsfeed.list_notifications(user_sub=alice.user_sub).mark)
    assert unread(alice) == 0
    time_machine.move_to("2030-01-01T11:59:55Z", tick=False)  # another machine's clock
    feeds.comment(mallory, feeds.publish(alice))
    assert unread(alice) == 1
    time_machine.move_to("2030-01-01T11:59:45Z", tick=False)  # too slow to be waited for
    feeds.comment(mallory, feeds.publish(alice))
    assert unread(alice) == 1


def test_what_comes_while_one_reads_stays_unread(alice, bob, mallory):
    feeds.follow(bob, alice)
    seen = newsfeed.list_notifications(user_sub=alice.user_sub).mark
    feeds.comment(mallory, feeds.publish(alice))
    mark(alice, seen)
    assert [each.unread for each in feeds.notifications(alice)] == [True, False]
    assert unread(alice) == 1


def tell(user, *told, post_id="", amount=0):
    """(kind, actor, hours ago), written as the services write it."""
    for kind, actor, hours in told:
        made = ids.id_of(clock.now() - timedelta(hours=hours), f"{kind} {actor.user_sub}")
        notification = Notification(
            notification_id=made,
            user_id=user.user_sub,
            kind=kind,
            actor_id=actor.user_sub,
            post_id=post_id,
            amount=amount,
            currency="USD" if amount else "",
        )
        transact([NotificationRepository().adding(notification)])


def lines(user):
    return [
        ([actor.handle for actor in each.actors], each.others, each.count)
        for each in feeds.notifications(user)
    ]


def test_the_same_thing_by_several_people_is_one_line(alice, bob, mallory):
    carol, dave = make_user("carol"), make_user("dave")
    post = feeds.publish(alice)
    for person in (bob, mallory, carol, dave, bob):
        feeds.comment(person, post)
    feeds.comment(bob, feeds.publish(alice))
    assert lines(alice) == [(["bob_h"], 0, 1), (["bob_h", "dave_h"], 2, 5)]


def test_what_is_twelve_hours_apart_is_two_lines(alice, bob, mallory):
    tell(alice, (FOLLOWED, bob, 0), (FOLLOWED, mallory, 11), (FOLLOWED, make_user("carol"), 13))
    assert lines(alice) == [(["bob_h", "mallory_h"], 0, 2), (["carol_h"], 0, 1)]


def test_a_line_is_unread_while_one_of_it_is(alice, bob, mallory):
    feeds.follow(bob, alice)
    mark(alice, feeds.notifications(alice)[0].notification_id)
    feeds.follow(mallory, alice)
    assert [each.unread for each in feeds.notifications(alice)] == [True]


def test_sales_of_a_post_add_up(alice, bob, mallory):
    post = feeds.publish_paid(alice)
    tell(alice, (UNLOCKED, bob, 0), (UNLOCKED, mallory, 1), post_id=post.post_id, amount=450)
    (told,) = feeds.notifications(alice)
    assert (told.count, told.amount, told.currency) == (2, 900, "USD")


def test_pages_follow_each_other_without_a_gap(alice, bob):
    posts = [feeds.publish(alice) for _ in range(25)]
    for post in posts:
        feeds.comment(bob, post)
        feeds.comment(bob, post)
    first = newsfeed.list_notifications(user_sub=alice.user_sub)
    second = newsfeed.list_notifications(user_sub=alice.user_sub, cursor=first.next_cursor)
    assert [each.post_id for each in (*first.items, *second.items)] == [
        post.post_id for post in reversed(posts)
    ]
    assert {each.count for each in (*first.items, *second.items)} == {2}
    assert (second.mark, second.next_cursor) == ("", "")


def relate(user, kind, other):
    row = keys.related(user.user_sub, kind, other.user_sub)
    NotificationRepository().table.put({**row, "user_id": user.user_sub})


@pytest.mark.parametrize("kind", [keys.BLOCKED, keys.BLOCKED_BY, keys.MUTED])
def test_who_is_blocked_or_muted_is_in_no_line_and_no_number(alice, bob, mallory, kind):
    post = feeds.publish(alice)
    feeds.comment(mallory, post)
    feeds.comment(bob, post)
    relate(alice, kind, mallory)
    assert lines(alice) == [(["bob_h"], 0, 1)]
    assert unread(alice) == 1
    NotificationRepository().table.delete(keys.related(alice.user_sub, kind, mallory.user_sub))
    assert lines(alice) == [(["bob_h", "mallory_h"], 0, 2)]
    assert unread(alice) == 2


def test_the_mark_covers_what_is_found_behind_people_who_are_muted(alice, bob, mallory):
    tell(alice, *[(COMMENTED, mallory, n / 10) for n in range(45)], (FOLLOWED, bob, 10))
    relate(alice, keys.MUTED, mallory)
    page = newsfeed.list_notifications(user_sub=alice.user_sub)
    assert [each.unread for each in page.items] == [True]
    assert page.mark == page.items[0].notification_id
    mark(alice, page.mark)
    assert not feeds.notifications(alice)[0].unread


def test_who_is_gone_is_in_no_line_and_the_mark_covers_them(alice, bob, mallory):
    feeds.follow(bob, alice)
    feeds.follow(mallory, alice)
    call_command("disable_user", mallory.email)
    page = newsfeed.list_notifications(user_sub=alice.user_sub)
    assert [actor.handle for each in page.items for actor in each.actors] == ["bob_h"]
    mark(alice, page.mark)
    assert unread(alice) == 0


@pytest.mark.parametrize("how", ["block", "private"])
def test_a_reply_leads_to_no_post_that_its_reader_may_not_know_of(alice, bob, mallory, how):
    post = feeds.publish(alice)
    feeds.reply(mallory, feeds.comment(bob, post))
    assert feeds.notifications(bob)[0].post_id == post.post_id
    if how == "block":
        newsfeed.block(user_sub=alice.user_sub, other_sub=bob.user_sub, actor=feeds.by(alice))
    else:
        feeds.edit(alice, post, visibility=feeds.PRIVATE)
    (line,) = feeds.notifications(bob)
    assert (line.post_id, line.comment_id) == ("", "")


def test_what_was_said_leads_to_the_comment(alice, bob, mallory, client_for):
    post = feeds.publish(alice)
    said = feeds.comment(bob, post)
    answer = feeds.reply(mallory, said)
    feeds.react(bob, post)
    reacted, commented = feeds.notifications(alice)
    assert (commented.comment_id, reacted.comment_id) == (answer.comment_id, "")
    (replied,) = feeds.notifications(bob)
    assert replied.comment_id == answer.comment_id
    link = f"/posts/{post.post_id}/?comment={answer.comment_id}#comment-{answer.comment_id}"
    for person in (alice, bob):
        client = client_for(person)
        assert f'href="{link}"' in client.get("/notifications/").content.decode()
        (told,) = [
            each
            for each in client.get("/api/v1/notifications/").json()["results"]
            if each["comment_id"]
        ]
        assert told["comment_id"] == answer.comment_id
        assert f'id="comment-{answer.comment_id}"' in client.get(link).content.decode()


def test_a_deleted_post_is_told_of_and_led_to_by_nothing(alice, bob):
    post = feeds.publish(alice)
    feeds.comment(bob, post)
    assert feeds.notifications(alice)[0].post_id == post.post_id
    feeds.delete(alice, post)
    assert [each.post_id for each in feeds.notifications(alice)] == [""]


@pytest.mark.parametrize("kind", [keys.BLOCKED, keys.BLOCKED_BY])
def test_no_line_leads_to_the_post_of_who_is_blocked(alice, bob, mallory, kind):
    post = feeds.publish(alice)
    feeds.reply(mallory, feeds.comment(bob, post))
    assert [each.post_id for each in feeds.notifications(bob)] == [post.post_id]
    relate(bob, kind, alice)
    assert [each.post_id for each in feeds.notifications(bob)] == [""]


def choose(user, **choices):
    wanted = {NotificationKind(name): on for name, on in choices.items()}
    newsfeed.choose_notifications(user_sub=user.user_sub, choices=wanted, actor=feeds.by(user))


def test_a_kind_that_is_turned_off_is_neither_listed_nor_counted(alice, bob):
    feeds.follow(bob, alice)
    feeds.comment(bob, feeds.publish(alice))
    choose(alice, followed=False)
    assert [each.kind for each in feeds.notifications(alice)] == [COMMENTED]
    assert unread(alice) == 1
    chosen = newsfeed.notification_choices(alice.user_sub)
    assert [str(kind) for kind, on in chosen.items() if not on] == ["followed"]
    choose(alice, commented=False)
    page = newsfeed.list_notifications(user_sub=alice.user_sub)
    assert (page.items, page.mark, unread(alice)) == ([], "", 0)
    choose(alice, followed=True, commented=True)
    assert [each.kind for each in feeds.notifications(alice)] == [COMMENTED, FOLLOWED]
    assert unread(alice) == 2


def test_what_could_not_be_published_is_always_shown(alice):
    made = Notification(
        notification_id=ids.new_id(),
        user_id=alice.user_sub,
        kind=NotificationKind.PUBLISH_FAILED,
    )
    transact([NotificationRepository().adding(made)])
    with pytest.raises(Invalid) as refused:
        choose(alice, publish_failed=False)
    assert list(refused.value.errors) == ["publish_failed"]
    assert [(each.kind, each.actor) for each in feeds.notifications(alice)] == [
        (NotificationKind.PUBLISH_FAILED, None)
    ]
    assert unread(alice) == 1


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
