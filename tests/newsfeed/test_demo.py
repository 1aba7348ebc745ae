"""The demo people's feed: every kind of post, and the same after a second load."""

from copy import deepcopy

import pytest

from newsfeed import demo, demo_texts
from newsfeed import services as newsfeed
from newsfeed.items import Access, NotificationKind, Visibility
from tests import engines
from tests.factories import make_user
from tests.newsfeed import feeds
from tests.newsfeed.people import blocked, muted, unmute


@pytest.fixture
def people():
    return {name: make_user(name) for name in ("alice", "bob", "carol", "dan", "erin")}


_kept = {}


@pytest.fixture
def loaded(request, undrawn):
    """The people of the demo, once it is loaded without its pictures: once for all tests here."""
    if _kept:
        engines.put_back(_kept["rows"])
    else:
        people = request.getfixturevalue("people")
        load(people)
        _kept.update(people=people, rows=deepcopy(engines.rows()))
    return _kept["people"]


def load(people):
    from billing import demo as money

    subs = {name: user.user_sub for name, user in people.items()}
    money.load(subs)
    demo.load(subs)
    feeds.work()


def test_the_feed_lives(loaded):
    bob, carol = loaded["bob"], loaded["carol"]
    items = pages(lambda cursor: feeds.home(bob, cursor))
    assert {item.visibility for item in items} == {*Visibility} - {Visibility.PRIVATE}
    assert {item.access for item in items} == {Access.TEASER, Access.FULL}
    bought = [item for item in items if item.visibility is Visibility.PAID and not item.locked]
    (celadon,) = [item for item in bought if item.author.user_sub == carol.user_sub]
    assert "feldspar 38" in feeds.read(bob, celadon).text
    assert feeds.read(bob, celadon).comment_count == 2
    assert len(bought) == 2
    assert len(feeds.timeline(carol, carol)) == 7
    kinds = {told.kind for told in feeds.notifications(carol)}
    assert kinds >= {
        NotificationKind.FOLLOWED,
        NotificationKind.COMMENTED,
        NotificationKind.UNLOCKED,
    }


def test_thirty_posts_of_every_kind_are_there(loaded):
    posts = {post.name: post for post in demo_texts.POSTS}
    assert len(posts) == 30
    assert {post.visibility for post in posts.values()} == {*Visibility}
    stored = [row for row in feeds.rows() if row["sk"] == "META"]
    assert len(stored) == 30
    assert feeds.hidden_ids(loaded["bob"])


@pytest.mark.long
def test_pictures_are_drawn_and_described(people):
    load(people)
    drawn = [row for row in feeds.rows() if row["pk"].startswith("MEDIA#")]
    assert len(drawn) == sum(len(post.pictures) for post in demo_texts.POSTS)
    assert all(row["alt"] and row["state"] == "ready" and row["post_id"] for row in drawn)


def test_what_is_not_published_waits(loaded):
    alice, bob, erin = loaded["alice"], loaded["bob"], loaded["erin"]
    assert len(feeds.drafts(alice)) == 1
    assert len(feeds.scheduled(alice)) == 1
    assert muted(bob) == [loaded["dan"].user_sub] == blocked(erin)
    (begin,) = [row for row in feeds.rows() if "model railway" in row.get("body", "")]
    assert begin["sk"] == "META"


def test_what_was_taken_back_stays_so(loaded):
    alice, bob = loaded["alice"], loaded["bob"]
    unmute(bob, loaded["dan"])
    (draft,) = feeds.drafts(alice)
    newsfeed.discard_draft(
        author_sub=alice.user_sub, draft_id=draft.draft_id, actor=feeds.by(alice)
    )
    load(loaded)
    assert muted(bob) == feeds.drafts(alice) == []


def test_people_answer_each_other_and_react(loaded):
    bob = loaded["bob"]
    (meta,) = [row["pk"] for row in feeds.rows() if "S-cracks" in row.get("body", "")]
    cracks = meta.removeprefix("POST#")
    page = newsfeed.list_comments(viewer_sub=bob.user_sub, post_id=cracks, replies=True)
    assert [view.reply_count for view in page.items] == [0, 4, 0]
    post = newsfeed.read_post(viewer_sub=bob.user_sub, post_id=cracks)
    assert sum(post.reactions.values()) == 3


def test_lists_stay_lists_and_lines_flow(loaded):
    (kit,) = [row for row in feeds.rows() if "What is in the bag" in row.get("body", "")]
    assert "1. the camera, 4 kg of wood and brass\n2. a tripod" in kit["body"]
    (studio,) = [row for row in feeds.rows() if "The new kiln is in" in row.get("body", "")]
    assert "\n" not in studio["body"]


def pages(read):
    """The posts of all pages."""
    items, cursor = [], ""
    while True:
        page = read(cursor)
        items += page.items
        cursor = page.next_cursor
        if not cursor:
            return items


def test_a_second_load_changes_nothing(loaded):
    (post, *_) = feeds.home(loaded["alice"]).items
    feeds.delete(loaded["alice"], post)
    feeds.work()
    before = sorted(feeds.rows(), key=str)
    load(loaded)
    assert sorted(feeds.rows(), key=str) == before


def test_without_billing_the_free_part_of_the_story_is_there(people, undrawn, settings):
    settings.DYNAMODB_TABLES = {**settings.DYNAMODB_TABLES, "billing": ""}
    load(people)
    page = newsfeed.explore(viewer_sub=None)
    assert {item.visibility for item in page.items} == {Visibility.PUBLIC}
