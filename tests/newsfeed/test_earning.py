"""What an author's posts sold: counted with each purchase, and with each that is taken back."""

import re

import pytest

from billing import services as billing
from billing.items import DisputeStatus
from dynamo.expressions import Update
from dynamo.metering import budget
from newsfeed import services as newsfeed
from newsfeed.repository import PostRepository, keys
from tests.billing.lives import dispute, top_up
from tests.newsfeed import feeds

PRICE = feeds.PRICE
SHARE = PRICE * 9 // 10
API = "/api/v1/earnings/"


@pytest.fixture
def payment(bob):
    return top_up(bob.user_sub, 3 * PRICE)


def lines(author, cursor=""):
    page = newsfeed.list_earnings(author_sub=author.user_sub, cursor=cursor)
    return [(each.post_id, each.sold, dict(each.earned)) for each in page.items]


def test_each_post_for_sale_is_a_line_with_what_it_sold(alice, bob, mallory, payment):
    top_up(mallory.user_sub, PRICE)
    free, unsold, sold = feeds.publish(alice), feeds.publish_paid(alice), feeds.publish_paid(alice)
    for buyer in (bob, mallory):
        feeds.unlock(buyer, sold)
    assert lines(alice) == [
        (sold.post_id, 2, {"USD": 2 * SHARE}),
        (unsold.post_id, 0, {}),
    ]
    assert free.post_id not in {post_id for post_id, *_ in lines(alice)}
    assert lines(bob) == []


def test_the_lines_add_up_to_what_billing_says(alice, bob, payment):
    for _ in range(3):
        feeds.unlock(bob, feeds.publish_paid(alice))
    dispute(payment, DisputeStatus.LOST, amount=PRICE)
    feeds.work()
    earned = [earned.get("USD", 0) for _, _, earned in lines(alice)]
    assert earned == [0, SHARE, SHARE]
    assert sum(earned) == billing.earnings_of(alice.user_sub).pending


def test_what_was_for_sale_stays_with_what_it_sold(alice, bob, payment):
    post = feeds.publish_paid(alice)
    feeds.unlock(bob, post)
    free = Update().set("visibility", "public").set("unlock_price", 0).set("currency", "")
    PostRepository().table.update(keys.card(post.post_id), free)
    assert lines(alice) == [(post.post_id, 1, {"USD": SHARE})]


def test_two_currencies_are_never_added_up(alice, bob, payment):
    post = feeds.publish_paid(alice)
    feeds.unlock(bob, post)
    row = keys.sold(post.post_id, 0)
    PostRepository().table.update(row, Update().add("n", 1).add("sold", 1).add("earned_JPY", 90))
    assert lines(alice) == [(post.post_id, 2, {"USD": SHARE, "JPY": 90})]


def test_a_page_without_anything_for_sale_is_passed_over(alice, bob):
    sold = feeds.publish_paid(alice)
    for _ in range(21):
        feeds.publish(alice)
    assert [post_id for post_id, *_ in lines(alice)] == [sold.post_id]


def test_its_budget(alice):
    for _ in range(20):
        feeds.publish_paid(alice)
    with budget(calls=3, hops=2, rru=1 + 10 + 40):  # four shards a post
        assert len(lines(alice)) == 20


def test_the_page_and_the_api_say_the_same(client_for, alice, bob, payment):
    post = feeds.publish_paid(alice)
    feeds.unlock(bob, post)
    client = client_for(alice)
    page = re.sub(r"\s+", " ", client.get("/feed/earnings/").content.decode())
    assert "$4.50" in page
    assert f'href="/posts/{post.post_id}/"' in page
    (line,) = client.get(API).json()["results"]
    assert (line["post_id"], line["sold"], line["earned"]) == (post.post_id, 1, {"USD": SHARE})
    assert feeds.CANARY not in page
    assert client_for(bob).get(API).json()["results"] == []


def test_without_billing_it_says_so(client_for, alice, settings):
    settings.DYNAMODB_TABLES = {**settings.DYNAMODB_TABLES, "billing": ""}
    client = client_for(alice)
    answer = client.get(API)
    assert (answer.status_code, answer.json()["code"]) == (503, "billing_not_configured")
    assert client.get("/feed/earnings/").status_code == 503


def test_the_buyer_finds_the_receipt_at_the_post(client_for, alice, bob, mallory, payment):
    post = feeds.publish_paid(alice)
    path, receipt = f"/posts/{post.post_id}/", f"/wallet/purchases/post:{post.post_id}/receipt/"
    assert receipt not in client_for(bob).get(path).content.decode()
    feeds.unlock(bob, post)
    client = client_for(bob)
    assert f'href="{receipt}"' in client.get(path).content.decode()
    assert client.get(receipt).status_code == 200
    for other in (alice, mallory):
        assert receipt not in client_for(other).get(path).content.decode()
