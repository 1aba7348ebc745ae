"""What staff see and do about money."""

import re
from datetime import timedelta

import pytest

from accounts.items import ApprovalState
from billing import services as billing
from billing.items import InboxStatus, ProviderName
from core import clock, ids
from dynamo.metering import budget
from tests.accounts.approving import state_of
from tests.accounts.lost import signed_in, staff
from tests.billing import books
from tests.billing.desk import REASON, requests, untouched
from tests.billing.lives import buy, dispute, now, pay, purse, refund, top_up
from tests.billing.test_replaying import failed, payment, refused  # noqa: F401
from tests.billing.walks import text_of
from tests.factories import make_user
from tests.mfa.conftest import time  # noqa: F401
from tests.sessions.stores import client_of, sign_in

pytestmark = pytest.mark.usefixtures("time")
ROOT = "/staff/payments/"


@pytest.fixture
def erin():
    return staff("erin")


@pytest.fixture
def desk(erin):
    """Erin's browser, signed in with both factors a moment ago."""
    return signed_in(*erin)


def place(paid):
    return f"{ROOT}people/{paid.user_sub}/{paid.payment_intent_id}/"


def key_in(answer):
    return re.search(r'name="key" value="(\w+)"', answer.content.decode()).group(1)


def ask(desk, path, **form):
    return desk.post(path, {"reason": REASON, "key": key_in(desk.get(path)), **form})


@pytest.mark.parametrize("known", ["id", "session", "email", "handle", "user_sub"])
def test_a_payment_or_a_person_is_found(alice, desk, provider, known):
    begun, _ = billing.start_top_up(
        user_sub=alice.user_sub, amount=1500, provider="stripe", save_method=False, actor=None
    )
    names = {
        "id": begun.payment_intent_id.lower(),
        "session": begun.provider_ids["session"],
        "email": alice.email,
        "handle": alice.handle,
        "user_sub": alice.user_sub,
    }
    expected = place(begun) if known in ("id", "session") else f"{ROOT}people/{alice.user_sub}/"
    assert desk.post(ROOT, {"name": f" {names[known]} "}).url == expected


@pytest.mark.parametrize("name", ["5O190127TN364715T", "capture:5O190127TN364715T"])
def test_a_payment_is_found_as_its_provider_or_we_write_its_id(alice, desk, switch_on, name):
    switch_on("paypal")
    paid = pay(alice.user_sub, provider="paypal")
    ids_there = {"intent": "capture:5O190127TN364715T"}
    billing.attach_references(payment=paid, provider_ids=ids_there, actor=None)
    assert desk.post(ROOT, {"name": name}).url == place(paid)


@pytest.mark.parametrize(("name", "has_page"), [("paypal", True), ("ccbill", False)])
def test_a_payment_leads_to_its_provider_where_that_has_a_page(
    alice, desk, switch_on, name, has_page
):
    (fake,) = switch_on(name)
    begun, _ = billing.start_top_up(
        user_sub=alice.user_sub, amount=1500, provider=name, save_method=False, actor=None
    )
    page = text_of(desk.get(place(begun)))
    assert f"<dd>{fake.label}" in page
    assert ("https://dashboard.example/" in page) is has_page
    assert (f"Open at {fake.label}" in page) is has_page


@pytest.mark.parametrize("name", ["nobody", "pi_unknown", "#", "01JZ0000000000000000000000"])
def test_what_is_not_there_is_said_so(desk, name):
    assert "There is no such payment, and no such account." in text_of(
        desk.post(ROOT, {"name": name})
    )


def test_an_empty_search_asks_for_a_name(desk):
    assert "This field is required" in text_of(desk.post(ROOT, {"name": ""}))
    assert "This field is required" not in text_of(desk.get(ROOT))


def test_a_person_shows_balances_and_payments(alice, bob, desk):
    top_up(alice.user_sub, 1500)
    buy(alice.user_sub, bob.user_sub, price=500)
    page = text_of(desk.get(f"{ROOT}people/{alice.user_sub}/"))
    assert "@alice_h" in page
    assert "$10.00" in page
    assert "Correct the balance" in page
    for nobody in (ids.new_id(), "x", alice.user_sub.lower()):
        assert desk.get(f"{ROOT}people/{nobody}/").status_code == 404


def test_a_payment_shows_its_facts_refunds_and_disputes(alice, desk):
    paid = top_up(alice.user_sub, 1500)
    held = refund(paid, 400)
    dispute(paid, due_at=clock.now() + timedelta(days=7))
    with budget(calls=11, hops=7):
        answer = desk.get(place(paid))
    page = text_of(answer)
    for told in (held.refund_id, "the person asked", "fraudulent", "Payment disputed"):
        assert told in page
    assert 'name="amount"' not in page  # disputed: nothing to refund
    other = f"{ROOT}people/{make_user('zoe').user_sub}/{paid.payment_intent_id}/"
    assert desk.get(other).status_code == 404


def test_a_small_refund_is_done_at_the_page(alice, desk, erin):
    paid = top_up(alice.user_sub)
    assert ask(desk, place(paid), amount="5.00").url == place(paid)
    assert purse(alice) == (1000, 500, 0)
    (held,) = billing.list_refunds(paid)
    assert (held.actor_sub, held.reason) == (erin[0].user_sub, REASON)
    assert "the provider is asked" in text_of(desk.get(place(paid)))
    assert books.problems() == []


def test_a_large_refund_waits_for_another_one(alice, desk, settings):
    settings.REFUND_APPROVAL_ABOVE = 1000
    paid = top_up(alice.user_sub)
    assert "Up to $10.00" in text_of(desk.get(place(paid)))
    ask(desk, place(paid), amount="10.01")
    assert purse(alice) == (1500, 0, 0)
    (request,) = requests().values()
    assert state_of(request) is ApprovalState.OPEN
    page = text_of(desk.get(f"/staff/approvals/{request.approval_id}/"))
    assert "$10.01" in page
    assert paid.payment_intent_id in page
    assert "Another staff member decides" in page


def test_the_form_sent_twice_refunds_once(alice, desk):
    paid = top_up(alice.user_sub)
    form = {"amount": "5", "reason": REASON, "key": key_in(desk.get(place(paid)))}
    for _ in range(2):
        assert desk.post(place(paid), form).status_code == 302
    assert now(paid).reserved == 500


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"amount": ""}, "This field is required"),
        ({"amount": "1,000"}, "Write the amount"),
        ({"amount": "0"}, "more than zero"),
        ({"amount": "15.01"}, "At most $15.00 of it can be refunded"),
        ({"reason": ""}, "This field is required"),
        ({"reason": "x" * 501}, "at most 500"),
    ],
)
def test_a_wrong_refund_is_shown_again(alice, desk, changed, message):
    paid = top_up(alice.user_sub)
    before = untouched(alice, paid)
    answer = ask(desk, place(paid), **{"amount": "5", **changed})
    assert message in text_of(answer)
    assert untouched(alice, paid) == before


def test_spent_money_is_said_so(alice, bob, desk):
    paid = top_up(alice.user_sub)
    buy(alice.user_sub, bob.user_sub, price=1500)
    before = untouched(alice, paid)
    assert "was spent" in text_of(ask(desk, place(paid), amount="5"))
    assert untouched(alice, paid) == before


def test_nobody_refunds_their_own(desk, erin):
    paid = top_up(erin[0].user_sub)
    before = untouched(erin[0], paid)
    assert "it is about you" in text_of(ask(desk, place(paid), amount="5"))
    assert untouched(erin[0], paid) == before


@pytest.mark.parametrize(
    ("effect", "told"),
    [
        ("add", "$2.50"),
        ("take", "\N{MINUS SIGN}$2.50"),
        ("take_into_debt", "\N{MINUS SIGN}$2.50"),
    ],
)
def test_a_correction_is_asked_for(alice, desk, effect, told):
    top_up(alice.user_sub)
    path = f"{ROOT}people/{alice.user_sub}/correct/"
    assert ask(desk, path, amount="2.50", effect=effect).url == f"{ROOT}people/{alice.user_sub}/"
    assert purse(alice) == (1500, 0, 0)
    (request,) = requests().values()
    assert told in text_of(desk.get(f"/staff/approvals/{request.approval_id}/"))


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"effect": ""}, "Choose what to do"),
        ({"effect": "steal"}, "Choose what to do"),
        ({"amount": "-5"}, "Write the amount"),
        ({"amount": "15.01"}, "not enough money"),
        ({"reason": "short"}, "in 10 to 200"),
        ({"effect": "write_off"}, "owes less"),
    ],
)
def test_a_wrong_correction_is_shown_again(alice, desk, changed, message):
    top_up(alice.user_sub)
    before = untouched(alice)
    path = f"{ROOT}people/{alice.user_sub}/correct/"
    answer = ask(desk, path, **{"amount": "5", "effect": "take", **changed})
    assert message in text_of(answer)
    assert untouched(alice) == before


def test_disputes_are_listed_first_due_first(alice, bob, desk):
    for person, days, ref in ((alice, 9, "dp_late"), (bob, 2, "dp_soon")):
        due = clock.now() + timedelta(days=days)
        dispute(top_up(person.user_sub), due_at=due, ref=ref)
    page = text_of(desk.get(f"{ROOT}disputes/"))
    assert page.index("dp_soon") < page.index("dp_late")
    assert "Nothing is disputed" not in page


def test_a_failed_webhook_is_run_again(alice, desk, failed):  # noqa: F811
    path = f"{ROOT}webhooks/"
    page = text_of(desk.get(path))
    assert "evt_1" in page
    assert "NoAnswer · 1 try" in page
    assert desk.post(f"{path}evt_1/replay/").url == path
    assert "It is done" in text_of(desk.get(path))
    assert billing.get_webhook("evt_1").status is InboxStatus.PROCESSED
    assert purse(alice) == (1500, 0, 0)


def test_a_refused_webhook_is_listed_and_run_again(alice, desk, refused):  # noqa: F811
    path = f"{ROOT}webhooks/refused/"
    page = text_of(desk.get(path))
    assert "evt_1" in page
    assert "livemode · 1 try" in page
    assert "evt_1" not in text_of(desk.get(f"{ROOT}webhooks/"))
    assert desk.post(f"{ROOT}webhooks/evt_1/replay/").url == path
    assert "It was refused" in text_of(desk.get(path))
    assert purse(alice) == (0, 0, 0)


def test_no_refused_webhook_is_said_so(desk):
    assert "Nothing was refused" in text_of(desk.get(f"{ROOT}webhooks/refused/"))


def test_one_that_fails_again_is_said_so(desk, failed, provider):  # noqa: F811
    provider.is_silent = True
    desk.post(f"{ROOT}webhooks/evt_1/replay/")
    assert "It failed again" in text_of(desk.get(f"{ROOT}webhooks/"))
    assert desk.post(f"{ROOT}webhooks/evt_9/replay/").status_code == 404


def test_a_provider_that_is_off_does_not_break_the_pages(alice, desk, monkeypatch):
    paid = top_up(alice.user_sub)
    monkeypatch.setattr("billing.providers._PROVIDERS", ())
    assert desk.get(place(paid)).status_code == 200
    assert paid.provider is ProviderName.STRIPE


@pytest.mark.parametrize(
    "path", ["", "disputes/", "webhooks/", "webhooks/refused/", "people/{0}/", "people/{0}/{1}/"]
)
def test_everything_asks_who_it_is_after_five_minutes(alice, desk, time, path):  # noqa: F811
    paid = pay(alice.user_sub)
    where = ROOT + path.format(alice.user_sub, paid.payment_intent_id)
    assert desk.get(where).status_code == 200
    time.shift(timedelta(minutes=6))
    assert desk.get(where).url.startswith("/confirm/")


def test_staff_without_a_factor_see_nothing(alice):
    client = client_of(sign_in(make_user("frank", is_staff=True)))
    paid = top_up(alice.user_sub)
    before = untouched(alice, paid)
    for where in (ROOT, place(paid)):
        assert client.get(where).status_code == 302
    client.post(place(paid), {"amount": "5", "reason": REASON})
    assert untouched(alice, paid) == before


def test_a_refund_needs_a_fresh_confirmation(alice, desk, time):  # noqa: F811
    paid = top_up(alice.user_sub)
    key = key_in(desk.get(place(paid)))
    time.shift(timedelta(minutes=6))
    before = untouched(alice, paid)
    answer = desk.post(place(paid), {"amount": "5", "reason": REASON, "key": key})
    assert answer.url.startswith("/confirm/")
    assert untouched(alice, paid) == before
