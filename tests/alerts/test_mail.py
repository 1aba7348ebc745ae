"""The mail of an alert: what it says, and that it goes out once."""

import smtplib
from email import message_from_bytes
from email.policy import default

import pytest
from anymail.exceptions import AnymailAPIError
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend

from alerts import services as alerts
from alerts.items import AlertKind, Channel, SuspensionReason
from alerts.repository import AlertRepository
from core import clock as core_clock
from core import mail as core_mail
from core import ratelimit
from dynamo.table import transact
from jobs.repository import Outbox
from jobs.worker import run_due
from tests.accounts.mailbox import deliver
from tests.alerts.people import actor, choose, listed, newest, tell
from tests.alerts.post import clock_stands, fail, kill, message_ids, waiting, work

BEFORE_THE_PROVIDER = [
    (AlertRepository, "find_to_send", "before"),
    (ratelimit, "spend", "before"),
    (ratelimit, "spend", "after"),
    (EmailBackend, "send_messages", "before"),
]
AFTER_THE_PROVIDER = [
    (EmailBackend, "send_messages", "after"),
    (Outbox, "finish", "before"),
]


@pytest.fixture
def clock(time_machine):
    return clock_stands(time_machine)


def refusal(code, text):
    return smtplib.SMTPRecipientsRefused({"alice@example.com": (code, text)})


def routed(user, kind=AlertKind.PASSWORD_CHANGED):
    """The alert is raised and routed; its mail waits."""
    tell(user, kind)
    run_due(limit=1)
    assert waiting() == ["alerts.mail"]


def test_it_has_a_text_and_an_html_part_that_say_the_same(alice):
    tell(alice, AlertKind.NEW_DEVICE, device="Firefox <b>", ip="192.0.2.7")
    deliver()
    (sent,) = mail.outbox
    (html,) = (part.content for part in sent.alternatives)
    assert "Device: Firefox <b>" in sent.body
    assert "Firefox &lt;b&gt;" in html
    for part in (sent.body, html):
        assert "http://testserver/settings/sessions/" in part
        assert "@alice_h" in part
    assert "<script" not in html
    assert "http-equiv" not in html


def test_the_html_part_loads_nothing_from_anywhere(alice):
    tell(alice)
    deliver()
    (html,) = (part.content for part in mail.outbox[0].alternatives)
    for loader in ("<img", "src=", "@import", "url("):
        assert loader not in html


def test_a_mail_that_may_be_turned_off_carries_the_one_click_headers(alice):
    tell(alice, AlertKind.EXPORT_READY)
    deliver()
    parsed = message_from_bytes(mail.outbox[0].message().as_bytes(), policy=default)
    link = parsed["List-Unsubscribe"].strip()
    assert link.startswith("<http://testserver/unsubscribe/")
    assert link.endswith("/>")
    assert parsed["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert link.strip("<>") in mail.outbox[0].body


def test_a_mandatory_mail_offers_no_way_to_turn_it_off(alice):
    tell(alice, AlertKind.PASSWORD_CHANGED)
    deliver()
    (sent,) = mail.outbox
    assert not [name for name in sent.extra_headers if name.startswith("List-Unsubscribe")]
    assert "/unsubscribe/" not in sent.body + sent.alternatives[0].content


def test_what_its_owner_chose_meanwhile_holds(alice):
    routed(alice, AlertKind.EXPORT_READY)
    choose(alice, account={"email": False})
    assert deliver() == 0
    assert waiting() == []


def test_each_occurrence_has_a_message_id_of_its_own(alice):
    tell(alice)
    deliver()
    errand = alerts.Errand(
        user_sub=alice.user_sub,
        alert_id=newest(alice).alert_id,
        channel=Channel.EMAIL,
        occurrence="10",
    )
    transact([alerts.errand_write(errand, due=core_clock.now())])
    deliver()
    assert len(mail.outbox) == len(message_ids()) == 2


@pytest.mark.parametrize(("owner", "name", "when"), BEFORE_THE_PROVIDER)
def test_a_worker_that_dies_before_the_provider_took_it_sends_it_once(
    alice, clock, monkeypatch, owner, name, when
):
    routed(alice)
    kill(monkeypatch, owner, name, when=when)
    work(clock=clock)
    assert mail.outbox == []
    work(3, clock=clock)
    assert len(mail.outbox) == 1
    assert waiting() == []


@pytest.mark.parametrize(("owner", "name", "when"), AFTER_THE_PROVIDER)
def test_a_worker_that_dies_after_the_provider_took_it_sends_it_twice_at_most(
    alice, clock, monkeypatch, owner, name, when
):
    routed(alice)
    kill(monkeypatch, owner, name, when=when)
    work(4, clock=clock)
    assert len(mail.outbox) == 2
    assert len(message_ids()) == 1
    assert waiting() == []


def test_workers_that_die_again_and_again_send_it_twice_at_most(alice, clock, monkeypatch):
    routed(alice)
    kill(monkeypatch, EmailBackend, "send_messages", when="after", times=5)
    work(6, clock=clock)
    assert len(mail.outbox) == 2
    assert waiting() == []
    assert len(listed(alice)) == 1


def test_a_job_that_ended_is_never_sent_again(alice, clock):
    routed(alice)
    work(4, clock=clock)
    assert len(mail.outbox) == 1


@pytest.mark.parametrize(
    "error",
    [
        core_mail.NotConnected("SMTPServerDisconnected"),
        smtplib.SMTPDataError(451, b"4.3.0 try again"),
        smtplib.SMTPSenderRefused(421, b"4.7.0 slow down", "no-reply@localhost"),
        refusal(450, b"4.2.1 mailbox busy"),
        refusal(550, b"5.7.1 relaying denied"),
        smtplib.SMTPAuthenticationError(535, b"5.7.8 no"),
    ],
)
def test_a_provider_that_says_not_now_is_asked_until_it_takes_it(alice, clock, monkeypatch, error):
    routed(alice)
    fail(monkeypatch, error, times=4)
    work(6, clock=clock)
    assert len(mail.outbox) == 1
    assert waiting() == []
    assert not alerts.get_preferences(alice.user_sub).suspended


@pytest.mark.parametrize("error", [TimeoutError(), AnymailAPIError("broken", status_code=502)])
def test_a_provider_that_is_down_for_four_minutes_loses_no_mail(alice, clock, monkeypatch, error):
    routed(alice)
    with monkeypatch.context() as down:
        fail(down, error, times=9)
        for _ in range(12):
            run_due()
            clock.shift(20)
    assert waiting() == ["alerts.mail"]
    clock.shift(60)
    run_due()
    assert len(mail.outbox) == 1
    assert waiting() == []


def test_a_provider_that_never_answers_is_asked_twice(alice, clock, monkeypatch):
    asked = []

    def hang(*arguments):
        asked.append(arguments)
        raise TimeoutError

    routed(alice)
    monkeypatch.setattr(EmailBackend, "send_messages", hang)
    work(5, clock=clock)
    assert len(asked) == 2
    assert waiting() == []
    assert newest(alice).unread


@pytest.mark.parametrize(
    "error",
    [refusal(550, b"5.1.1 no such user"), refusal(550, b"No such user"), refusal(553, b"5.1.3 x")],
)
def test_an_address_that_takes_no_mail_is_tried_once_and_said_so(alice, clock, monkeypatch, error):
    routed(alice)
    fail(monkeypatch, error, times=9)
    work(clock=clock)
    assert waiting() == []
    suspended = alerts.get_preferences(alice.user_sub).suspended[Channel.EMAIL]
    assert suspended.reason is SuspensionReason.BOUNCED
    assert newest(alice).kind is AlertKind.EMAIL_BOUNCED
    assert newest(alice).unread


def test_nothing_more_is_mailed_there_until_its_owner_says_so(alice, monkeypatch):
    routed(alice)
    fail(monkeypatch, refusal(550, b"5.1.1 no such user"))
    assert deliver() == 0
    tell(alice)
    assert deliver() == 0
    alerts.lift_suspension(user_sub=alice.user_sub, channel=Channel.EMAIL, actor=actor(alice))
    tell(alice)
    assert deliver() == 1
