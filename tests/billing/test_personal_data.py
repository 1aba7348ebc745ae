import pytest

from billing import demo, personal_data
from billing import services as billing
from billing.items import DisputeStatus, MethodFacts, PaymentStatus, ProviderName
from billing.repository import BILLING
from core.actor import Actor
from dynamo.table import Table
from tests.billing import books
from tests.billing.lives import buy, dispute, pay, refund, settle, told, top_up
from tests.billing.test_adjusting import correct
from tests.billing.test_methods import remember, save


def live(alice, bob):
    top_up(alice.user_sub, 1500)
    buy(alice.user_sub, bob.user_sub)
    save(alice)
    remember(alice, "cus_1")
    pay(alice.user_sub, return_path="/posts/of-a-person/")


def test_an_export_has_every_family(alice, bob):
    live(alice, bob)
    mine, theirs = (personal_data.export(user.user_sub) for user in (alice, bob))
    assert {*mine} == {
        "wallet", "settings", "payment_methods", "payments", "daily_limits", "ledger", "purchases"
    }  # fmt: skip
    assert {*theirs} == {"ledger", "earnings"}
    assert mine["wallet"][0]["available"] == 1000


def test_an_erasure_keeps_the_books_and_nothing_else(alice, bob):
    live(alice, bob)
    for _ in range(2):  # a repeat does no harm
        personal_data.erase(alice.user_sub)
    families = {row["sk"].partition("#")[0] for row in books.rows() if alice.user_sub in row["pk"]}
    assert families == {"BALANCE", "PAY", "LEDGER", "IDEM"}
    text = str(books.rows())
    for gone in ("'4242'", "cus_1", "pm_1", "/posts/of-a-person/"):
        assert gone not in text
    assert books.problems() == []


@pytest.mark.parametrize("provider", ["paypal", "ccbill"])
def test_what_each_provider_keeps_for_a_person_goes_with_its_references(alice, provider):
    facts = MethodFacts(provider_ref="kept:1", type="card", brand="visa", last4="1111")
    actor = Actor(alice.user_sub)
    billing.save_method(user_sub=alice.user_sub, provider=provider, facts=facts, actor=actor)
    billing.remember_customer(
        user_sub=alice.user_sub, provider=provider, customer=alice.user_sub, actor=actor
    )
    mine = personal_data.export(alice.user_sub)
    assert mine["payment_methods"][0]["provider"] == provider
    assert mine["settings"][0][f"{provider}_customer_id"] == alice.user_sub
    for _ in range(2):
        personal_data.erase(alice.user_sub)
    assert books.rows() == []


def test_an_erasure_keeps_what_came_back_without_words(alice):
    payment = top_up(alice.user_sub, 1500)
    told(payment, refund(payment, 500))
    correct(alice, -1000)
    mine = personal_data.export(alice.user_sub)
    assert {"refunds_and_disputes", "corrections"} <= {*mine}
    for _ in range(2):
        personal_data.erase(alice.user_sub)
    assert "the person asked" not in str(books.rows())
    assert "double payment" not in str(books.rows())
    assert [each.amount for each in billing.list_refunds(payment)] == [500]
    assert books.problems() == []


def test_an_open_dispute_comes_first(alice, bob):
    payment = top_up(alice.user_sub, 500)
    buy(alice.user_sub, bob.user_sub, 500)
    dispute(payment)
    assert len(personal_data.holds(alice.user_sub)) == 1
    dispute(payment, DisputeStatus.WON)
    assert personal_data.holds(alice.user_sub) == []


@pytest.mark.parametrize("status", ["created", "processing", "unknown"])
def test_a_payment_without_an_end_comes_first(alice, status):
    """Its money would come for somebody whom nobody knows any more."""
    payment = pay(alice.user_sub)
    if status != "created":
        billing.mark_payment(payment=payment, status=PaymentStatus(status), actor=Actor(None))
    assert len(personal_data.holds(alice.user_sub)) == 1
    settle(payment)
    assert personal_data.holds(alice.user_sub) == []


def test_an_erasure_leaves_others_alone(alice, bob):
    live(alice, bob)
    save(bob, "pm_2")
    personal_data.erase(alice.user_sub)
    assert len(billing.list_methods(bob.user_sub)) == 1
    assert billing.earnings_of(bob.user_sub).pending == 450


def test_money_owed_or_on_hold_comes_first(alice):
    top_up(alice.user_sub)
    assert personal_data.holds(alice.user_sub) == []
    row = Table(BILLING).get({"pk": f"USER#{alice.user_sub}", "sk": "BALANCE"})
    Table(BILLING).put({**row, "held": 1, "debt": 1})
    assert len(personal_data.holds(alice.user_sub)) == 2


def test_the_deletion_page_tells_what_happens_to_money(client_for, alice, bob):
    page = client_for(alice).get("/settings/delete/").content.decode()
    assert "Your money" not in page
    top_up(bob.user_sub, 2000)
    buy(bob.user_sub, alice.user_sub, price=500)
    page = client_for(bob).get("/settings/delete/").content.decode()
    assert "The $15.00 in your wallet is given up." in page
    assert "stay in the books" in page
    page = client_for(alice).get("/settings/delete/").content.decode()
    assert "The $4.50 that you earned is given up." in page


def test_without_a_table_there_is_nothing_of_a_person(alice, settings):
    settings.DYNAMODB_TABLES = {**settings.DYNAMODB_TABLES, "billing": ""}
    assert personal_data.export(alice.user_sub) == {}
    assert personal_data.forfeits(alice.user_sub) == []
    assert personal_data.holds(alice.user_sub) == []
    personal_data.erase(alice.user_sub)
    demo.load({"alice": alice.user_sub})


def test_the_demo_is_the_same_at_every_load(alice, bob):
    people = {"alice": alice.user_sub, "bob": bob.user_sub, "olga_ops": "not used"}
    demo.load(people)
    loaded = sorted(map(str, books.rows()))
    demo.load(people)
    assert sorted(map(str, books.rows())) == loaded
    assert billing.get_wallet(alice.user_sub).available == 4500
    assert billing.get_wallet(bob.user_sub).available == 6000
    assert books.problems() == []


def test_the_demo_leaves_a_customer_of_ones_own(alice):
    billing.remember_customer(
        user_sub=alice.user_sub,
        provider=ProviderName.STRIPE,
        customer="cus_9",
        actor=Actor(alice.user_sub),
    )
    demo.load({"alice": alice.user_sub})
    assert billing.find_customer(alice.user_sub, ProviderName.STRIPE) == "cus_9"
