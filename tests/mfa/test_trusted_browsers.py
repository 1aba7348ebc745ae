"""Browsers that skip the second step."""

import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.test import Client

from accounts.browser import sign_in
from accounts.errors import SecondStepMissing, SignInExpired
from alerts.items import AlertKind
from core.stepup import STEP_UP_SECONDS
from dynamo.metering import budget, meter
from dynamo.table import Table
from sessions import keys, trusted
from sessions.items import ProvenTrust
from sessions.repository import SCHEMA
from tests.dumps import dump_tables
from tests.factories import PASSWORD, make_user
from tests.mfa.people import (
    again,
    deliver,
    enter_code,
    enter_password,
    is_signed_in,
    phone_code,
    turn_on_totp,
)
from tests.mfa.trust import (
    COOKIE,
    STEP,
    confirm,
    signed_in,
    skips,
    trust,
    trusted_browser,
    trusts,
)

API = "/api/v1/sessions/"
pytestmark = pytest.mark.usefixtures("time")


@pytest.fixture
def codes(alice):
    return turn_on_totp(alice)[1]


def test_the_password_is_enough_there_and_nowhere_else(alice, codes):
    browser = trusted_browser(alice, codes[0])
    assert skips(browser, alice)
    assert not skips(Client(), alice)
    (session,) = [row for row in browser.get(API).json()["results"] if row["current"]]
    assert session["methods"] == ["password", "trusted_browser"]


def test_it_never_skips_the_password(alice, codes):
    browser = trusted_browser(alice, codes[0])
    assert not skips(browser, alice, password="not the password")
    assert not is_signed_in(browser)


def test_the_box_is_not_ticked_and_without_it_nothing_is_kept(alice, codes):
    client, _ = enter_password(alice)
    html = client.get(STEP).content.decode()
    assert 'name="trust_browser"' in html
    assert "checked" not in html
    browser = trusted_browser(alice, codes[0], trust=False)
    assert COOKIE not in browser.cookies
    assert trusts() == []
    assert not skips(browser, alice)


def test_a_wrong_code_trusts_nothing(alice, codes):
    client, _ = enter_password(alice)
    assert confirm(client, "0" * 24).status_code == 200
    assert COOKIE not in client.cookies
    assert trusts() == []


def test_the_cookie_is_for_servers_only_and_the_table_has_its_digest(alice, codes):
    cookie = signed_in(alice, codes[0]).cookies[COOKIE]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/")
    assert cookie["max-age"] == 30 * 86_400
    assert keys.is_key(cookie.value)
    assert cookie.value not in dump_tables()
    (row,) = trusts()
    assert row["session_hash"] == keys.trust_hash_of(cookie.value, alice.user_sub)
    assert row["expires_at"] == row["absolute_expires_at"]


def test_it_ends_after_30_days_however_often_it_is_used(alice, codes, time):
    browser = trusted_browser(alice, codes[0])
    for _ in range(5):
        time.shift(timedelta(days=5))
        assert skips(browser, alice)
        browser.post("/sign-out/")
    time.shift(timedelta(days=5) - timedelta(seconds=1))
    assert skips(browser, alice)
    browser.post("/sign-out/")
    time.shift(timedelta(seconds=1))
    assert len(trusts()) == 1  # the row is there still
    assert not skips(browser, alice)


def test_it_is_in_the_history_and_leaves_when_and_where_it_was_used(alice, codes, time):
    browser = trusted_browser(alice, codes[0])
    time.shift(timedelta(hours=2))
    browser.post(
        "/sign-in/", {"login": alice.email, "password": PASSWORD}, REMOTE_ADDR="198.51.100.9"
    )
    assert "second step skipped" in browser.get("/settings/history/").content.decode()
    (row,) = trusts()
    assert row["seen_at"] > row["created_at"]
    assert (row["ip"], row["seen_ip"]) == ("127.0.0.1", "198.51.100.9")


def test_it_leaves_no_fresh_mark(alice, codes):
    browser = trusted_browser(alice, codes[0])
    assert skips(browser, alice)
    assert browser.get("/settings/mfa/totp/add/").url.startswith("/confirm/")
    assert 'type="password"' not in browser.get("/confirm/").content.decode()


def test_a_session_that_skipped_is_asked_for_the_strongest_factor(alice, time):
    secret, codes = turn_on_totp(alice)
    browser = trusted_browser(alice, codes[0])
    assert skips(browser, alice)
    browser.post("/confirm/", {"code": phone_code(secret)})
    assert browser.get("/settings/mfa/totp/add/").status_code == 200
    time.shift(timedelta(seconds=STEP_UP_SECONDS))
    assert browser.get("/settings/mfa/totp/add/").status_code == 302


def test_its_owner_is_told_by_mail_too(alice, codes, mailoutbox):
    signed_in(alice, codes[0])
    assert "session.browser_trusted" in dump_tables("alerts")
    deliver()
    (told,) = [mail for mail in mailoutbox if "skips the second step" in mail.subject]
    assert told.to == [alice.email]
    assert "Firefox on Windows" in told.body


def test_a_new_browser_with_a_copied_trust_is_told_as_such(alice, codes):
    browser = trusted_browser(alice, codes[0])
    thief = Client()
    thief.cookies[COOKIE] = browser.cookies[COOKIE].value
    assert skips(thief, alice)
    assert AlertKind.NEW_DEVICE in dump_tables("alerts")
    assert "skipped: the browser is trusted" in dump_tables("alerts")


def test_another_account_in_the_browser_does_not_use_it(alice, bob, codes):
    bobs = turn_on_totp(bob)[1]
    browser = trusted_browser(alice, codes[0])
    assert not skips(browser, bob)
    confirm(browser, bobs[0], trust=False)
    browser.post("/sign-out/")
    assert skips(browser, alice)


def test_people_who_share_a_browser_each_have_their_own(alice, bob, codes):
    bobs = turn_on_totp(bob)[1]
    browser = trusted_browser(bob, bobs[0], client=trusted_browser(alice, codes[0]))
    for person, other in ((alice, bob), (bob, alice)):
        assert skips(browser, person)
        page = browser.get("/settings/sessions/").content.decode()
        assert page.count("This browser") == 1
        assert other.handle not in page
        browser.post("/sign-out/")


def test_an_older_key_of_the_browser_opens_no_newer_trust(alice, bob, codes):
    """Who sat at the browser before may have copied what it kept."""
    bobs = turn_on_totp(bob)[1]
    browser = trusted_browser(bob, bobs[0])
    copied = browser.cookies[COOKIE].value
    trusted_browser(alice, codes[0], client=browser)
    thief = Client()
    thief.cookies[COOKIE] = copied
    assert not skips(thief, alice)


def test_the_cookie_keeps_four_keys(alice, codes):
    browser = Client()
    for code in codes[:5]:
        browser.cookies.pop("second_step", None)
        waiting, _ = enter_password(alice)
        browser.cookies["second_step"] = waiting.cookies["second_step"].value
        confirm(browser, code)
    assert len(browser.cookies[COOKIE].value.split(".")) == 4


def test_a_stolen_row_is_worth_nothing(alice, codes):
    trusted_browser(alice, codes[0])
    (row,) = trusts()
    thief = Client()
    for value in (row["session_hash"], row["sid"], row["session_hash"][:32]):
        thief.cookies[COOKIE] = value
        assert not skips(thief, alice)


@pytest.mark.parametrize("cookie", ["", ".", "x", "a" * 33, "A" * 32, "x" * 9000, "é" * 32])
def test_a_made_up_cookie_is_never_looked_up(alice, codes, cookie):
    with meter(exact=True) as plain:
        enter_password(alice)
    client = Client()
    client.cookies[COOKIE] = cookie
    with budget(calls=plain.calls):
        assert not skips(client, alice)


def test_a_trusted_browsers_key_opens_no_session(alice, codes):
    browser = trusted_browser(alice, codes[0])
    key = browser.cookies[COOKIE].value
    (row,) = trusts()
    thief = Client()
    thief.cookies["sessionid"] = key
    assert not is_signed_in(thief)
    Table(SCHEMA).put({**row, "session_hash": keys.hash_of(key)})  # even under that digest
    assert not is_signed_in(thief)
    assert thief.get(API).status_code == 401


def test_a_sessions_key_skips_nothing(alice, codes):
    key = signed_in(alice, codes[0], trust=False).cookies["sessionid"].value
    stored = Table(SCHEMA).get({"session_hash": keys.hash_of(key)})
    thief = Client()
    thief.cookies[COOKIE] = key
    assert not skips(thief, alice)
    digest = keys.trust_hash_of(key, alice.user_sub)
    Table(SCHEMA).put({**stored, "session_hash": digest})  # even under that digest
    assert not skips(thief, alice)


@pytest.mark.parametrize("methods", [["password", "trusted_browser"], ["trusted_browser"]])
def test_the_word_alone_opens_no_door(alice, codes, rf, methods):
    with pytest.raises(SecondStepMissing):
        sign_in(rf.get("/"), again(alice), remember=False, methods=methods, response=HttpResponse())


def forged(user, **changes):
    """What a bug would have to hand over: a row that looks good, and no key."""
    trust(user)
    (browser,) = trusted._trusted.find_many([row["session_hash"] for row in trusts()])
    values = {name: getattr(browser, name) for name in type(browser).__dataclass_fields__}
    return ProvenTrust(browser=type(browser)(**{**values, **changes}))


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"user_sub": "0" * 26}, SecondStepMissing),
        ({"epoch": 0}, SecondStepMissing),
        ({"session_epoch": 9}, SecondStepMissing),
        ({"session_hash": "0" * 64}, SignInExpired),
        ({"sid": "another"}, SignInExpired),
    ],
)
def test_a_trust_that_is_not_stored_opens_no_door(alice, codes, rf, changes, error):
    fake, before = forged(alice, **changes), dump_tables()
    with pytest.raises(error):
        sign_in(
            rf.get("/"),
            again(alice),
            remember=False,
            methods=["password"],
            response=HttpResponse(),
            trust=fake,
        )
    assert dump_tables() == before


def test_only_the_look_up_by_key_makes_a_proof():
    made = []
    for app in ("accounts", "sessions", "mfa", "users", "apikeys", "core", "config"):
        for path in (settings.BASE_DIR / app).rglob("*.py"):
            made += [path.name] * len(re.findall(r"\bProvenTrust\(", path.read_text()))
    assert made == ["trusted.py"]


def test_staff_confirm_each_sign_in():
    admin = make_user("root", is_staff=True)
    secret, _ = turn_on_totp(admin)
    client, _ = enter_password(admin)
    assert "trust_browser" not in client.get(STEP).content.decode()
    answer = confirm(client, phone_code(secret), method="totp")
    assert "A staff account confirms each sign-in" in answer.content.decode()
    assert trusts() == []
    assert not is_signed_in(client)
    assert enter_code(client, phone_code(secret)).status_code == 302  # the code was not used up


def test_who_becomes_staff_is_asked_again(alice, codes):
    from users.repository import SCHEMA as USERS
    from users.repository import account_key

    browser = trusted_browser(alice, codes[0])
    row = Table(USERS).get(account_key(alice.user_sub))
    Table(USERS).put({**row, "is_staff": True})
    assert not skips(browser, alice)


def test_the_oldest_of_more_than_twenty_goes(alice, codes, time):
    for _ in range(21):
        time.shift(timedelta(seconds=1))
        trust(alice)
    first = min(trusts(), key=lambda row: row["created_at"])
    signed_in(alice, codes[0])
    assert len(trusts()) == 20
    assert first not in trusts()


def test_it_takes_no_place_of_a_session(alice, codes, settings):
    settings.SESSION_MAX_PER_USER = 2
    browser = signed_in(alice, codes[0])
    signed_in(alice, codes[1])
    assert is_signed_in(browser)
    listed = browser.get(API).json()["results"]
    assert len(listed) == 2
    (sid, _) = [row["sid"] for row in trusts()]
    assert sid not in [session["sid"] for session in listed]
    assert browser.delete(f"{API}{sid}/").status_code == 404
    assert len(trusts()) == 2


def test_it_keeps_to_its_budgets(alice, bob):
    """Of browsers that the accounts know; bob has no second step."""
    secret, _ = turn_on_totp(alice)
    client, _ = enter_password(alice)
    enter_code(client, phone_code(secret))
    client.post("/sign-out/")
    with budget(calls=12):
        enter_password(alice, client)
        confirm(client, phone_code(secret, steps=1), method="totp")
    client.post("/sign-out/")
    plain, _ = enter_password(bob)
    plain.post("/sign-out/")
    with meter(exact=True) as without:
        enter_password(bob, plain)
    with budget(calls=without.calls + 1, hops=without.hops, rru=without.rru + 1):
        assert client.post("/sign-in/", {"login": alice.email, "password": PASSWORD}).url != STEP


def test_without_storage_nobody_is_signed_in(alice, codes, faults):
    browser = trusted_browser(alice, codes[0])
    with faults.outage():
        answer = browser.post("/sign-in/", {"login": alice.email, "password": PASSWORD})
    assert answer.status_code == 503
    assert skips(browser, alice)
