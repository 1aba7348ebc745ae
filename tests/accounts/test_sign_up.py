from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.test import Client

from core import clock
from tests.accounts.mailbox import deliver, last_code, last_link
from tests.dumps import dump_tables
from tests.factories import PASSWORD
from users import services as users

FORM = {"email": "carol@example.com", "handle": "carol", "password": PASSWORD}


def sign_up(client, **changes):
    answer = client.post("/sign-up/", FORM | changes)
    assert answer.status_code == 302, answer.content.decode()
    deliver()
    return answer.url


def carol():
    return users.find_by_login("carol@example.com")


def test_it_makes_the_account_only_by_verifying(client):
    page = sign_up(client)
    assert carol() is None
    assert "sessionid" not in client.cookies
    answer = client.post(page, {"code": last_code()})
    assert answer.url == "/account/"
    assert carol().handle == "carol"
    assert client.get("/account/").status_code == 200


def test_it_takes_the_code_in_lower_case_and_without_the_dash(client):
    page = sign_up(client)
    client.post(page, {"code": " " + last_code().replace("-", " ").lower()})
    assert carol()


def test_it_verifies_by_the_link_with_one_button(client):
    sign_up(client)
    link = last_link()
    assert client.get(link).status_code == 200
    assert carol() is None
    assert client.post(link).url == "/account/"
    assert carol()


def test_another_browser_must_type_the_password(client):
    sign_up(client)
    elsewhere, link = Client(), last_link()
    assert b"Password that you chose" in elsewhere.get(link).content
    elsewhere.post(link, {"password": "not the password"})
    assert carol() is None
    assert elsewhere.post(link, {"password": PASSWORD}).url == "/account/"


def test_a_stranger_cannot_have_my_mailbox_confirm_their_password(client):
    """Mallory signs up with Carol's address; Carol, who also signed up, opens Mallory's link."""
    sign_up(Client(), password="chosen by mallory 42")
    mallorys_link = last_link()
    own_page = sign_up(client)
    client.post(mallorys_link, {"password": PASSWORD})
    assert carol() is None
    client.post(own_page, {"code": last_code()})
    assert users.check_user_password(carol(), PASSWORD)


def test_a_code_fits_its_own_sign_up_only(client):
    sign_up(Client(), password="chosen by mallory 42")
    mallorys_code = last_code()
    page = sign_up(client)
    client.post(page, {"code": mallorys_code})
    assert carol() is None


def test_it_refuses_a_used_code(client):
    page = sign_up(client)
    code = last_code()
    client.post(page, {"code": code})
    client.post("/sign-out/")
    answer = client.post(page, {"code": code, "password": PASSWORD})
    assert answer.status_code == 200
    assert client.get("/account/").status_code == 302


def test_it_refuses_an_old_code_and_still_takes_the_link(client):
    with time_machine.travel(clock.now(), tick=False) as time:
        page = sign_up(client)
        code, link = last_code(), last_link()
        time.shift(timedelta(minutes=15))
        client.post(page, {"code": code})
        assert carol() is None
        client.post(link)
        assert carol()


def test_it_refuses_the_link_after_a_day(client):
    with time_machine.travel(clock.now(), tick=False) as time:
        sign_up(client)
        time.shift(timedelta(hours=24))
        client.post(last_link())
        assert carol() is None


def test_ten_wrong_codes_end_the_attempt(client):
    page = sign_up(client)
    for _ in range(10):
        client.post(page, {"code": "BBBB-BBBB"})
    client.post(page, {"code": last_code()})
    assert carol() is None


def test_a_known_address_gets_the_same_answer_and_one_mail(client, alice):
    other_client = Client()
    new = client.post("/sign-up/", FORM)
    assert deliver() == 1
    known = other_client.post("/sign-up/", FORM | {"email": alice.email, "handle": "alice2"})
    assert deliver() == 1
    assert "already have" in mail.outbox[-1].subject
    assert (new.status_code, len(new.url)) == (known.status_code, len(known.url))
    one, other = client.get(new.url), other_client.get(known.url)
    assert one.content.count(b"<input") == other.content.count(b"<input")
    assert users.find_by_login("alice2") is None


def test_the_page_of_an_unknown_attempt_looks_like_any_other(client):
    answer = client.post("/verify-email/nothing/", {"code": "BBBB-BBBB", "password": PASSWORD})
    assert answer.status_code == 200
    assert b"That code is not right" in answer.content


def test_it_asks_for_another_handle_when_it_was_taken_meanwhile(client, bob):
    page = sign_up(client, handle="dora")
    other = Client()
    other_page = sign_up(other, handle="dora", email="dora@example.com")
    other.post(other_page, {"code": last_code()})
    sign_up_code = mail.outbox[0].body
    answer = client.post(page, {"code": _code_in(sign_up_code)})
    assert b"Another handle" in answer.content
    again = client.post(page, {"code": _code_in(sign_up_code), "handle": bob.handle})
    assert b'id="id_handle_error"' in again.content
    client.post(page, {"code": _code_in(sign_up_code), "handle": "carol_2"})
    assert carol().handle == "carol_2"


def _code_in(text):
    import re

    return re.search(r"\b[B-Z]{4}-[B-Z]{4}\b", text).group()


def test_it_sends_a_new_code_after_a_minute_and_the_old_one_dies(client):
    with time_machine.travel(clock.now(), tick=False) as time:
        page = sign_up(client)
        old = last_code()
        client.post(page + "resend/")
        assert deliver() == 0
        time.shift(timedelta(seconds=61))
        client.post(page + "resend/")
        assert deliver() == 1
        client.post(page, {"code": old})
        assert carol() is None
        client.post(page, {"code": last_code()})
        assert carol()


def test_a_resend_does_not_give_tries_back(client):
    with time_machine.travel(clock.now(), tick=False) as time:
        page = sign_up(client)
        for _ in range(10):
            client.post(page, {"code": "BBBB-BBBB"})
        time.shift(timedelta(seconds=61))
        client.post(page + "resend/")
        deliver()
        client.post(page, {"code": last_code()})
        assert carol() is None


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("email", ""),
        ("email", "no address"),
        ("handle", "a b"),
        ("handle", "admin"),
        ("handle", "alice_h"),
        ("password", "short"),
        ("password", "password1234"),
        ("password", "x" * 5000),
    ],
)
def test_it_names_a_bad_field_and_changes_nothing(client, alice, field, value):
    before = dump_tables("users", "app")
    answer = client.post("/sign-up/", FORM | {field: value})
    assert answer.status_code == 200
    assert f'id="id_{field}_error"'.encode() in answer.content
    assert PASSWORD.encode() not in answer.content
    assert dump_tables("users", "app") == before
    assert deliver() == 0


def test_the_tables_hold_no_secret_of_a_sign_up(client):
    page = client.post("/sign-up/", FORM).url
    waiting = dump_tables()
    deliver()
    after = dump_tables()
    attempt = page.split("/")[2]
    token = last_link().split("/")[4]
    for dump in (waiting, after):
        for secret in (attempt, token, last_code(), last_code().replace("-", ""), PASSWORD):
            assert secret not in dump


def test_the_sixth_sign_up_of_an_hour_for_one_address_is_refused(client):
    for number in range(5):
        sign_up(client, handle=f"carol{number}")
    answer = client.post("/sign-up/", FORM)
    assert answer.status_code == 429
    assert deliver() == 0


def test_bad_forms_count_too_because_judging_them_is_work(client):
    for _ in range(20):
        assert client.post("/sign-up/", FORM | {"password": "password1234"}).status_code == 200
    answer = client.post("/sign-up/", FORM)
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) >= 1
    assert deliver() == 0


def test_new_codes_count_against_the_mails_of_an_address(client):
    with time_machine.travel(clock.now(), tick=False) as time:
        page = sign_up(client)
        for _ in range(3):
            time.shift(timedelta(seconds=61))
            client.post(page + "resend/")
        assert deliver() == 3
        sign_up(Client(), handle="carol2")
        assert client.post("/sign-up/", FORM | {"handle": "carol3"}).status_code == 429
        assert deliver() == 0


def test_it_requires_a_csrf_token():
    strict = Client(enforce_csrf_checks=True)
    assert strict.post("/sign-up/", FORM).status_code == 403
    assert deliver() == 0


@pytest.mark.parametrize("header", ["HTTP_HOST", "HTTP_X_FORWARDED_HOST"])
def test_a_forged_host_never_reaches_a_mail(client, header):
    answer = client.post("/sign-up/", FORM, **{header: "evil.example"})
    deliver()
    if header == "HTTP_HOST":
        assert answer.status_code == 400
        assert not mail.outbox
    else:
        assert "evil.example" not in mail.outbox[-1].body
