"""Editing: on the version that was read, with a history for who could read it then."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from core.errors import Invalid, RateLimited
from dynamo.metering import meter
from newsfeed import services as newsfeed
from newsfeed.errors import PostChanged, PostLocked, PostNotFound
from newsfeed.repository import PostRepository
from newsfeed.services import reading
from tests.newsfeed import feeds
from tests.newsfeed.feeds import FOLLOWERS, PAID, PRICE, PRIVATE, PUBLIC

LONG = "A sentence of some length. " * 40


def test_an_edited_post_is_read_anew_and_says_so(alice, bob):
    post = feeds.publish(alice, LONG)
    feeds.edit(alice, post, f"{LONG} Amended.", warning="Dull")
    page = feeds.read(bob, post)
    assert page.text.endswith("Amended.")
    assert page.card.warning == "Dull"
    assert page.card.edited_at is not None
    assert page.created_at == post.created_at


def test_what_is_left_out_is_gone(alice):
    post = feeds.publish(alice, warning="Careful")
    assert feeds.edit(alice, post).card.warning == ""


def test_the_version_that_was_edited_has_to_be_the_one_that_is_there(alice):
    post = feeds.publish(alice)
    feeds.edit(alice, post, "First")
    with pytest.raises(PostChanged):
        feeds.edit(alice, post, "Second", version=1)
    assert feeds.read(alice, post).text == "First"
    assert len(feeds.history(alice, post)) == 1


def test_sending_what_is_there_writes_nothing(alice):
    post = feeds.publish_paid(alice)
    with meter() as spent:
        feeds.edit(alice, post, feeds.BODY)
    assert spent.wru == 0
    assert feeds.history(alice, post) == []


def test_only_its_author_edits_a_post(alice, mallory):
    post = feeds.publish(alice)
    with pytest.raises(PostNotFound):
        newsfeed.editable_post(author_sub=mallory.user_sub, post_id=post.post_id)
    with pytest.raises(PostNotFound):
        newsfeed.edit_post(
            author_sub=mallory.user_sub,
            post_id=post.post_id,
            version=1,
            written=feeds.Written(body="Mine now", visibility=PUBLIC),
            actor=feeds.by(mallory),
        )
    assert feeds.read(alice, post).text == "Hello"


@pytest.mark.parametrize(
    ("body", "visibility", "price"),
    [
        (" ", PUBLIC, 0),
        ("Words", PUBLIC, 500),
        ("Words", PAID, 99),
        ("Free\n<!-- more -->", PAID, 0),
    ],
)
def test_what_cannot_be_published_cannot_be_edited_in(alice, body, visibility, price):
    post = feeds.publish(alice)
    before = feeds.rows()
    with pytest.raises(Invalid):
        feeds.edit(alice, post, body, visibility, price)
    assert feeds.rows() == before


def test_a_post_that_was_deleted_cannot_be_edited(alice):
    post = feeds.publish(alice)
    feeds.delete(alice, post)
    with pytest.raises(PostNotFound):
        feeds.edit(alice, post)


def test_a_post_that_is_opened_reaches_who_did_not_hear_of_it(alice, bob):
    feeds.follow(bob, alice)
    post = feeds.publish(alice, visibility=PRIVATE)
    feeds.work()
    assert feeds.home_ids(bob) == []
    feeds.edit(alice, post, visibility=PUBLIC)
    feeds.work()
    assert feeds.home_ids(bob) == feeds.explored() == [post.post_id]


@pytest.mark.parametrize("visibility", [PRIVATE, FOLLOWERS])
def test_a_post_that_is_closed_leaves_at_the_next_read(alice, bob, visibility):
    post = feeds.publish(alice)
    feeds.work()
    feeds.edit(alice, post, visibility=visibility)
    assert feeds.explored(bob) == feeds.timeline(bob, alice) == []
    for read in (feeds.read, feeds.history):
        with pytest.raises(PostNotFound):
            read(bob, post)


def test_the_timeline_says_what_is_private(alice):
    post = feeds.publish(alice, visibility=PRIVATE)

    def marked():
        (entry,) = [row for row in feeds.rows() if row["sk"].startswith("POST#")]
        return entry.get("p")

    assert marked() == 1
    feeds.edit(alice, post, visibility=FOLLOWERS)
    assert marked() is None


def test_the_history_tells_texts_and_prices_newest_first(alice, bob):
    post = feeds.publish_paid(alice, "First secret")
    feeds.edit(alice, post, "Second secret")
    feeds.edit(alice, post, "Second secret", price=900)
    feeds.sell(post, bob)
    told = [("Second secret", PAID, PRICE), ("First secret", PAID, PRICE)]
    assert feeds.history(alice, post) == feeds.history(bob, post) == told


def test_who_did_not_buy_it_gets_no_history(alice, mallory):
    post = feeds.publish_paid(alice)
    feeds.edit(alice, post, "Other secret")
    for viewer in (mallory, None):
        with pytest.raises(PostLocked):
            feeds.history(viewer, post)


@pytest.mark.parametrize("visibility", [PAID, PRIVATE, FOLLOWERS])
def test_a_post_that_is_opened_opens_nothing_of_its_past(alice, bob, visibility):
    post = feeds.publish(alice, feeds.CANARY, visibility)
    feeds.edit(alice, post, "Harmless", PUBLIC)
    assert [text for text, *_ in feeds.history(bob, post)] == [None]
    assert [text for text, *_ in feeds.history(alice, post)] == [feeds.CANARY]
    shown = newsfeed.list_revisions(viewer_sub=bob.user_sub, post_id=post.post_id).items[0]
    assert shown.warning == ""


def test_a_follower_reads_what_was_for_followers(alice, bob):
    feeds.follow(bob, alice)
    post = feeds.publish(alice, "For you", FOLLOWERS)
    feeds.edit(alice, post, "For all", PUBLIC)
    assert [text for text, *_ in feeds.history(bob, post)] == ["For you"]


def test_a_buyer_reads_nothing_private_of_before_they_bought_it(alice, bob, time_machine):
    time_machine.move_to("2030-01-01T00:00:00Z", tick=False)
    post = feeds.publish(alice, "A diary", PRIVATE)
    feeds.edit(alice, post, "For sale", PAID)
    time_machine.move_to("2030-01-02T00:00:00Z", tick=False)
    feeds.sell(post, bob)
    feeds.edit(alice, post, "Hidden again", PRIVATE)
    time_machine.move_to("2030-01-03T00:00:00Z", tick=False)
    feeds.edit(alice, post, "For sale again", PAID)
    assert [text for text, *_ in feeds.history(bob, post)] == ["Hidden again", "For sale", None]


def test_a_long_history_has_pages(alice):
    post = feeds.publish(alice)
    for n in range(6):
        feeds.edit(alice, post, f"Version {n}")
    page = newsfeed.list_revisions(viewer_sub=None, post_id=post.post_id)
    rest = newsfeed.list_revisions(viewer_sub=None, post_id=post.post_id, cursor=page.next_cursor)
    assert [each.text for each in (*page.items, *rest.items)][:2] == ["Version 4", "Version 3"]
    assert (len(page.items), len(rest.items), rest.next_cursor) == (5, 1, "")


def test_the_price_that_a_buyer_saw_is_not_charged_once_it_moved(alice, bob):
    from newsfeed.errors import PriceChanged

    post = feeds.publish_paid(alice)
    feeds.edit(alice, post, feeds.BODY, price=900)
    with pytest.raises(PriceChanged):
        feeds.unlock(bob, post)


def test_a_reader_whose_card_is_older_than_the_text_is_asked_for_again(alice, bob, monkeypatch):
    """The author locks the post between the two reads of somebody's page."""
    post = feeds.publish(alice, LONG)
    find = PostRepository.find_content
    edits = iter([lambda: feeds.edit(alice, post, f"{feeds.CANARY} {LONG}", PAID)])

    def slow(self, post_id):
        next(edits, lambda: None)()
        return find(self, post_id)

    monkeypatch.setattr(PostRepository, "find_content", slow)
    page = feeds.read(bob, post)
    assert page.locked
    assert feeds.CANARY not in page.text
    assert reading.LOOKS > 1


def test_a_page_of_the_history_is_short_because_its_texts_may_be_long(alice, bob):
    post = feeds.publish(alice, "0")
    for number in range(1, 8):
        feeds.edit(alice, post, str(number))
    asked = {"viewer_sub": bob.user_sub, "post_id": post.post_id}
    first = newsfeed.list_revisions(**asked)
    assert [each.text for each in first.items] == ["6", "5", "4", "3", "2"]
    rest = newsfeed.list_revisions(**asked, cursor=first.next_cursor)
    assert [each.text for each in rest.items] == ["1", "0"]
    assert rest.next_cursor == ""


def test_a_script_that_edits_on_and_on_is_stopped(alice, monkeypatch):
    from core.ratelimit import Limit
    from newsfeed import limits

    monkeypatch.setattr(limits, "EDITS", Limit("test-edits", times=1, seconds=60))
    post = feeds.publish(alice)
    feeds.edit(alice, post, "One")
    with pytest.raises(RateLimited):
        feeds.edit(alice, post, "Two")
    assert feeds.read(alice, post).text == "One"


def test_locking_comments_moves_no_version_and_outlasts_an_edit(alice, mallory):
    post = feeds.publish_paid(alice)

    def lock(author, *, locked):
        newsfeed.lock_comments(
            author_sub=author.user_sub, post_id=post.post_id, locked=locked, actor=feeds.by(author)
        )

    with pytest.raises(PostNotFound):
        lock(mallory, locked=True)
    assert not feeds.read(alice, post).card.comments_locked
    lock(alice, locked=True)
    card = feeds.read(alice, post).card
    assert (card.comments_locked, card.version) == (True, 1)
    feeds.edit(alice, post, "Still locked")
    assert feeds.read(alice, post).card.comments_locked
    lock(alice, locked=False)
    assert not feeds.read(alice, post).card.comments_locked


def test_the_pinned_post_is_the_authors_own_and_one(alice, bob, mallory):
    def pinned(viewer):
        found = newsfeed.find_pinned(viewer_sub=viewer.user_sub, author_sub=alice.user_sub)
        return found and found.post_id

    def ask(way, author, post):
        way(author_sub=author.user_sub, post_id=post.post_id, actor=feeds.by(author))

    first, second = feeds.publish(alice), feeds.publish(alice, visibility=FOLLOWERS)
    with pytest.raises(PostNotFound):
        ask(newsfeed.pin_post, mallory, first)
    assert pinned(bob) is None
    ask(newsfeed.pin_post, alice, first)
    assert pinned(bob) == first.post_id
    ask(newsfeed.pin_post, alice, second)
    assert (pinned(alice), pinned(bob)) == (second.post_id, None)
    ask(newsfeed.unpin_post, alice, first)
    assert pinned(alice) == second.post_id
    feeds.delete(alice, second)
    assert pinned(alice) is None
    feeds.restore(alice, second)
    ask(newsfeed.unpin_post, alice, second)
    assert pinned(alice) is None


@pytest.mark.engine
@pytest.mark.parametrize("editors", [4, pytest.param(12, marks=pytest.mark.long)])
def test_of_many_edits_at_once_one_is_saved(alice, editors):
    post = feeds.publish(alice)

    def edit(n):
        try:
            return feeds.edit(alice, post, f"Version {n}", version=1).text
        except PostChanged:
            return None

    with ThreadPoolExecutor(editors) as pool:
        saved = [text for text in pool.map(edit, range(editors)) if text]
    assert saved == [feeds.read(alice, post).text]
    assert len(feeds.history(alice, post)) == 1
