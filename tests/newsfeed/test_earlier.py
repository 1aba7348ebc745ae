"""What servers of before wrote: follows and purchases without numbers, authors without a head."""

import pytest
from django.core.management import call_command

from billing import services as billing
from dynamo.expressions import Update
from dynamo.table import transact
from newsfeed import personal_data
from newsfeed import services as newsfeed
from newsfeed.errors import PostIsSold
from newsfeed.items import FollowCounts
from newsfeed.repository import AudienceRepository, HeadRepository, PeopleRepository, keys
from newsfeed.repository.rows import table
from newsfeed.services.revoking import revoke_unlock
from tests.billing.lives import top_up
from tests.newsfeed import feeds

SHARE = feeds.PRICE * 9 // 10


def followed_before(follower, author):
    """As it was left when there were no numbers."""
    feeds.follow(follower, author)
    one, other = follower.user_sub, author.user_sub
    for key in (keys.followed(one, other), keys.follower(other, one)):
        table().update(key, Update().remove("counted"))
    table().delete(keys.pulled(one, other))
    transact(AudienceRepository().counting(one, other, -1))


def bought_before(buyer, post):
    top_up(buyer.user_sub, feeds.PRICE)
    feeds.unlock(buyer, post)
    table().update(keys.unlock(buyer.user_sub, post.post_id), Update().remove("a"))
    table().batch_write(deletes=keys.sales(post.post_id))


def sell_on_every_shard(post):
    for key in keys.sales(post.post_id):
        table().update(key, Update().add("n", 1).add("sold", 1))


def count(capsys):
    call_command("count_newsfeed")
    return capsys.readouterr().out


def counts(user):
    return AudienceRepository().counts_of(user.user_sub)


def end_by_unfollowing(bob, alice):
    feeds.unfollow(bob, alice)


def end_by_blocking(bob, alice):
    newsfeed.block(user_sub=alice.user_sub, other_sub=bob.user_sub, actor=feeds.by(alice))


def end_by_erasing(bob, alice):
    personal_data.erase(bob.user_sub)


@pytest.mark.parametrize("end", [end_by_unfollowing, end_by_blocking, end_by_erasing])
def test_a_follow_of_before_takes_nothing_from_the_number_of_today(alice, bob, mallory, end):
    followed_before(bob, alice)
    feeds.follow(mallory, alice)
    end(bob, alice)
    assert not PeopleRepository().follows(bob.user_sub, alice.user_sub)
    assert counts(alice) == FollowCounts(followers=1)
    assert counts(bob) == FollowCounts()


def test_follows_of_before_are_counted_once(alice, bob, mallory, capsys):
    followed_before(bob, alice)
    feeds.follow(mallory, alice)
    assert "1 follows counted" in count(capsys)
    assert "0 follows counted" in count(capsys)
    assert counts(alice) == FollowCounts(followers=2)
    assert counts(bob) == FollowCounts(following=1)
    feeds.unfollow(bob, alice)
    assert counts(alice) == FollowCounts(followers=1)


def test_what_was_bought_before_is_counted_once_and_kept(alice, bob, capsys):
    post = feeds.publish_paid(alice)
    bought_before(bob, post)
    assert "1 purchases counted" in count(capsys)
    assert "0 purchases counted" in count(capsys)
    sold = feeds.sales(post)
    assert (sold.living, sold.sold, sold.earned) == (1, 1, {"USD": SHARE})
    feeds.delete(alice, post)
    with pytest.raises(PostIsSold):
        feeds.purge(alice, post)
    assert feeds.read(bob, post).text


def test_an_account_with_a_purchase_of_before_takes_no_other_sale_along(alice, bob, mallory):
    post = feeds.publish_paid(alice)
    bought_before(bob, post)
    sell_on_every_shard(post)
    personal_data.erase(bob.user_sub)
    assert feeds.sales(post).living == keys.COUNT_SHARDS


def test_a_purchase_of_before_is_reversed_without_another_sale(alice, bob):
    post = feeds.publish_paid(alice)
    bought_before(bob, post)
    sell_on_every_shard(post)
    reference = f"post:{post.post_id}"
    purchase = billing.purchase_receipt(bob.user_sub, reference)
    billing.reverse_purchase(
        buyer_sub=bob.user_sub,
        reference=reference,
        joined=revoke_unlock(purchase),
        actor=feeds.by(alice),
    )
    assert feeds.read(bob, post).locked
    sold = feeds.sales(post)
    assert (sold.living, sold.sold) == (keys.COUNT_SHARDS, keys.COUNT_SHARDS)


def test_who_follows_finds_what_was_published_before_there_were_heads(alice, bob, capsys):
    post = feeds.publish(alice)
    feeds.work()
    HeadRepository().remove_of(alice.user_sub)
    assert "1 authors" in count(capsys)
    feeds.follow(bob, alice)
    assert feeds.home_ids(bob) == [post.post_id]
