import re
from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.test import Client

from accounts import services
from core import clock
from core.actor import Actor
from core.errors import Conflict
from dynamo.table import transact
from tests.accounts.mailbox import deliver, last_code
from tests.dumps import dump_tables
from tests.factories import PASSWORD
from users import services as users

NEW = "alice@new.example"


def ask(client, email=NEW):
    answer = client.post("/settings/email/", {"email": email})
    deliver()
    return answer


def code_for(email=NEW):
    message = next(each for each in reversed(mail.outbox) if each.to == [email])
    return re.search(r"\b[B-Z]{4}-[B-Z]{4}\b", message.body).group()


def link_for(email=NEW):
    message = next(each for each in reversed(mail.outbox) if each.to == [email])
    return re.search(r"http://testserver(/settings/email/link/\S+)", message.body).group(1)


def confirm(client, code):
    return client.post("/settings/email/confirm/", {"code": code})


def address_of(user):
    return users.find_user(user.user_sub).email


def test_it_changes_the_address_only_by_the_code(client_for, alice):
    client = client_for(alice)
    assert ask(client).url == "/settings/email/"
    assert address_of(alice) == "alice@example.com"
    assert confirm(client, code_for()).url == "/account/"
    assert address_of(alice) == NEW
    assert users.find_by_login(NEW).user_sub == alice.user_sub
    assert users.find_by_login("alice@example.com") is None


def test_the_old_address_is_free_again(client_for, alice):
    client = client_for(alice)
    ask(client)
    confirm(client, code_for())
    assert not users.email_is_taken("alice@example.com")
    assert "EMAIL#alice@example.com" not in dump_tables("users")


def test_both_addresses_are_told_of_it(client_for, alice):
    client = client_for(alice)
    ask(client)
    assert sorted(each.to[0] for each in mail.outbox[-2:]) == ["alice@example.com", NEW]
    confirm(client, code_for())
    mail.outbox.clear()
    assert deliver() == 2
    told = {each.to[0]: each.body for each in mail.outbox}
    assert set(told) == {"alice@example.com", NEW}
    assert "object now" in told["alice@example.com"]
    assert "/reset-password/" in told[NEW]
    dump = dump_tables("alerts")
    assert "account.email.changed" in dump
    assert "account.email.change_asked" in dump


def test_sessions_and_trusted_browsers_survive(client_for, alice):
    client, other = client_for(alice), client_for(alice)
    ask(client)
    confirm(client, code_for())
    assert [each.get("/account/").status_code for each in (client, other)] == [200, 200]
    after = users.find_user(alice.user_sub)
    assert (after.session_epoch, after.trust_epoch) == (alice.session_epoch, alice.trust_epoch)


def test_the_link_changes_it_with_one_button(client_for, alice):
    client = client_for(alice)
    ask(client)
    before = dump_tables("users", "app")
    assert NEW.encode() in client.get(link_for()).content
    assert dump_tables("users", "app") == before
    assert client.post(link_for()).url == "/account/"
    assert address_of(alice) == NEW


def test_the_link_of_one_person_does_nothing_for_another(client_for, alice, mallory):
    ask(client_for(alice))
    thief = client_for(mallory)
    assert NEW.encode() not in thief.get(link_for()).content
    thief.post(link_for())
    confirm(thief, code_for())
    assert (address_of(alice), address_of(mallory)) == (alice.email, mallory.email)


def test_nor_does_another_persons_code_fit_a_change_of_ones_own(client_for, alice, mallory):
    ask(client_for(alice))
    code = code_for()
    thief = client_for(mallory)
    ask(thief, "mallory@new.example")
    confirm(thief, code)
    assert address_of(mallory) == mallory.email


def test_a_visitor_is_sent_to_sign_in(client, client_for, alice):
    ask(client_for(alice))
    for path in ("/settings/email/", link_for()):
        assert client.get(path).url.startswith("/sign-in/?next=")
    client.post(link_for())
    assert address_of(alice) == alice.email


def test_it_asks_again_who_it_is_after_five_minutes(client_for, alice):
    with time_machine.travel(clock.now(), tick=False) as time:
        client = client_for(alice)
        time.shift(timedelta(minutes=5, seconds=1))
        before = dump_tables("users", "app")
        assert ask(client).url.startswith("/confirm/")
        api = client.post("/api/v1/account/email-change/", {"email": NEW}, "application/json")
        assert (api.status_code, api.json()["code"]) == (403, "reauthentication_required")
        assert dump_tables("users", "app") == before
        assert deliver() == 0


def test_the_address_of_another_account_gets_the_same_answer_and_its_owner_a_mail(
    client_for, alice, bob, mallory
):
    free, known = client_for(alice), client_for(mallory)
    answers = [ask(free), ask(known, bob.email)]
    assert [each.url for each in answers] == ["/settings/email/"] * 2
    pages = [each.get("/settings/email/").content.decode() for each in (free, known)]
    assert pages[0].count("<form") == pages[1].count("<form")
    to_bob = [each for each in mail.outbox if each.to == [bob.email]]
    assert len(to_bob) == 1
    assert "already have" in to_bob[0].subject
    assert not re.search(r"\b[B-Z]{4}-[B-Z]{4}\b", to_bob[0].body)


def test_an_address_that_was_taken_meanwhile_is_refused(client_for, alice, bob):
    client, other = client_for(alice), client_for(bob)
    ask(client)
    code = code_for()
    ask(other)
    confirm(other, code_for())
    before = dump_tables("users")
    confirm(client, code)
    assert address_of(bob) == NEW
    assert address_of(alice) == alice.email
    assert before.count("EMAIL#") == dump_tables("users").count("EMAIL#")


@pytest.mark.parametrize("email", ["", "no address", "alice@example.com", "x" * 300 + "@y.example"])
def test_a_bad_address_is_named_and_changes_nothing(client_for, alice, email):
    client = client_for(alice)
    before = dump_tables("users", "app", "alerts")
    assert b"id_email_error" in ask(client, email).content
    assert dump_tables("users", "app", "alerts") == before
    assert not mail.outbox


def test_only_the_spelling_of_the_address_may_change(client_for, alice):
    client = client_for(alice)
    ask(client, "Alice@Example.com")
    confirm(client, code_for("Alice@example.com"))
    assert address_of(alice) == "Alice@example.com"
    assert users.find_by_login("alice@example.com").user_sub == alice.user_sub


def test_it_refuses_an_old_code_and_still_takes_the_link(client_for, alice):
    with time_machine.travel(clock.now(), tick=False) as time:
        client = client_for(alice)
        ask(client)
        time.shift(timedelta(minutes=15))
        assert b"That code is not right" in confirm(client, code_for()).content
        assert address_of(alice) == alice.email
        client.post(link_for())
        assert address_of(alice) == NEW


def test_it_refuses_the_link_after_a_day(client_for, alice):
    with time_machine.travel(clock.now(), tick=False) as time:
        client = client_for(alice, remember=True)
        ask(client)
        time.shift(timedelta(hours=24))
        client.post(link_for())
        assert address_of(alice) == alice.email


def test_ten_wrong_codes_end_the_change_and_a_resend_gives_none_back(client_for, alice):
    with time_machine.travel(clock.now(), tick=False) as time:
        client = client_for(alice)
        ask(client)
        for _ in range(10):
            confirm(client, "BBBB-BBBB")
        time.shift(timedelta(seconds=61))
        client.post("/settings/email/resend/")
        assert deliver() == 1
        confirm(client, code_for())
        client.post(link_for())
        assert address_of(alice) == alice.email


def test_a_resend_waits_a_minute_and_kills_the_code_before(client_for, alice):
    with time_machine.travel(clock.now(), tick=False) as time:
        client = client_for(alice)
        ask(client)
        old = code_for()
        client.post("/settings/email/resend/")
        assert deliver() == 0
        time.shift(timedelta(seconds=61))
        client.post("/settings/email/resend/")
        assert deliver() == 1
        confirm(client, old)
        assert address_of(alice) == alice.email
        confirm(client, last_code())
        assert address_of(alice) == NEW


@pytest.mark.parametrize("change", ["replaced", "cancelled", "newer password", "used"])
def test_a_change_that_is_over_stays_over(client_for, alice, change):
    client = client_for(alice)
    ask(client)
    code, link = code_for(), link_for()
    end_it(client, alice, code, change)
    before = address_of(alice)
    confirm(client, code)
    client.post(link)
    assert address_of(alice) == before


def end_it(client, alice, code, change):
    from dynamo.table import transact

    if change == "replaced":
        ask(client, "alice@other.example")
    elif change == "cancelled":
        client.post("/settings/email/cancel/")
    elif change == "newer password":
        new_hash = users.hash_password("purple monkey dishwasher 9")
        transact(users.set_password_writes(alice.user_sub, old_hash=None, new_hash=new_hash))
    else:
        confirm(client, code)
        transact(users.change_email_writes(users.find_user(alice.user_sub), alice.email))


@pytest.mark.engine
def test_a_lost_answer_still_counts_as_one_change(client_for, alice, faults, monkeypatch):
    from dynamo.table import transact

    def losing(writes):
        faults.lose_answer("TransactWriteItems")
        transact(writes)

    client = client_for(alice)
    ask(client)
    monkeypatch.setattr("accounts.services.proofs.transact", losing)
    monkeypatch.setattr("accounts.services.email_change.transact", losing)
    assert confirm(client, code_for()).url == "/account/"
    assert len(faults.hits) == 2
    assert address_of(alice) == NEW
    assert deliver() == 2


def test_the_tables_hold_no_code_and_no_token(client_for, alice):
    client = client_for(alice)
    client.post("/settings/email/", {"email": NEW})
    waiting = dump_tables()
    deliver()
    after = dump_tables()
    code, token = code_for(), link_for().split("/")[4]
    for dump in (waiting, after):
        for secret in (code, code.replace("-", ""), token, PASSWORD):
            assert secret not in dump


def test_the_sixth_change_of_an_hour_is_refused(client_for, alice):
    with time_machine.travel(clock.now(), tick=False):
        client = client_for(alice)
        for number in range(5):
            assert ask(client, f"a{number}@new.example").status_code == 302
        assert ask(client).status_code == 429


@pytest.mark.parametrize("header", ["HTTP_HOST", "HTTP_X_FORWARDED_HOST"])
def test_a_forged_host_never_reaches_a_mail(client_for, alice, header):
    client = client_for(alice)
    answer = client.post("/settings/email/", {"email": NEW}, **{header: "evil.example"})
    deliver()
    assert answer.status_code == (400 if header == "HTTP_HOST" else 302)
    assert all("evil.example" not in each.body for each in mail.outbox)


def test_the_api_does_the_same(client_for, alice):
    client, path = client_for(alice), "/api/v1/account/email-change/"
    assert client.get(path).status_code == 404
    assert client.post(path, {"email": NEW}, "application/json").status_code == 202
    assert client.get(path).json()["email"] == NEW
    deliver()
    wrong = client.post(f"{path}confirm/", {"code": "BBBB-BBBB"}, "application/json")
    assert (wrong.status_code, wrong.json()["code"]) == (400, "wrong_code")
    done = client.post(f"{path}confirm/", {"code": code_for()}, "application/json")
    assert done.json()["email"] == NEW
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("body", [{}, {"code": "BBBB-BBBB", "token": "x"}, {"code": 1}])
def test_the_api_wants_one_proof(client_for, alice, body):
    client = client_for(alice)
    answer = client.post("/api/v1/account/email-change/confirm/", body, "application/json")
    assert answer.json()["errors"]["code"]


def test_the_api_keeps_the_old_address(client_for, alice):
    client, path = client_for(alice), "/api/v1/account/email-change/"
    client.post(path, {"email": NEW}, "application/json")
    assert client.delete(path).status_code == 204
    assert client.get(path).status_code == 404
    assert Client().get(path).status_code == 401


def test_a_change_of_the_password_at_this_very_moment_ends_it(client_for, alice):
    ask(client_for(alice))
    seen_before = users.get_user(alice.user_sub)
    transact(users.set_password_writes(alice.user_sub, old_hash=None, new_hash="another"))
    alerts = dump_tables("alerts")
    with pytest.raises(Conflict):
        services.confirm_email_change(
            user=seen_before, actor=Actor(user_sub=None, ip="", user_agent=""), code=code_for()
        )
    assert address_of(alice) == "alice@example.com"
    assert not users.email_is_taken(NEW)
    assert (deliver(), dump_tables("alerts")) == (0, alerts)
