"""The demo people's feed: every kind of post, and the same after a second load."""

import pytest

from newsfeed import demo
from newsfeed import services as newsfeed
from newsfeed.items import Access, NotificationKind, Visibility
from tests.factories import make_user
from tests.newsfeed import feeds


@pytest.fixture
def people():
    return {name: make_user(name) for name in ("alice", "bob", "carol")}


def load(people):
    from billing import demo as money

    subs = {name: user.user_sub for name, user in people.items()}
    money.load(subs)
    demo.load(subs)
    feeds.work()


def test_the_feed_lives(people):
    load(people)
    bob, carol = people["bob"], people["carol"]
    items = feeds.home(bob).items
    assert {item.visibility for item in items} == {*Visibility} - {Visibility.PRIVATE}
    assert {item.access for item in items} == {Access.TEASER, Access.FULL}
    (bought,) = [item for item in items if item.visibility is Visibility.PAID and not item.locked]
    assert "feldspar 38" in feeds.read(bob, bought).text
    assert feeds.read(bob, bought).comment_count == 1
    assert len(feeds.timeline(carol, carol)) == 5
    kinds = {told.kind for told in feeds.notifications(carol)}
    assert kinds == {
        NotificationKind.FOLLOWED,
        NotificationKind.COMMENTED,
        NotificationKind.UNLOCKED,
    }
    assert len(feeds.explored()) >= 8


def test_a_second_load_changes_nothing(people):
    load(people)
    (post, *_) = feeds.home(people["alice"]).items
    feeds.delete(people["alice"], post)
    feeds.work()
    before = sorted(feeds.rows(), key=str)
    load(people)
    assert sorted(feeds.rows(), key=str) == before


def test_without_billing_the_free_part_of_the_story_is_there(people, settings):
    settings.DYNAMODB_TABLES = {**settings.DYNAMODB_TABLES, "billing": ""}
    load(people)
    page = newsfeed.explore(viewer_sub=None)
    assert {item.visibility for item in page.items} == {Visibility.PUBLIC}
