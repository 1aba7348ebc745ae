"""What operators do about money from the command line, with good and with bad input."""

import pytest
from django.core.management import CommandError, call_command

from alerts.items import AlertKind
from billing import services as billing
from billing.items import PaymentStatus
from billing.providers.errors import NoAnswer
from billing.providers.messages import Event, EventKind, Outcome
from billing.services.events import handle_event
from core import ids
from tests.accounts.approving import kinds
from tests.billing.desk import REASON, approve, requests, untouched
from tests.billing.lives import now, pay, purse, top_up
from tests.billing.test_replaying import failed, payment, told  # noqa: F401
from tests.billing.test_sweeping import charge_in_silence, start


def run(capsys, name, *arguments):
    call_command(name, *map(str, arguments))
    return capsys.readouterr().out


def staff_options(by):
    return "--reason", REASON, "--as", by.email


def test_a_small_refund_is_done(alice, carol, capsys):
    paid = top_up(alice.user_sub)
    out = run(capsys, "refund_payment", paid.payment_intent_id, *staff_options(carol))
    assert "Refund of $15.00" in out
    assert "done" in out
    assert purse(alice) == (0, 1500, 0)
    assert kinds(carol)[0] is AlertKind.STAFF_REQUEST_MADE


def test_a_large_refund_is_asked_for(alice, carol, dave, capsys):
    paid = top_up(alice.user_sub, 9000)
    name = paid.payment_intent_id
    out = run(capsys, "refund_payment", name, "--amount", "60.00", *staff_options(carol))
    assert "/staff/approvals/" in out
    assert purse(alice) == (9000, 0, 0)
    (request,) = requests().values()
    approve(request, dave)
    assert purse(alice) == (3000, 6000, 0)


def test_broken_glass_refunds_at_once(alice, carol, capsys):
    paid = top_up(alice.user_sub, 9000)
    name = paid.payment_intent_id
    run(capsys, "refund_payment", name, *staff_options(carol), "--break-glass")
    assert purse(alice) == (0, 9000, 0)
    assert kinds(carol)[0] is AlertKind.STAFF_GLASS_BROKEN
    assert all(each.breaks_glass for each in requests().values())


def test_a_payment_is_found_by_its_providers_id(alice, carol, provider, capsys):
    begun = start(alice)
    provider.outcome = Outcome.SUCCEEDED
    check(begun)
    session = begun.provider_ids["session"]
    assert begun.payment_intent_id in run(capsys, "refund_payment", session, *staff_options(carol))


def check(begun):
    billing.check_payment(user_sub=begun.user_sub, payment_id=begun.payment_intent_id)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"payment": "nothing"}, "no such payment"),
        ({"payment": "01JZ0000000000000000000000"}, "no such payment"),
        ({"--amount": "1,000"}, "amount: "),
        ({"--amount": "-5"}, "amount: "),
        ({"--amount": "0"}, "amount: "),
        ({"--amount": ""}, "amount: "),
        ({"--amount": "12.345"}, "amount: "),
        ({"--amount": "15.01"}, r"amount: At most \$15.00 of it can be refunded"),
        ({"--reason": " "}, "reason: Say why"),
        ({"--reason": "x" * 501}, "reason: At most 500"),
        ({"--as": "bob@example.com"}, "not the account of an active staff member"),
        ({"--as": "nobody@example.com"}, "not the account of an active staff member"),
    ],
)
def test_a_wrong_refund_says_what_is_wrong(alice, bob, carol, changed, message):
    paid = top_up(alice.user_sub)
    given = {
        "payment": paid.payment_intent_id,
        "--amount": "5",
        "--reason": REASON,
        "--as": carol.email,
        **changed,
    }
    before = untouched(alice, paid)
    for glass in ((), ("--break-glass",)):
        options = [f"{name}={value}" for name, value in given.items() if name != "payment"]
        with pytest.raises(CommandError, match=message):
            call_command("refund_payment", given["payment"], *options, *glass)
    assert untouched(alice, paid) == before


def test_a_correction_is_asked_for(alice, carol, dave, capsys):
    top_up(alice.user_sub)
    out = run(capsys, "adjust_balance", alice.email, "-2.50", *staff_options(carol))
    assert "@alice_h by \N{MINUS SIGN}$2.50" in out
    assert purse(alice) == (1500, 0, 0)
    (request,) = requests().values()
    approve(request, dave)
    assert purse(alice) == (1250, 0, 0)


def test_broken_glass_corrects_at_once_also_into_debt(alice, carol, capsys):
    glass = (*staff_options(carol), "--break-glass")
    run(capsys, "adjust_balance", alice.handle, "-3", "--into-debt", *glass)
    assert purse(alice) == (0, 0, 300)
    run(capsys, "adjust_balance", alice.user_sub, "3", "--write-off", *glass)
    assert purse(alice) == (0, 0, 0)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"account": "nobody"}, ""),
        ({"amount": "0"}, "amount: "),
        ({"amount": "five"}, "amount: "),
        ({"amount": "--5"}, ""),
        ({"amount": "1e3"}, "amount: "),
        ({"amount": "-15.01"}, "not enough money"),
        ({"--reason": "short"}, "reason: Say why, in 10 to 200"),
        ({"--as": "bob@example.com"}, "not the account of an active staff member"),
    ],
)
def test_a_wrong_correction_says_what_is_wrong(alice, bob, carol, changed, message):
    top_up(alice.user_sub)
    given = {"account": alice.email, "amount": "-5", "--reason": REASON, "--as": carol.email}
    given |= changed
    before = untouched(alice)
    options = [f"{name}={value}" for name, value in given.items() if name.startswith("--")]
    for glass in ((), ("--break-glass",)):
        with pytest.raises(CommandError, match=message or None):
            call_command("adjust_balance", given["account"], given["amount"], *options, *glass)
    assert untouched(alice) == before


def test_the_sweep_settles_what_is_unknown(alice, provider, capsys):
    begun = charge_in_silence(alice, provider)
    provider.outcome = Outcome.SUCCEEDED
    listed = run(capsys, "sweep_unknown_payments", "--dry-run")
    assert f"{begun.payment_intent_id} of {alice.user_sub}: unknown" in listed
    assert now(begun).status is PaymentStatus.UNKNOWN
    assert "unknown -> settled" in run(capsys, "sweep_unknown_payments")
    assert purse(alice) == (1500, 0, 0)
    assert "0 asked about" in run(capsys, "sweep_unknown_payments")


def test_the_sweep_says_who_does_not_answer(alice, provider, capsys):
    begun = charge_in_silence(alice, provider)
    provider.is_silent = True
    with pytest.raises(CommandError, match="1 of 1"):
        run(capsys, "sweep_unknown_payments")
    assert "does not answer" in capsys.readouterr().out
    assert now(begun).status is PaymentStatus.UNKNOWN


def test_expiry_gives_up_what_is_old_and_nothing_else(alice, provider, ahead, capsys):
    old = start(alice)
    ahead(hours=3)
    young = start(alice)
    assert "1 asked about" in run(capsys, "expire_payments")
    assert now(old).status is PaymentStatus.CANCELED
    assert now(young).status is PaymentStatus.CREATED


def test_failed_webhooks_are_done_again(alice, failed, capsys):  # noqa: F811
    assert "evt_1: processed" in run(capsys, "replay_webhooks", "--failed")
    assert purse(alice) == (1500, 0, 0)
    assert "0 done" in run(capsys, "replay_webhooks", "--failed")
    assert "evt_1: processed" in run(capsys, "replay_webhooks", "--id", "evt_1")
    assert purse(alice) == (1500, 0, 0)


def test_one_that_fails_again_ends_with_an_error(failed, provider, capsys):  # noqa: F811
    provider.is_silent = True
    for which in (("--failed",), ("--id", "evt_1")):
        with pytest.raises(CommandError, match="1 of 1"):
            run(capsys, "replay_webhooks", *which)
        assert "provider_unavailable" in capsys.readouterr().out


def test_a_bug_in_one_holds_up_no_other(alice, failed, provider, capsys, monkeypatch):  # noqa: F811
    provider.is_silent = True
    with pytest.raises(NoAnswer):
        handle_event(provider, told(failed, "evt_2"))
    provider.is_silent = False
    real, calls = provider.fetch_payment, []

    def fetch(ref, told=None):
        calls.append(ref)
        if len(calls) == 1:
            raise KeyError(ref)
        return real(ref)

    monkeypatch.setattr(provider, "fetch_payment", fetch)
    with pytest.raises(CommandError, match="1 of 2"):
        run(capsys, "replay_webhooks", "--failed")
    out = capsys.readouterr().out
    assert "evt_1: KeyError" in out
    assert "evt_2: processed" in out
    assert purse(alice) == (1500, 0, 0)


def test_missed_webhooks_are_asked_for(alice, payment, provider, capsys, monkeypatch):  # noqa: F811
    provider.outcome = Outcome.SUCCEEDED
    other = Event(id="evt_2", type="x", kind=EventKind.OTHER, livemode=False)
    found = [told(payment, "evt_1"), other]
    monkeypatch.setattr(provider, "missed_events", lambda _since: iter(found), raising=False)
    since = now(payment).created_at.strftime("%Y-%m-%dT%H:%M")
    out = run(capsys, "replay_webhooks", "--missed-since", since)
    assert "evt_1: processed" in out
    assert "evt_2: ignored" in out
    assert purse(alice) == (1500, 0, 0)


def test_a_provider_that_is_silent_about_the_past_is_said_so(payment, provider, monkeypatch):  # noqa: F811
    def silent(_since):
        raise NoAnswer

    monkeypatch.setattr(provider, "missed_events", silent, raising=False)
    since = now(payment).created_at.isoformat()
    with pytest.raises(CommandError, match="does not answer"):
        call_command("replay_webhooks", "--missed-since", since)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "required"),
        (("--failed", "--id", "evt_1"), "not allowed"),
        (("--id", ""), "no webhook of this id"),
        (("--id", "evt_unknown"), "no webhook of this id"),
        (("--missed-since", "yesterday"), "no time"),
        (("--missed-since", ""), "no time"),
        (("--missed-since", "2001-01-01"), "last 30 days"),
        (("--missed-since", "2999-01-01"), "last 30 days"),
    ],
)
def test_a_wrong_replay_says_what_is_wrong(provider, arguments, message):
    with pytest.raises(CommandError, match=message):
        call_command("replay_webhooks", *arguments)


@pytest.mark.parametrize(
    "arguments",
    [
        ("refund_payment", ids.new_id(), "--reason", REASON, "--as", "carol"),
        ("adjust_balance", "alice", "5", "--reason", REASON, "--as", "carol"),
        ("expire_payments",),
        ("sweep_unknown_payments",),
        ("replay_webhooks", "--failed"),
    ],
)
def test_without_billing_each_says_so(settings, arguments, monkeypatch):
    monkeypatch.setattr("billing.services.wallet.is_configured", lambda: False)
    with pytest.raises(CommandError, match="BILLING_TABLE_NAME"):
        call_command(*arguments)


def test_an_open_payment_is_not_refunded(alice, carol):
    begun = pay(alice.user_sub)
    before = untouched(alice, begun)
    with pytest.raises(CommandError, match="amount: Nothing of it can be refunded"):
        call_command("refund_payment", begun.payment_intent_id, *staff_options(carol))
    assert untouched(alice, begun) == before
