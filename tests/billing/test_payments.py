import pytest

from billing import services as billing
from billing.errors import (
    BillingNotConfigured,
    InvalidAmount,
    PaymentDiffers,
    PaymentNotFound,
    ReferenceTaken,
)
from billing.items import PaymentStatus
from billing.repository import BILLING
from billing.services import ledger, payments
from core import ids
from core.actor import Actor
from dynamo.cursor import CursorForged
from dynamo.table import Table
from tests.billing import books
from tests.billing.lives import buy, pay, top_up

NOBODY = Actor(None)


def mark(payment, status):
    return billing.mark_payment(payment=payment, status=status, actor=NOBODY).status


def test_a_payment_is_stored_before_anybody_is_asked(alice):
    payment = pay(alice.user_sub, 1500, return_path="/posts/1/", save_method=True)
    stored = billing.get_owned_payment(alice.user_sub, payment.payment_intent_id)
    assert stored == payment
    assert (stored.status, stored.is_open) == (PaymentStatus.CREATED, True)


def test_its_row_has_the_documented_key(alice):
    payment = pay(alice.user_sub)
    row = next(row for row in books.rows() if row["sk"].startswith("PAY#"))
    assert row["pk"] == f"USER#{alice.user_sub}"
    assert row["sk"] == f"PAY#{payment.payment_intent_id}"
    assert {"created_at", "updated_at", "user_sub", "sv"} <= {*row}


@pytest.mark.parametrize("amount", [-1, 0, 499, 50_001])
def test_an_amount_out_of_range_makes_no_payment(alice, amount):
    with pytest.raises(InvalidAmount) as refusal:
        pay(alice.user_sub, amount)
    assert "$5.00" in refusal.value.errors["amount"][0]
    assert books.rows() == []


def test_it_goes_back_only_to_this_site(alice):
    assert pay(alice.user_sub, return_path="https://evil.example/").return_path == ""


def test_the_same_id_is_the_same_payment(alice):
    payment_id = ids.new_id()
    first = pay(alice.user_sub, 1500, payment_intent_id=payment_id)
    assert pay(alice.user_sub, 1500, payment_intent_id=payment_id) == first
    with pytest.raises(PaymentDiffers):
        pay(alice.user_sub, 2500, payment_intent_id=payment_id)
    assert billing.list_payments(alice.user_sub).items == [first]


def test_the_same_id_of_two_people_is_two_payments(alice, bob):
    payment_id = ids.new_id()
    pay(alice.user_sub, 1500, payment_intent_id=payment_id)
    assert pay(bob.user_sub, 2500, payment_intent_id=payment_id).amount == 2500


def test_it_only_moves_forward(alice):
    payment = pay(alice.user_sub)
    assert mark(payment, PaymentStatus.UNKNOWN) is PaymentStatus.UNKNOWN
    assert mark(payment, PaymentStatus.PROCESSING) is PaymentStatus.PROCESSING
    assert mark(payment, PaymentStatus.UNKNOWN) is PaymentStatus.PROCESSING
    assert mark(payment, PaymentStatus.CANCELED) is PaymentStatus.CANCELED
    assert mark(payment, PaymentStatus.PROCESSING) is PaymentStatus.CANCELED


@pytest.mark.parametrize("status", ["settled", "failed", "created"])
def test_an_end_is_not_a_mark(alice, status):
    payment = pay(alice.user_sub)
    with pytest.raises(ValueError, match=status):
        mark(payment, PaymentStatus(status))
    assert billing.get_owned_payment(alice.user_sub, payment.payment_intent_id) == payment


@pytest.mark.parametrize("payment_id", ["", "x", "#", "0" * 26, "../BALANCE"])
def test_an_unknown_payment_is_not_found(alice, payment_id):
    with pytest.raises(PaymentNotFound):
        billing.get_owned_payment(alice.user_sub, payment_id)


def test_nothing_of_another_person_is_reachable(alice, mallory):
    payment = top_up(alice.user_sub)
    with pytest.raises(PaymentNotFound):
        billing.get_owned_payment(mallory.user_sub, payment.payment_intent_id)
    assert billing.get_wallet(mallory.user_sub).available == 0
    assert billing.list_payments(mallory.user_sub).items == []
    assert billing.list_ledger(mallory.user_sub).items == []
    assert billing.earnings_of(mallory.user_sub).pending == 0


def test_payments_and_ledger_come_in_pages_of_their_owner(alice, bob, mallory, monkeypatch):
    monkeypatch.setattr(ledger, "PAGE", 2)
    top_up(alice.user_sub, 1000)
    for number in range(2):
        buy(alice.user_sub, bob.user_sub, 10, f"post:{number}")
    first = billing.list_ledger(alice.user_sub)
    rest = billing.list_ledger(alice.user_sub, first.next_cursor)
    assert [entry.after for entry in first.items] == [980, 990]
    assert [entry.after for entry in rest.items] == [1000]
    assert rest.next_cursor == ""
    for other in (
        lambda: billing.list_ledger(mallory.user_sub, first.next_cursor),
        lambda: billing.list_payments(alice.user_sub, first.next_cursor),
    ):
        with pytest.raises(CursorForged):
            other()


@pytest.mark.parametrize(
    "use",
    [
        lambda user_sub: billing.get_wallet(user_sub),
        lambda user_sub: billing.list_ledger(user_sub),
        lambda user_sub: billing.list_payments(user_sub),
        lambda user_sub: billing.list_methods(user_sub),
        lambda user_sub: billing.earnings_of(user_sub),
        lambda user_sub: billing.get_owned_payment(user_sub, ids.new_id()),
        lambda user_sub: pay(user_sub),
        lambda user_sub: buy(user_sub, ids.new_id()),
    ],
)
def test_without_a_table_it_says_that_billing_is_off(alice, settings, use):
    settings.DYNAMODB_TABLES = {**settings.DYNAMODB_TABLES, "billing": ""}
    assert not billing.is_configured()
    with pytest.raises(BillingNotConfigured):
        use(alice.user_sub)


def test_every_row_has_its_owner_and_times(alice, bob):
    top_up(alice.user_sub)
    buy(alice.user_sub, bob.user_sub)
    for row in Table(BILLING).scan():
        assert {"user_sub", "created_at", "updated_at", "sv"} <= {*row}, row


@pytest.mark.parametrize(
    ("name", "value", "error"),
    [
        ("BILLING_CURRENCY", "dollars", "billing.E001"),
        ("PLATFORM_FEE_BPS", 10_001, "billing.E002"),
        ("PLATFORM_FEE_BPS", -1, "billing.E002"),
        ("TOP_UP_MIN", 0, "billing.E003"),
        ("TOP_UP_MAX", 1, "billing.E003"),
        ("TOP_UP_DAILY_MAX", 49_999, "billing.E005"),
        ("TOP_UP_PRESETS", [1000, 99], "billing.E006"),
        ("REFUND_APPROVAL_ABOVE", -1, "billing.E007"),
    ],
)
def test_a_setting_that_cannot_be_stops_the_start(settings, name, value, error):
    from billing.checks import check_money

    assert check_money() == []
    setattr(settings, name, value)
    assert [found.id for found in check_money()] == [error]


def test_the_first_id_of_a_kind_that_is_noted_stays(alice):
    payment = pay(alice.user_sub)
    first = payments.note_first(payment=payment, provider_ids={"token": "token:1"})
    assert first == {"token": "token:1"}
    stale = payments.note_first(payment=payment, provider_ids={"token": "token:2"})
    assert stale == {"token": "token:1"}
    assert billing.find_payment_by_reference(payment.provider, "token:1")
    assert billing.find_payment_by_reference(payment.provider, "token:2") is None


def test_an_id_of_another_payment_is_not_noted(alice, bob):
    payments.note_first(payment=pay(alice.user_sub), provider_ids={"token": "token:1"})
    bobs = pay(bob.user_sub)
    with pytest.raises(ReferenceTaken):
        payments.note_first(payment=bobs, provider_ids={"token": "token:1"})
    assert dict(billing.get_owned_payment(bob.user_sub, bobs.payment_intent_id).provider_ids) == {}
