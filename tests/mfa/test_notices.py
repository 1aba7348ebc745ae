"""A notice to a phone is one message, or two where the network did not say whether it took it."""

import pytest

from alerts.items import AlertKind
from core import aws
from jobs import services as jobs
from jobs.kinds import JobKind
from tests.alerts.post import Phones, clock_stands, fail, waiting, work

NUMBER = "+491701234567"


@pytest.fixture
def clock(time_machine, settings, monkeypatch):
    settings.SMS_BACKEND = "tests.alerts.post.Phones"
    monkeypatch.setattr(Phones, "sent", [])
    return clock_stands(time_machine)


def ask_for_notice(user):
    told = {"user_sub": user.user_sub, "kind": str(AlertKind.MFA_RESET_ASKED)}
    jobs.enqueue(JobKind.MFA_NOTICE, ids=told, secret={"to": NUMBER})


def test_without_an_answer_it_is_sent_twice_at_most(alice, clock, monkeypatch):
    asked, whole = [], Phones.send

    def silent(self, **message):
        asked.append(message["message_id"])
        whole(self, **message)
        raise aws.AwsUnavailable("ReadTimeoutError")

    monkeypatch.setattr(Phones, "send", silent)
    ask_for_notice(alice)
    work(9, clock=clock)
    assert len(asked) == 2
    assert waiting() == []


def test_a_network_that_says_not_now_is_asked_until_it_takes_it(alice, clock, monkeypatch):
    fail(monkeypatch, aws.AwsUnavailable("Throttling"), times=5, owner=Phones, name="send")
    ask_for_notice(alice)
    work(7, clock=clock)
    assert [sent.to for sent in Phones.sent] == [NUMBER]
