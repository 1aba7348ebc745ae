"""The list of what a person bought."""

import pytest

from core import ids
from dynamo.schema import schema_named
from dynamo.table import Table, transact
from newsfeed import services as newsfeed
from newsfeed.items import Access, Unlock
from newsfeed.repository import MarkRepository, keys
from newsfeed.repository.rows import stamped
from newsfeed.services import hydrating, unlocked
from tests.billing.lives import top_up
from tests.newsfeed import feeds


def buy(buyer, author, post, *, named=True):
    unlock = Unlock(
        user_id=buyer.user_sub,
        post_id=post.post_id,
        author_id=author.user_sub if named else "",
        price=feeds.PRICE,
        currency="USD",
    )
    transact([MarkRepository().unlocking(unlock, made=ids.new_id())])


def listed(user, cursor=""):
    return newsfeed.list_unlocked(user_sub=user.user_sub, cursor=cursor)


def listed_ids(user):
    return [item.post_id for item in listed(user).items]


def relate(user, kind, other):
    row = stamped(
        keys.related(user.user_sub, kind, other.user_sub), user_id=user.user_sub, made=ids.new_id()
    )
    Table(schema_named("app")).put(row)


def test_what_was_bought_is_listed_newest_post_first(alice, bob, mallory):
    older, newer, other = (feeds.publish_paid(alice) for _ in range(3))
    buy(bob, alice, newer)
    buy(bob, alice, older, named=False)
    assert listed_ids(bob) == [newer.post_id, older.post_id]
    assert all(item.access is Access.FULL for item in listed(bob).items)
    assert listed_ids(mallory) == listed_ids(alice) == []
    assert other.post_id not in listed_ids(bob)


def test_it_is_there_after_a_purchase(alice, bob):
    top_up(bob.user_sub, 900)
    post = feeds.publish_paid(alice)
    feeds.unlock(bob, post)
    assert listed_ids(bob) == [post.post_id]


def test_muted_hidden_and_deleted_ones_stay_and_blocked_ones_do_not(alice, bob):
    post = feeds.publish_paid(alice)
    buy(bob, alice, post)
    relate(bob, keys.MUTED, alice)
    feeds.hide(bob, post)
    feeds.delete(alice, post)
    assert listed_ids(bob) == [post.post_id]
    relate(bob, keys.BLOCKED_BY, alice)
    assert listed_ids(bob) == []


def test_what_was_taken_back_is_not_listed(alice, bob):
    post = feeds.publish_paid(alice)
    buy(bob, alice, post)
    transact([MarkRepository().revoking(bob.user_sub, post.post_id, reason="dispute")])
    assert listed_ids(bob) == []


def test_pages_follow_each_other(alice, bob, monkeypatch):
    for module in (hydrating, unlocked):
        monkeypatch.setattr(module, "PAGE", 2)
    posts = [feeds.publish_paid(alice) for _ in range(3)]
    for post in posts:
        buy(bob, alice, post)
    first = listed(bob)
    second = listed(bob, first.next_cursor)
    seen = [item.post_id for item in first.items + second.items]
    assert seen == sorted((post.post_id for post in posts), reverse=True)
    assert second.next_cursor == ""


@pytest.mark.parametrize("path", ["/feed/unlocked/", "/api/v1/unlocked/"])
def test_page_and_api_list_it(client_for, alice, bob, mallory, path):
    post = feeds.publish_paid(alice)
    buy(bob, alice, post)
    assert post.post_id in client_for(bob).get(path).content.decode()
    assert post.post_id not in client_for(mallory).get(path).content.decode()
    assert client_for(bob).get(f"{path}?after=forged").status_code == 400
