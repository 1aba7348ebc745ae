"""What ends the trust in browsers: at the very next sign-in, and nobody else's."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core import mail
from django.core.management import call_command
from django.test import Client

from accounts import services
from accounts.pages import second_step as page
from accounts.services import operators
from alerts import services as alerts
from mfa import services as mfa
from mfa.items import Method
from sessions import trusted
from tests.accounts.mailbox import deliver
from tests.factories import PASSWORD
from tests.mfa.people import ACTOR, again, turn_on_email, turn_on_totp
from tests.mfa.trust import (
    COOKIE,
    STEP,
    confirm,
    enter_password,
    signed_in,
    skips,
    trusted_browser,
    trusts,
)
from users import services as users

NEW = "seven grey herons over the lake"
pytestmark = pytest.mark.usefixtures("time")


@pytest.fixture
def codes(alice):
    return turn_on_totp(alice)[1]


@pytest.fixture
def laptop(alice, codes):
    return trusted_browser(alice, codes[0])


def step_up(client, code):
    assert client.post("/confirm/", {"method": "recovery", "code": code}).status_code == 302


def change_password(client, **extra):
    form = {"current_password": PASSWORD, "new_password": NEW, **extra}
    assert client.post("/settings/password/", form).status_code == 302


def reset_password(user):
    Client().post("/reset-password/", {"email": user.email})
    deliver()
    follow_reset_link()


def follow_reset_link():
    bodies = "\n".join(sent.body for sent in reversed(mail.outbox))
    link = re.search(r"http://testserver(/reset-password/\S+/)", bodies).group(1)
    assert Client().post(link, {"password": NEW}).status_code == 302


@pytest.mark.parametrize("extra", [{}, {"end_others": "on"}])
def test_a_new_password(alice, codes, laptop, extra):
    """In the browser that changed it too."""
    other = signed_in(alice, codes[1])
    step_up(other, codes[2])
    change_password(other, **extra)
    other.post("/sign-out/")
    assert not skips(laptop, alice, NEW)
    assert not skips(other, alice, NEW)


def test_a_reset_password(alice, laptop):
    reset_password(alice)
    assert not skips(laptop, alice, NEW)


def test_a_factor_that_is_added(alice, laptop):
    turn_on_email(alice)
    assert not skips(laptop, alice)


def test_a_factor_that_is_removed(alice, codes, laptop):
    device, _ = turn_on_email(alice)
    laptop = trusted_browser(alice, codes[1])
    mfa.remove_device(
        user=again(alice), method=Method.EMAIL, device_id=device.device_id, actor=ACTOR
    )
    assert not skips(laptop, alice)


def test_the_last_factor_that_is_removed_and_added_again(alice, laptop):
    (device,) = mfa.overview(again(alice)).devices
    mfa.remove_device(
        user=again(alice),
        method=Method.TOTP,
        device_id=device.device_id,
        actor=ACTOR,
        turns_off=True,
    )
    assert skips(laptop, alice)  # there is no second step
    assert "Browsers that skip" not in laptop.get("/settings/sessions/").content.decode()
    turn_on_totp(alice)
    laptop.post("/sign-out/")
    assert not skips(laptop, alice)


def test_new_recovery_codes(alice, laptop):
    mfa.replace_recovery_codes(user=again(alice), actor=ACTOR)
    assert not skips(laptop, alice)


def test_this_was_not_me(alice, laptop):
    alert_id = alerts.list_alerts(user_sub=alice.user_sub).items[0].alert_id
    found = services.find_not_me(user_sub=alice.user_sub, alert_id=alert_id)
    services.say_not_me(found, actor=ACTOR)
    reset_password(alice)
    assert not skips(laptop, alice, NEW)


def test_a_disabled_account(alice, laptop):
    call_command("disable_user", alice.email)
    assert not skips(laptop, alice)
    call_command("enable_user", alice.email)
    assert not skips(laptop, alice)


def test_sign_out_everywhere_by_an_operator(alice, laptop):
    operators.end_sessions(user_sub=alice.user_sub, actor=ACTOR)
    assert not skips(laptop, alice)


@pytest.mark.parametrize("path", ["/settings/sessions/end-others/", "/api/v1/sessions/end-others/"])
def test_sign_out_everywhere_else_keeps_this_browsers(alice, codes, laptop, path):
    this = signed_in(alice, codes[1])
    this.post(path)
    this.post("/sign-out/")
    assert not skips(laptop, alice)
    assert skips(this, alice)


def test_sign_out_everywhere_else_from_a_browser_that_is_not_trusted(alice, codes, laptop):
    this = signed_in(alice, codes[1], trust=False)
    this.cookies[COOKIE] = "x" * 32
    assert this.post("/settings/sessions/end-others/").status_code == 302
    this.post("/sign-out/")
    assert not skips(this, alice)
    assert not skips(laptop, alice)


def test_sign_out_everywhere_else_does_not_prolong_a_trust(alice, codes, laptop, time):
    skips(laptop, alice)
    laptop.post("/settings/sessions/end-others/")
    laptop.post("/sign-out/")
    time.shift(timedelta(days=30))
    assert not skips(laptop, alice)


def test_a_deletion_that_is_asked_for(alice, codes, laptop):
    this = signed_in(alice, codes[1])
    assert this.post("/settings/delete/", {"email": alice.email}).status_code in (200, 302)
    step_up(this, codes[2])
    this.post("/settings/delete/", {"email": alice.email})
    assert again(alice).delete_after
    assert not skips(laptop, alice)


def test_an_erased_account_leaves_no_row(alice, bob, laptop):
    from core import personal_data

    trusted_browser(bob, turn_on_totp(bob)[1][0])
    personal_data.erase(alice.user_sub)
    assert [row["user_sub"] for row in trusts()] == [bob.user_sub]


def test_a_new_email_address_keeps_it(alice, laptop):
    """Neither the password nor a factor changed."""
    from dynamo.table import transact

    transact(users.change_email_writes(again(alice), "alice@example.org"))
    assert skips(laptop, again(alice))


def test_ending_sessions_leaves_a_reset_link_open(alice, codes):
    """Else who stole a session could keep its owner from setting a new password."""
    Client().post("/reset-password/", {"email": alice.email})
    deliver()
    thief = signed_in(alice, codes[1], trust=False)
    for path in ("sessions/end-others/", "trusted-browsers/remove/"):
        thief.post(f"/settings/{path}")
    follow_reset_link()
    answer = Client().post("/sign-in/", {"login": alice.email, "password": NEW})
    assert answer.url == STEP


def test_what_one_person_ends_is_not_anothers(alice, bob, laptop):
    bobs = trusted_browser(bob, turn_on_totp(bob)[1][0])
    trusted.forget_all(user=again(alice), browser_keys=(), actor=ACTOR)
    assert not skips(laptop, alice)
    assert skips(bobs, bob)


def test_a_copy_ends_with_what_it_was_copied_from(alice, laptop):
    skips(laptop, alice)
    (row,) = trusts()
    laptop.post(f"/settings/trusted-browsers/{row['sid']}/remove/")
    thief = Client()
    thief.cookies[COOKIE] = laptop.cookies[COOKIE].value
    assert not skips(thief, alice)


def test_trusting_while_the_password_is_changed_elsewhere_trusts_nothing(alice, codes, monkeypatch):
    """The code was right before the change; the row carries the epoch of then."""
    this = signed_in(alice, codes[1], trust=False)
    step_up(this, codes[2])
    check = services.check_second_step

    def check_and_lose(*arguments, **options):
        found = check(*arguments, **options)
        change_password(this)
        return found

    monkeypatch.setattr(page.services, "check_second_step", check_and_lose)
    late, _ = enter_password(alice)
    confirm(late, codes[3])
    assert len(trusts()) == 1
    late.post("/sign-out/")
    assert not skips(late, alice, NEW)


@pytest.mark.parametrize("what", ["removed", "all removed", "disabled"])
def test_a_sign_in_that_the_end_overtakes_begins_again(alice, laptop, monkeypatch, what):
    prove = trusted.prove

    def prove_and_lose(user, keys):
        found = prove(user, keys)
        if what == "removed":
            trusted.forget(user=again(alice), sid=trusts()[0]["sid"], actor=ACTOR)
        elif what == "all removed":
            monkeypatch.setattr(trusted._trusted, "remove_many", lambda hashes: None)
            trusted.forget_all(user=again(alice), browser_keys=(), actor=ACTOR)
        else:
            call_command("disable_user", alice.email)
        return found

    monkeypatch.setattr(trusted, "prove", prove_and_lose)
    answer = laptop.post("/sign-in/", {"login": alice.email, "password": PASSWORD})
    assert answer.url == "/sign-in/"
    assert "Begin again" in laptop.get("/sign-in/").content.decode()
    assert laptop.get("/account/").status_code == 302
    if what != "disabled":
        monkeypatch.setattr(trusted, "prove", prove)
        assert not skips(laptop, alice)


@pytest.mark.engine
def test_sign_ins_at_once_in_one_trusted_browser_all_succeed(alice, codes, laptop):
    key = laptop.cookies[COOKIE].value

    def one(_):
        client = Client()
        client.cookies[COOKIE] = key
        return skips(client, alice)

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(one, range(4))) == [True] * 4


@pytest.mark.engine
def test_skipping_and_ending_at_once_leaves_nothing_trusted(alice, laptop):
    with ThreadPoolExecutor(2) as pool:
        skipped = pool.submit(skips, laptop, alice)
        pool.submit(trusted.forget_all, user=again(alice), browser_keys=(), actor=ACTOR).result()
        skipped.result()
    laptop.post("/sign-out/")
    assert not skips(laptop, alice)
