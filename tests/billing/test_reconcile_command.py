"""`manage.py reconcile`: what it prints, how it ends, and what it says to bad input."""

import pytest
from django.core.management import CommandError, call_command

from billing.items import ProviderName
from billing.providers.messages import EntryKind
from dynamo.errors import StorageError
from tests.billing import books
from tests.billing.lives import purse, refund, told
from tests.billing.reconciled import DAY


def run(capsys, *options, day=DAY, provider="stripe"):
    """What it printed, and why it ended with 1."""
    error = ""
    try:
        call_command("reconcile", "--provider", provider, "--day", day, *options)
    except CommandError as ended:
        error = str(ended)
    return capsys.readouterr().out.splitlines(), error


def test_books_that_agree_end_with_0(there, alice, closed, capsys):
    payment, ref = there.settled(alice)
    going = refund(payment, 300)
    there.refunds(ref, 300, going)
    told(payment, going)
    closed()
    assert run(capsys, "--fix") == (["2 entries, 0 differences."], "")
    assert run(capsys, day="2026-12-04") == (["0 entries, 0 differences."], "")


def test_a_difference_is_one_line_with_both_names_and_amounts(there, alice, closed, capsys):
    payment, ref = there.settled(alice, here=1500, amount=1200)
    closed()
    name = payment.payment_intent_id
    lines, error = run(capsys)
    assert lines == [
        f"amount: payment {name} ({ref}): here $15.00, there $12.00",
        "1 entry, 1 difference.",
    ]
    assert "1 difference between our books of 2026-12-05 and Stripe's" in error
    assert "docs/billing.md" in error


def test_fix_says_what_was_done_and_what_is_left(there, alice, bob, closed, capsys):
    there.pays(there.asked(alice))
    there.settled(bob, here=1500, amount=1200)
    closed()
    lines, error = run(capsys, "--fix")
    done = lines.index("1 done again. What is left:")
    assert [line.split(":")[0] for line in lines[:done]] == [
        "missing here",
        "amount",
        "2 entries, 2 differences.",
    ]
    assert [line.split(":")[0] for line in lines[done + 1 :]] == [
        "amount",
        "2 entries, 1 difference.",
    ]
    assert error.startswith("1 difference")
    assert purse(alice) == (1000, 0, 0)


def test_all_repaired_ends_with_0(there, alice, closed, capsys):
    there.pays(there.asked(alice))
    closed()
    assert run(capsys)[1].startswith("1 difference")
    assert purse(alice) == (0, 0, 0)
    lines, error = run(capsys, "--fix")
    assert (lines[-1], error) == ("1 entry, 0 differences.", "")
    assert purse(alice) == (1000, 0, 0)


def test_what_was_not_started_here_is_told_and_no_difference(there, closed, capsys):
    there.line(EntryKind.PAYMENT, "pi_of_a_shop", "pi_of_a_shop", 4200)
    there.line(EntryKind.REFUND, "re_of_a_shop", "pi_of_a_shop", -4200)
    closed()
    assert run(capsys) == (
        [
            "not of this site: payment pi_of_a_shop, $42.00",
            "not of this site: refund re_of_a_shop, \N{MINUS SIGN}$42.00",
            "2 entries, 0 differences.",
        ],
        "",
    )


def test_silence_changes_nothing_and_is_said(there, alice, closed, capsys, monkeypatch):
    there.pays(there.asked(alice))
    closed()
    before = sorted(map(str, books.rows()))
    there.provider.is_silent = True
    assert "does not answer" in run(capsys, "--fix")[1]
    there.provider.is_silent = False

    def down(self):
        raise StorageError("down")

    monkeypatch.setattr("billing.repository.PersonRepository.all_rows", down)
    assert run(capsys, "--fix")[1] == "Storage does not answer: down"
    monkeypatch.undo()
    assert sorted(map(str, books.rows())) == before


@pytest.mark.parametrize(
    ("day", "message"),
    [
        ("yesterday", "--day: 'yesterday' is no day; write it like 2026-11-28."),
        ("", "--day: '' is no day"),
        ("2026-02-30", "--day: '2026-02-30' is no day"),
        ("2026-12-05T10:00", "is no day"),
        ("0001-01-01", "day: There is nothing of 0001-01-01"),
        ("1999-12-31", "day: There is nothing of 1999-12-31"),
        ("9999-12-31", "day: There is nothing of 9999-12-31"),
        ("2027-01-01", "day: The books of 2027-01-01 are not closed before"),
        (DAY, "day: The books of 2026-12-05 are not closed before 2026-12-06 01:15 UTC"),
    ],
)
def test_a_wrong_day_says_what_is_wrong(there, capsys, day, message):
    lines, error = run(capsys, day=day)
    assert lines == []
    assert message in error


@pytest.mark.parametrize("name", ["square", "", "stripe,paypal"])
def test_an_unknown_provider_says_which_there_are(there, capsys, name):
    _, error = run(capsys, provider=name, day="2026-12-01")
    assert error == f"provider: {name!r} is no provider: say one of stripe, paypal, ccbill."


def test_one_that_is_off_says_why(there, capsys, monkeypatch):
    monkeypatch.setattr(type(there.provider), "why_not", "STRIPE_SECRET_KEY is not set")
    _, error = run(capsys, day="2026-12-01")
    assert error == "provider: Stripe is off: STRIPE_SECRET_KEY is not set."


@pytest.mark.parametrize("there", [ProviderName.PAYPAL], indirect=True)
def test_its_name_may_be_written_as_it_writes_itself(there, closed, capsys):
    closed()
    assert run(capsys, provider="PayPal") == (["0 entries, 0 differences."], "")


def test_it_needs_a_provider_a_day_and_a_billing_table(there, capsys, monkeypatch):
    with pytest.raises(CommandError, match="--provider, --day"):
        call_command("reconcile")
    monkeypatch.setattr("billing.services.wallet.is_configured", lambda: False)
    assert "BILLING_TABLE_NAME" in run(capsys, day="2026-12-01")[1]
