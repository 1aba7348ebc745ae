"""PayPal's books by the day, and the events that it tells again."""

from datetime import UTC, datetime, timedelta

import pytest

from billing.providers.errors import NoAnswer
from billing.providers.messages import EntryKind, EventKind
from billing.providers.paypal import PayPal
from billing.providers.paypal_events import KINDS
from billing.sandbox.faults import Fault
from billing.sandbox.paypal.objects import DISPUTE, ENTRY, REFUND
from core import clock
from tests.billing import orders
from tests.billing.paypal_people import charge_of, control, lost, name_in, paid, told

DAY = timedelta(days=1)
MIDNIGHT = datetime(2026, 12, 5, tzinfo=UTC)
LAG = 3 * 3600 + 1


def entries(sandbox, start=None, end=None):
    control(sandbox, "clock", advance=LAG)
    now = clock.now()
    return list(PayPal().entries(start or now - DAY, end or now))


def test_a_payment_is_a_line_with_its_fee(sandbox):
    capture = paid().facts.provider_ids["intent"]
    [entry] = entries(sandbox)
    assert (entry.kind, entry.ref, entry.payment_ref) == (EntryKind.PAYMENT, capture, capture)
    assert (entry.amount, entry.currency, entry.fee) == (1500, "USD", 101)
    assert abs(entry.at - clock.now()) < timedelta(hours=1)
    assert (entry.event.kind, entry.event.ref) == (EventKind.PAYMENT, capture)
    assert entry.event.livemode is False


def test_books_that_do_not_reach_to_the_end_are_no_answer(sandbox):
    paid()
    now = clock.now()
    assert list(PayPal().entries(now - DAY, now - timedelta(seconds=LAG))) == []
    with pytest.raises(NoAnswer):
        list(PayPal().entries(now - DAY, now))


@pytest.mark.parametrize("told", [{}, {"last_refreshed_datetime": "soon"}])
def test_books_that_do_not_say_how_far_they_reach_are_no_answer(monkeypatch, told):
    monkeypatch.setattr("billing.providers.paypal_books.call", lambda *asked: told)
    with pytest.raises(NoAnswer):
        list(PayPal().entries(clock.now() - 30 * DAY, clock.now() - 29 * DAY))


def test_a_refund_is_a_line_that_names_its_payment(sandbox):
    payment = paid()
    capture = payment.facts.provider_ids["intent"]
    ref = PayPal().refund(orders.refund_of(payment, amount=500)).ref
    [_, entry] = entries(sandbox)
    assert (entry.kind, entry.ref, entry.payment_ref) == (EntryKind.REFUND, ref, capture)
    assert (entry.amount, entry.fee) == (-500, None)
    assert (entry.event.kind, entry.event.ref) == (EventKind.REFUND, ref)


def test_what_paypal_took_back_is_handled_as_that(sandbox):
    capture = paid().facts.provider_ids["intent"]
    control(sandbox, f"payments/{name_in(capture)}/reverse")
    [made] = sandbox.state.all(REFUND)
    [_, entry] = entries(sandbox)
    assert (entry.kind, entry.ref) == (EntryKind.REFUND, f"refund:{made['id']}")
    assert entry.event.ref == f"reversal:{made['id']}"


@pytest.mark.parametrize(
    ("end", "amounts"), [("lose", [-1500]), ("win", [-1500, 1500]), ("", [-1500])]
)
def test_a_dispute_is_told_by_what_moved_for_it(sandbox, end, amounts):
    capture = paid().facts.provider_ids["intent"]
    control(sandbox, f"payments/{name_in(capture)}/dispute")
    [there] = sandbox.state.all(DISPUTE)
    if end:
        control(sandbox, f"disputes/{there['id']}/{end}")
    found = [one for one in entries(sandbox) if one.kind is EntryKind.DISPUTE]
    assert [one.amount for one in found] == amounts
    assert {one.ref for one in found} == {f"dispute:{there['id']}"}
    assert {one.payment_ref for one in found} == {capture}
    assert {(one.event.kind, one.event.ref) for one in found} == {
        (EventKind.DISPUTE, f"dispute:{there['id']}")
    }


def test_what_paypal_took_back_for_a_dispute_is_told_as_that(sandbox):
    capture = paid("asks").facts.provider_ids["intent"]
    control(sandbox, f"payments/{name_in(capture)}/reverse")
    [there] = sandbox.state.all(DISPUTE)
    control(sandbox, f"disputes/{there['id']}/lose")
    [_, entry] = entries(sandbox)
    assert (entry.kind, entry.ref) == (EntryKind.DISPUTE, f"dispute:{there['id']}")
    assert (entry.amount, entry.event.kind) == (-1500, EventKind.DISPUTE)


def test_a_chargeback_that_no_dispute_explains_is_still_told(sandbox):
    capture = paid().facts.provider_ids["intent"]
    control(sandbox, f"payments/{name_in(capture)}/dispute")
    [there] = sandbox.state.all(DISPUTE)
    del sandbox.state.objects[there["id"]]
    [entry] = [one for one in entries(sandbox) if one.kind is EntryKind.DISPUTE]
    assert (entry.ref, entry.payment_ref, entry.event) == ("", capture, None)


@pytest.mark.parametrize(
    "change",
    [
        {"code": "T0400"},  # a withdrawal
        {"code": "T0106"},  # a fee of another kind
        {"custom_id": ""},
        {"custom_id": "another business"},
        {"amount": -1500},
    ],
)
def test_what_is_no_money_of_ours_is_no_line(sandbox, change):
    paid()
    for line in sandbox.state.all(ENTRY):
        line |= change
    assert entries(sandbox) == []


@pytest.fixture
def read(monkeypatch):
    """The entries of a day of which PayPal tells these pages."""

    def of(*pages):
        told = [{"last_refreshed_datetime": "2026-12-06T05:00:00+0000", **page} for page in pages]

        def tell(*asked):
            assert told, "there is no such page"
            return told.pop(0)

        monkeypatch.setattr("billing.providers.paypal_books.call", tell)
        return list(PayPal().entries(MIDNIGHT, MIDNIGHT + DAY))

    return of


def page_of(*lines, **more):
    details = [{"transaction_info": each} for each in lines]
    return {"total_pages": 1, "transaction_details": details, **more}


def line(**changed):
    info = {
        "transaction_id": "T1",
        "transaction_event_code": "T0006",
        "transaction_initiation_date": "2026-12-05T12:00:00+0000",
        "transaction_amount": {"currency_code": "USD", "value": "15.00"},
        "transaction_status": "S",
        "custom_field": "u1:p1",
        **changed,
    }
    return {key: value for key, value in info.items() if value is not None}


UNREADABLE = [
    {"transaction_initiation_date": None},
    {"transaction_initiation_date": "05.12.2026 12:00"},
    {"transaction_amount": None},
    {"transaction_amount": {"currency_code": "USD", "value": "1,500.00"}},
    {"transaction_amount": "15.00"},
]


@pytest.mark.parametrize("odd", UNREADABLE)
@pytest.mark.parametrize("code", ["T0006", "T0003", "T1106", "T1107", "T1201"])
def test_a_line_of_ours_that_cannot_be_read_leaves_nothing_known_of_the_day(read, code, odd):
    with pytest.raises(NoAnswer):
        read(page_of(line(), line(**{"transaction_event_code": code} | odd)))


@pytest.mark.parametrize("odd", UNREADABLE)
@pytest.mark.parametrize(
    "other",
    [
        {"transaction_event_code": "T0400"},
        {"custom_field": None},
        {"custom_field": "another business"},
        {"transaction_status": "P"},
        {"transaction_status": None},
    ],
)
def test_one_that_is_no_payment_of_ours_is_left_out_whatever_it_says(read, other, odd):
    assert [entry.ref for entry in read(page_of(line(), line(**other | odd)))] == ["capture:T1"]


@pytest.mark.parametrize(
    "details",
    [
        [{}],
        [{"transaction_info": {}}],
        [{"transaction_info": "text"}],
        [{"transaction_info": line(transaction_id=None)}],
        [{"transaction_info": line(transaction_id=["T1"])}],
        ["text"],
        "text",
        {"transaction_info": line()},
    ],
)
def test_a_line_without_a_name_is_no_answer(read, details, monkeypatch):
    with pytest.raises(NoAnswer):
        read(page_of(transaction_details=details))
    asked = lost(charge_of("token:t1"), clock.now() - DAY)
    told = page_of(transaction_details=details)
    monkeypatch.setattr("billing.providers.paypal_books.call", lambda *asked: told)
    with pytest.raises(NoAnswer):
        PayPal().find_payment(asked)


def test_a_page_that_does_not_say_how_many_there_are_ends_no_list(read):
    names = ["A", "B", "C"]
    first, second, third = (page_of(line(transaction_id=name), total_pages=3) for name in names)
    del second["total_pages"]
    third["total_pages"] = 1
    assert [entry.ref for entry in read(first, second, third)] == [f"capture:{n}" for n in names]


@pytest.mark.parametrize("count", ["3", "many", [3], None, -1, 1.5, True])
@pytest.mark.parametrize("at", [0, 1])
def test_a_number_of_pages_in_another_form_is_no_answer(read, count, at):
    pages = [page_of(line(), total_pages=2) for _ in range(2)]
    pages[at]["total_pages"] = count
    with pytest.raises(NoAnswer):
        read(*pages)


def test_they_come_oldest_first_over_every_page_and_all_months(sandbox, monkeypatch, time_machine):
    monkeypatch.setattr("billing.providers.paypal_books.PAGE", 2)
    began = clock.now()
    refs = []
    for days in (0, 20, 40, 60, 80):
        time_machine.move_to(began + timedelta(days=days))
        refs += [paid().facts.provider_ids["intent"] for _ in range(3)]
    found = entries(sandbox, began - DAY)
    assert sorted(entry.ref for entry in found) == sorted(refs)
    assert [entry.at for entry in found] == sorted(entry.at for entry in found)


def test_a_day_ends_where_the_next_begins(sandbox, time_machine):
    time_machine.move_to("2026-12-01T00:00:00+00:00", tick=False)
    midnight = clock.now()
    capture = paid().facts.provider_ids["intent"]
    second = timedelta(seconds=1)
    assert entries(sandbox, midnight - DAY, midnight) == []
    assert [entry.ref for entry in entries(sandbox, midnight, midnight + second)] == [capture]


def test_silence_is_no_empty_book(sandbox):
    path = "/paypal/v1/reporting/transactions"
    sandbox.faults.plan(Fault.BEFORE, path=path, method="GET")
    with pytest.raises(NoAnswer):
        entries(sandbox)


def test_missed_events_come_oldest_first_over_every_page(sandbox, monkeypatch):
    monkeypatch.setattr("billing.providers.paypal_events.PAGE", 2)
    for _ in range(3):
        paid()
    found = list(PayPal().missed_events(clock.now() - DAY))
    assert sorted(event.id for event in found) == sorted(event["id"] for event in told(sandbox))
    moments = {event["id"]: event["body"]["create_time"] for event in told(sandbox)}
    assert [moments[event.id] for event in found] == sorted(moments.values())


def test_missed_events_are_those_that_a_webhook_brings(sandbox):
    paid()
    by_id = {event.id: event for event in PayPal().missed_events(clock.now() - DAY)}
    for event in told(sandbox):
        found = by_id[event["id"]]
        kind, named, field = KINDS[event["type"]]
        assert (found.kind, found.type) == (kind, event["type"])
        assert found.ref == f"{named}:{event['body']['resource'][field]}"


def test_what_was_told_before_or_is_of_no_use_is_not_missed(sandbox):
    paid()
    for event in told(sandbox):
        event["body"]["event_type"] = "BILLING.PLAN.CREATED"
    assert list(PayPal().missed_events(clock.now() - DAY)) == []
    paid()
    assert list(PayPal().missed_events(clock.now() + DAY)) == []


def test_one_that_makes_no_sense_holds_up_no_other(sandbox, caplog):
    paid()
    first, *others = told(sandbox)
    first["body"]["resource"] = {}
    found = [event.id for event in PayPal().missed_events(clock.now() - DAY)]
    assert sorted(found) == sorted(event["id"] for event in others)
    assert "webhook not understood" in caplog.text


@pytest.mark.parametrize(("value", "amount"), [(".50", 50), ("-.50", -50), ("-3", -300)])
def test_every_form_of_an_amount_that_paypal_documents_is_read(read, value, amount):
    money = {"currency_code": "USD", "value": value}
    told = read(page_of(line(transaction_event_code="T1107", transaction_amount=money)))
    assert [each.amount for each in told] == [amount]
