"""Muting: what somebody does leaves one's lists, and is there for who looks for it."""

from tests.newsfeed import feeds, people


def test_posts_of_who_is_muted_leave_home_and_explore(alice, bob):
    feeds.follow(bob, alice)
    post = feeds.publish(alice)
    feeds.work()
    people.mute(bob, alice)
    assert feeds.home_ids(bob) == feeds.explored(bob) == []
    assert people.muted(bob) == [alice.user_sub]
    assert feeds.timeline(bob, alice) == [post.post_id]
    assert feeds.read(bob, post).text == "Hello"
    assert people.view(bob, alice).muted


def test_who_is_muted_notices_nothing(alice, bob):
    feeds.follow(bob, alice)
    post = feeds.publish(bob)
    feeds.work()
    people.mute(bob, alice)
    assert people.followers(alice) == [bob.user_sub]
    assert feeds.explored(alice) == [post.post_id]
    assert people.muted(alice) == []
    assert feeds.comment(alice, post).text == "Well said."


def test_comments_of_who_is_muted_are_folded(alice, bob, mallory):
    post = feeds.publish(mallory)
    feeds.comment(alice, post)
    people.mute(bob, alice)
    assert [each.muted for each in feeds.comments(bob, post).items] == [True]
    assert [each.muted for each in feeds.comments(mallory, post).items] == [False]


def test_what_who_is_muted_does_is_not_told(alice, bob):
    people.mute(bob, alice)
    feeds.comment(alice, feeds.publish(bob))
    assert feeds.notifications(bob) == []


def test_the_list_says_nothing_of_who_blocked_since(alice, bob, mallory):
    for other in (alice, mallory):
        people.mute(bob, other)
    people.block(alice, bob)
    people.block(bob, mallory)
    assert people.muted(bob) == []
    people.unblock(alice, bob)
    assert people.muted(bob) == [alice.user_sub]


def test_unmuting_brings_all_of_it_back(alice, bob):
    feeds.follow(bob, alice)
    post = feeds.publish(alice)
    feeds.work()
    before = feeds.keys_of("REL#", "MUTEDBY#")
    for change in (people.mute, people.unmute):
        for _ in range(2):
            change(bob, alice)
    assert feeds.home_ids(bob) == [post.post_id]
    assert feeds.keys_of("REL#", "MUTEDBY#") == before
