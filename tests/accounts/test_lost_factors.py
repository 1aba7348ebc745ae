"""Every second factor lost: a code to the mailbox begins a wait, of which everybody is told."""

from datetime import timedelta
from functools import partial

import pytest
from django.core import mail
from django.test import Client

from accounts.errors import MfaResetClosed, WrongCode
from accounts.items import Outcome
from accounts.services import lost_factors, mfa_reset, mfa_reset_finish
from alerts.items import AlertKind
from core import clock
from mfa.items import Method
from tests.accounts.lost import (
    MAILBOX,
    at_once,
    begin,
    go_through,
    kinds,
    outcomes,
    told_by_mail,
    wait_code,
    waiting_of,
    waits,
    with_factor,
)
from tests.accounts.mailbox import deliver
from tests.dumps import dump_tables
from tests.factories import make_user
from tests.mfa.people import (
    ADDRESS,
    again,
    enter_password,
    is_signed_in,
    turn_on_email,
    turn_on_sms,
)
from users import services as users

pytestmark = pytest.mark.usefixtures("time")


@pytest.fixture
def secret(alice):
    return with_factor(alice)


def test_without_the_right_password_there_is_nothing(alice, secret):
    before = dump_tables("users", "jobs", "app")
    for client in (Client(), enter_password(alice, login=alice.email, password="wrong")[0]):
        for path, form in (
            ("/sign-in/lost/", {"code": "BCDF-GHJK"}),
            ("/sign-in/lost/send/", {}),
        ):
            assert client.post(path, form).url == "/sign-in/"
        assert client.get("/sign-in/lost/").url == "/sign-in/"
    assert not waits(alice)
    assert mail.outbox == []
    assert "MFARESET" not in dump_tables("users")
    assert before.count("VERIFY#") == dump_tables("users").count("VERIFY#")


def test_the_code_goes_to_the_address_of_the_account_and_begins_a_wait(alice, secret):
    client, answer = enter_password(alice)
    assert "I have lost every way" in client.get(answer.url).content.decode()
    client.post("/sign-in/lost/send/")
    deliver()
    assert mail.outbox[-1].to == [alice.email]
    assert client.post("/sign-in/lost/", {"code": wait_code()}).url == "/sign-in/lost/"
    reset = mfa_reset.find_mfa_reset(again(alice))
    assert reset.due == clock.now() + timedelta(hours=72)
    assert "The wait runs" in client.get("/sign-in/lost/").content.decode()
    assert outcomes(alice)[0] is Outcome.MFA_RESET_ASKED


def test_it_refuses_a_wrong_code_and_begins_nothing(alice, secret):
    client, _ = enter_password(alice)
    client.post("/sign-in/lost/send/")
    deliver()
    mails = len(mail.outbox)
    page = client.post("/sign-in/lost/", {"code": "BBBB-BBBB"})
    assert "That code is not right" in page.content.decode()
    assert not waits(alice)
    assert AlertKind.MFA_RESET_ASKED not in kinds(alice)
    deliver()
    assert len(mail.outbox) == mails


def test_a_code_works_once(alice, secret):
    begin(alice)
    code = wait_code()
    mfa_reset.stop_mfa_reset(user=again(alice), actor=MAILBOX)
    with pytest.raises(WrongCode):
        lost_factors.begin_by_code(waiting_of(alice), code=code, actor=MAILBOX)
    assert not waits(alice)


def test_a_code_of_somebody_else_begins_nothing(alice, bob, secret):
    with_factor(bob)
    lost_factors.send_lost_mail(waiting_of(bob), actor=MAILBOX)
    lost_factors.send_lost_mail(waiting_of(alice), actor=MAILBOX)
    deliver()
    bobs = next(sent.body for sent in mail.outbox if sent.to == [bob.email])
    code = bobs.split("\n\n")[1].strip()
    with pytest.raises(WrongCode):
        lost_factors.begin_by_code(waiting_of(alice), code=code, actor=MAILBOX)
    assert not waits(alice)


def test_a_code_is_guessed_ten_times_at_most_however_often_it_is_sent(alice, secret, time):
    lost_factors.send_lost_mail(waiting_of(alice), actor=MAILBOX)
    for tries in range(10):
        if tries == 5:
            time.shift(timedelta(minutes=2))
            lost_factors.send_lost_mail(waiting_of(alice), actor=MAILBOX)
        with pytest.raises(WrongCode):
            lost_factors.begin_by_code(waiting_of(alice), code="BBBB-BBBB", actor=MAILBOX)
    deliver()
    with pytest.raises(WrongCode):
        lost_factors.begin_by_code(waiting_of(alice), code=wait_code(), actor=MAILBOX)
    assert not waits(alice)


def test_another_mail_waits_a_minute(alice, secret):
    client, _ = enter_password(alice)
    client.post("/sign-in/lost/send/")
    client.post("/sign-in/lost/send/", {"sent": "1"})
    assert "Too many tries" in client.get("/sign-in/lost/?sent=1").content.decode()
    deliver()
    assert len(mail.outbox) == 1


def test_the_tables_hold_no_code(alice, secret):
    lost_factors.send_lost_mail(waiting_of(alice), actor=MAILBOX)
    stored = dump_tables()
    deliver()
    code = wait_code()
    assert code not in stored
    assert code.replace("-", "") not in stored


def test_there_is_one_wait_at_a_time(alice, secret):
    client = begin(alice)
    first = mfa_reset.find_mfa_reset(again(alice))
    mails = len(mail.outbox)
    assert client.post("/sign-in/lost/send/").url == "/sign-in/lost/?sent="
    deliver()
    assert mfa_reset.find_mfa_reset(again(alice)) == first
    assert [sent for sent in mail.outbox[mails:] if "wait of three days" in sent.body] == []


def test_it_is_told_at_the_start_a_day_before_the_end_and_at_the_end(alice, secret, time):
    begin(alice)
    deliver()
    mail.outbox.clear()
    go_through(time, hours=47)
    assert told_by_mail() == []
    go_through(time, hours=1)
    assert told_by_mail() == ["Two-step sign-in can be removed tomorrow"]
    mail.outbox.clear()
    go_through(time, hours=24)
    assert told_by_mail() == [
        "Remove two-step sign-in from your Latchkey account",
        "Two-step sign-in can be removed now",
    ]
    wanted = [AlertKind.MFA_RESET_DUE, AlertKind.MFA_RESET_SOON, AlertKind.MFA_RESET_ASKED]
    assert kinds(alice)[:3] == wanted


def test_every_confirmed_phone_is_told(alice, secret, sms_inbox):
    from core import inbox

    turn_on_sms(alice)
    begin(alice)
    deliver()
    texts = [each.text for each in inbox.list_messages() if each.kind == "sms"]
    assert any("asked to remove your two-step sign-in" in text for text in texts)


def test_every_mailbox_that_gets_codes_is_told(alice, secret):
    turn_on_email(alice)
    begin(alice)
    deliver()
    told = [sent.body for sent in mail.outbox if sent.to == [ADDRESS]][-1]
    assert "asked to remove your two-step sign-in" in told
    assert "http://testserver/settings/security/" in told


def test_during_the_wait_nothing_is_weaker(alice, secret, time):
    client = begin(alice)
    assert not is_signed_in(client)
    reset = mfa_reset.find_mfa_reset(again(alice))
    token = mfa_reset_finish.finish_url(reset).split("/")[-2]
    with pytest.raises(MfaResetClosed):
        mfa_reset_finish.finish_mfa_reset(waiting_of(alice), token, actor=MAILBOX)
    assert again(alice).factors == {Method.TOTP}
    assert waits(alice)


def test_staff_cannot_use_it_and_are_told_whom_to_ask():
    carol = make_user("carol", is_staff=True)
    with_factor(carol)
    client, _ = enter_password(carol)
    assert "Ask another staff member" in client.get("/sign-in/lost/").content.decode()
    client.post("/sign-in/lost/send/")
    client.post("/sign-in/lost/", {"code": "BCDF-GHJK"})
    deliver()
    assert mail.outbox == []
    assert not waits(carol)


def test_the_copy_of_ones_data_has_the_wait_and_an_erasure_takes_it(alice, secret):
    from core import personal_data

    begin(alice)
    (row,) = personal_data.export(alice.user_sub)["users"]["mfa_reset"]
    assert row["due"]
    lost_hash = lost_factors.hash_user(alice.user_sub)
    personal_data.erase(alice.user_sub)
    left = dump_tables("users")
    assert "MFARESET" not in left
    assert lost_hash not in left
    assert users.find_user(alice.user_sub) is None


@pytest.mark.engine
def test_one_code_begins_one_wait_however_often_it_is_sent_at_once(alice, secret):
    lost_factors.send_lost_mail(waiting_of(alice), actor=MAILBOX)
    deliver()
    waiting, code = waiting_of(alice), wait_code()
    step = partial(lost_factors.begin_by_code, waiting, code=code, actor=MAILBOX)
    assert at_once(*[step] * 6) == 1
    assert waits(alice)
    assert kinds(alice).count(AlertKind.MFA_RESET_ASKED) == 1
