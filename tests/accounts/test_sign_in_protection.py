"""Known browsers, the growing wait, and what the owner gets to see and hear of it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.test import Client

from accounts.services import devices
from accounts.services.sign_in import PER_NAME
from core import clock
from core.lockout import Lockout
from dynamo.metering import budget
from dynamo.schema import schema_named
from dynamo.table import Table
from tests.accounts.mailbox import deliver
from tests.dumps import dump_tables
from tests.factories import PASSWORD

WRONG = "not the password at all"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.fixture
def time():
    with time_machine.travel(clock.now(), tick=False) as time:
        yield time


def sign_in(client, user, password=PASSWORD, **extra):
    return client.post("/sign-in/", {"login": user.email, "password": password}, **extra)


def lock_out(user, **extra):
    for _ in range(PER_NAME.free):
        sign_in(Client(), user, WRONG, **extra)


def known_browser(client_for, user):
    client = client_for(user)
    client.post("/sign-out/")
    return client


def subjects():
    while deliver():
        pass
    return [sent.subject.removesuffix(" (Latchkey)") for sent in mail.outbox]


def records(client):
    return client.get("/api/v1/account/sign-ins/").json()["results"]


def rows(prefix):
    table = Table(schema_named("users"))
    return [row for row in table.scan() if row["sk"].startswith(prefix)]


def test_a_stranger_cannot_lock_the_owners_own_browser_out(client_for, alice, time):
    browser = known_browser(client_for, alice)
    lock_out(alice, REMOTE_ADDR="203.0.113.9")
    assert sign_in(Client(), alice).status_code == 429
    assert sign_in(browser, alice).status_code == 302


def test_a_known_browser_has_a_budget_of_its_own(client_for, alice, time):
    browser = known_browser(client_for, alice)
    for _ in range(5):
        assert sign_in(browser, alice, WRONG).status_code == 200
    assert sign_in(browser, alice).status_code == 429
    assert sign_in(Client(), alice).status_code == 302


def test_a_browser_known_to_mallory_is_none_of_alices(client_for, alice, mallory, time):
    browser = known_browser(client_for, mallory)
    lock_out(alice)
    assert sign_in(browser, alice).status_code == 429


@pytest.mark.parametrize("cookie", ["x", "a" * 43, "a" * 5000])
def test_a_made_up_cookie_is_no_known_browser(client, alice, time, cookie):
    lock_out(alice)
    client.cookies["device"] = cookie
    assert sign_in(client, alice).status_code == 429


def test_a_forwarded_address_does_not_open_the_wait(alice, time):
    lock_out(alice)
    for number in range(3):
        answer = sign_in(Client(), alice, HTTP_X_FORWARDED_FOR=f"203.0.113.{number}")
        assert answer.status_code == 429


def test_the_wait_doubles_to_an_hour_and_never_becomes_a_ban(alice, time):
    lock_out(alice)
    waits = []
    for _ in range(6):
        waits.append(int(sign_in(Client(), alice).headers["Retry-After"]))
        time.shift(timedelta(seconds=waits[-1]))
        assert sign_in(Client(), alice, WRONG).status_code == 200
    assert waits == [300, 600, 1200, 2400, 3600, 3600]
    time.shift(timedelta(hours=1))
    assert sign_in(Client(), alice).status_code == 302
    assert sign_in(Client(), alice, WRONG).status_code == 200


def test_a_day_without_a_try_forgets_the_count(alice, time):
    lock_out(alice)
    time.shift(timedelta(seconds=PER_NAME.window + PER_NAME.forget))
    for _ in range(4):
        assert sign_in(Client(), alice, WRONG).status_code == 200
    assert sign_in(Client(), alice).status_code == 302


def test_a_typo_now_and_then_never_makes_anybody_wait(alice, time):
    for _ in range(12):
        assert sign_in(Client(), alice, WRONG).status_code == 200
        time.shift(timedelta(seconds=PER_NAME.window))
    assert sign_in(Client(), alice).status_code == 302


def test_a_good_sign_in_does_not_clear_the_count_of_its_address(alice, bob, time):
    for _ in range(29):
        Client().post("/sign-in/", {"login": alice.email, "password": PASSWORD})
    assert sign_in(Client(), bob, WRONG).status_code == 200
    assert sign_in(Client(), bob).status_code == 429


@pytest.mark.engine
@pytest.mark.parametrize("known", [False, True])
def test_fifty_parallel_wrong_passwords_let_exactly_the_limit_through(
    client_for, alice, monkeypatch, known
):
    cookie = known_browser(client_for, alice).cookies["device"].value
    checked = []
    monkeypatch.setattr("accounts.services.sign_in.hit", lambda limit, subject: None)
    monkeypatch.setattr(
        "accounts.services.sign_in.users.check_user_password",
        lambda user, raw: checked.append(raw) or False,
    )

    def guess(number):
        client = Client()
        if known:
            client.cookies["device"] = cookie
        return sign_in(client, alice, WRONG, REMOTE_ADDR=f"192.0.2.{number}").status_code

    with ThreadPoolExecutor(max_workers=10) as pool:
        answers = list(pool.map(guess, range(50)))
    assert len(checked) == answers.count(200) == 5
    assert answers.count(429) == 45


def test_waits_of_any_length_are_counted_without_overflow():
    assert Lockout(name="x").wait_after(10**6) == 3600


def test_the_owner_is_told_once_when_a_wait_begins(alice, time):
    lock_out(alice)
    for _ in range(3):
        sign_in(Client(), alice, WRONG)
    assert subjects() == ["Too many failed sign-ins"]
    assert mail.outbox[0].to == [alice.email]


def test_locking_a_name_that_nobody_has_tells_nobody(client, time):
    for _ in range(6):
        client.post("/sign-in/", {"login": "nobody@example.com", "password": WRONG})
    assert subjects() == []


def test_the_first_browser_of_an_account_is_no_news_and_the_next_one_is(client_for, alice):
    first = client_for(alice)
    assert subjects() == []
    assert first.get("/account/").status_code == 200
    client_for(alice, HTTP_USER_AGENT=FIREFOX)
    assert subjects() == ["New sign-in to your account"]
    assert "Firefox on Windows" in mail.outbox[0].body


def test_a_known_browser_is_no_news_again(client_for, alice):
    browser = known_browser(client_for, alice)
    assert sign_in(browser, alice).status_code == 302
    assert (subjects(), len(rows("DEVICE#"))) == ([], 1)


def test_the_cookie_is_random_lasting_and_stored_only_as_a_hash(client_for, alice, bob):
    cookie = client_for(alice).cookies["device"]
    assert cookie["httponly"]
    assert cookie["max-age"] == devices.LIFETIME.total_seconds() == 400 * 86_400
    assert cookie.value != client_for(bob).cookies["device"].value
    assert cookie.value not in dump_tables("users")
    assert [row["sk"] for row in rows("DEVICE#") if row["user_sub"] == alice.user_sub] == [
        f"DEVICE#{devices.digest_of(cookie.value)}"
    ]


def test_after_four_hundred_days_a_browser_is_forgotten_on_read(client_for, alice, time):
    browser = known_browser(client_for, alice)
    cookie = browser.cookies["device"].value
    time.shift(devices.LIFETIME)
    lock_out(alice)
    browser.cookies["device"] = cookie
    assert sign_in(browser, alice).status_code == 429


def test_a_browser_in_use_is_known_for_longer(client_for, alice, time):
    browser = known_browser(client_for, alice)
    first = rows("DEVICE#")[0]["expires_at"]
    time.shift(devices.RENEW_AFTER + timedelta(days=1))
    sign_in(browser, alice)
    assert rows("DEVICE#")[0]["expires_at"] > first
    assert subjects() == []


def test_the_history_holds_every_try_newest_first(client_for, alice, time):
    client = client_for(alice)
    time.shift(timedelta(minutes=1))
    sign_in(Client(), alice, WRONG, HTTP_USER_AGENT=FIREFOX, REMOTE_ADDR="203.0.113.9")
    found = records(client)
    assert [record["outcome"] for record in found] == ["wrong_password", "signed_in"]
    assert (found[0]["label"], found[0]["ip"]) == ("Firefox on Windows", "203.0.113.9")
    assert [record["methods"] for record in found] == [[], ["password"]]
    page = client.get("/settings/history/").content.decode()
    assert "Wrong password" in page
    assert "203.0.113.9" in page


def test_nobody_sees_the_history_of_somebody_else(client_for, alice, mallory):
    sign_in(Client(), alice, WRONG)
    assert [record["outcome"] for record in records(client_for(mallory))] == ["signed_in"]


def test_the_history_ends_after_ninety_days_row_or_no_row(client_for, alice, time):
    client_for(alice)
    time.shift(timedelta(days=90))
    assert len(records(client_for(alice))) == 1
    assert len(rows("SIGNIN#")) == 2


@pytest.fixture
def long_history(client_for, alice, time, monkeypatch):
    monkeypatch.setattr("accounts.services.history.PAGE", 2)
    for _ in range(4):
        sign_in(Client(), alice, WRONG)
        time.shift(timedelta(minutes=6))
    return client_for(alice)


def test_the_history_has_pages(long_history):
    seen, after = [], ""
    while True:
        page = long_history.get("/api/v1/account/sign-ins/", {"after": after}).json()
        seen += [record["record_id"] for record in page["results"]]
        after = page["next"]
        if not after:
            break
    assert len(seen) == len(set(seen)) == 5
    assert seen == sorted(seen, reverse=True)


def test_the_pages_link_to_each_other(long_history):
    first = long_history.get("/settings/history/").content.decode()
    older = first.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0]
    second = long_history.get(older).content.decode()
    assert 'href="/settings/history/" rel="prev"' in second


def test_a_cursor_of_another_person_is_refused(long_history, client_for, mallory):
    after = long_history.get("/api/v1/account/sign-ins/").json()["next"]
    other = client_for(mallory)
    assert other.get("/api/v1/account/sign-ins/", {"after": after}).status_code == 400
    assert other.get("/settings/history/", {"after": after}).status_code == 400


def test_an_old_cursor_starts_again_at_the_top(long_history, client_for, alice, time):
    after = long_history.get("/api/v1/account/sign-ins/").json()["next"]
    time.shift(timedelta(hours=25))
    answer = client_for(alice).get("/settings/history/", {"after": after})
    assert answer.url == "/settings/history/"


def test_a_sign_in_from_a_known_browser_keeps_to_its_budget(client_for, alice):
    browser = known_browser(client_for, alice)
    browser.get("/sign-in/")
    with budget(calls=8, rru=4, wru=8):
        assert sign_in(browser, alice).status_code == 302


def test_a_made_up_cookie_costs_one_read_at_most(alice):
    with budget() as plain:
        sign_in(Client(), alice, WRONG)
    client = Client()
    client.cookies["device"] = devices.new_device()
    with budget() as spent:
        sign_in(client, alice, WRONG)
    assert spent.calls == plain.calls
    assert spent.rru <= plain.rru + 1


def test_without_storage_nobody_is_signed_in(client, alice, faults):
    with faults.outage():
        assert sign_in(client, alice).status_code == 503
    assert "sessionid" not in client.cookies
