"""list_users_without_mfa."""

import csv
import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts.services import operators
from core import clock
from mfa import services as mfa
from tests.dumps import dump_tables
from tests.factories import make_user
from tests.mfa.people import ACTOR, again, become_staff, turn_on_email, turn_on_totp
from tests.test_manage import run_manage

pytestmark = pytest.mark.usefixtures("time")


def listed(*options):
    out = StringIO()
    call_command("list_users_without_mfa", *options, stdout=out)
    return out.getvalue()


def emails(*options):
    return {each["email"] for each in json.loads(listed("--format=json", *options))}


@pytest.fixture
def people(alice, bob, mallory):
    """Olga and Oskar are staff; Bob and Oskar have a factor, though Oskar's is none for staff."""
    olga, oskar = make_user("olga", is_staff=True), make_user("oskar")
    turn_on_totp(bob)
    turn_on_email(oskar)
    become_staff(oskar)
    return alice, olga, oskar


def test_it_lists_those_without_one_that_counts(people):
    assert emails() == {f"{name}@example.com" for name in ("alice", "mallory", "olga", "oskar")}
    assert emails("--staff") == {"olga@example.com", "oskar@example.com"}


def test_each_line_says_what_one_needs_to_act_and_no_secret(people, settings):
    settings.MFA_REQUIRED = "all"
    alice, *_ = people
    mfa.begin_grace(alice)
    before = dump_tables()
    text = listed()
    since = clock.text(alice.created_at)[:10]
    assert f"alice@example.com  @alice_h  -  since {since}  due 2031-01-15\n" in text
    assert f"olga@example.com  @olga_h  staff  since {since}  due now\n" in text
    assert text.endswith("4 accounts.\n")
    assert again(alice).password not in text
    assert dump_tables() == before


def test_those_who_are_due_before_a_day_or_already(people, settings):
    settings.MFA_REQUIRED = "all"
    mfa.begin_grace(people[0])
    staff = {"olga@example.com", "oskar@example.com"}
    assert emails("--due-before=2031-01-15") == staff
    assert emails("--due-before=2031-01-16") == staff | {"alice@example.com"}


def test_disabled_accounts_are_not_listed(people):
    operators.set_active(user_sub=people[1].user_sub, active=False, actor=ACTOR)
    assert emails("--staff") == {"oskar@example.com"}


def test_it_speaks_csv_and_a_spreadsheet_computes_nothing(alice, monkeypatch):
    monkeypatch.setattr("mfa.services.listing.policy.are_enough", lambda *_: False)
    make_user("=cmd", is_staff=True)
    rows = list(csv.DictReader(StringIO(listed("--format=csv"))))
    found = {row["email"]: row for row in rows}
    assert list(rows[0]) == ["email", "handle", "staff", "since", "due"]
    assert found["'=cmd@example.com"]["staff"] == "yes"
    assert found["alice@example.com"]["due"] == ""


def test_nobody_is_an_empty_list():
    assert json.loads(listed("--format=json")) == []
    assert listed() == "0 accounts.\n"


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--due-before", "tomorrow"], "'tomorrow' is not a day; write it like 2026-12-31"),
        (["--due-before", "2026-02-30"], "is not a day"),
        (["--format", "xml"], "invalid choice: 'xml'"),
    ],
)
def test_bad_input_is_named(options, words):
    with pytest.raises(CommandError, match=words):
        call_command("list_users_without_mfa", *options)


def test_bad_input_ends_with_2():
    said = run_manage("list_users_without_mfa", "--due-before", "x")
    assert said.returncode == 2
    assert "--due-before: 'x' is not a day" in said.stderr


def test_an_outage_is_one_line(faults, alice):
    with faults.outage(), pytest.raises(CommandError, match="Storage does not answer"):
        listed()
