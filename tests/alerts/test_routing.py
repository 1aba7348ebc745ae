import smtplib

import pytest
from django.core import mail

from alerts import services as alerts
from alerts.items import AlertKind
from alerts.repository import ALERTS
from core.mail import send
from dynamo.table import Table
from jobs.services import list_jobs
from jobs.worker import run_due
from tests.accounts.mailbox import deliver
from tests.alerts.people import newest, tell
from tests.alerts.post import clock_stands, work
from tests.dumps import dump_tables


def test_an_alert_is_one_job_that_holds_ids_only(alice):
    tell(alice, AlertKind.NEW_DEVICE, device="Firefox on Windows", ip="192.0.2.7")
    ((_, job),) = list_jobs()
    assert dict(job.ids) == {"user_sub": alice.user_sub, "alert_id": newest(alice).alert_id}
    assert "192.0.2.7" not in dump_tables("app")
    assert deliver() == 1
    assert list(list_jobs()) == []


def test_the_mail_says_what_when_where_and_leads_to_the_page(alice):
    tell(alice, AlertKind.NEW_DEVICE, device="Firefox on Windows", ip="192.0.2.7")
    deliver()
    (sent,) = mail.outbox
    assert sent.subject == "New sign-in to your account (Latchkey)"
    for part in ("Device: Firefox on Windows", "Internet address: 192.0.2.7", "UTC"):
        assert part in sent.body
    assert "http://testserver/settings/sessions/" in sent.body


def test_a_name_with_a_line_break_makes_no_line_of_its_own(alice):
    tell(alice, AlertKind.NEW_DEVICE, device="Firefox\n\nOpen http://evil.example now")
    deliver()
    assert "Device: Firefox Open http" in mail.outbox[0].body


def test_a_job_that_breaks_is_repeated_with_the_same_message(alice, monkeypatch):
    tell(alice)
    ids = []

    def break_first(name, **sent):
        ids.append(sent["message_id"])
        if len(ids) == 1:
            raise smtplib.SMTPServerDisconnected
        send(name, **sent)

    monkeypatch.setattr("core.mail.send", break_first)
    assert deliver() == 0
    import time_machine

    from core import clock

    with time_machine.travel(clock.epoch(clock.now()) + 3600, tick=False):
        run_due()
    assert len(mail.outbox) == 1
    assert len(ids) == 2
    assert ids[0] == ids[1]


def test_an_alert_that_is_gone_is_not_mailed(alice):
    tell(alice)
    (row,) = Table(ALERTS).scan()
    Table(ALERTS).delete({"user_sub": row["user_sub"], "alert_id": row["alert_id"]})
    assert deliver() == 0
    assert list(list_jobs()) == []


def test_a_person_who_is_gone_is_not_mailed():
    from core.ids import new_id

    alerts.raise_alert(user_sub=new_id(), kind=AlertKind.PASSWORD_CHANGED, context={})
    assert deliver() == 0
    assert list(list_jobs()) == []


@pytest.mark.parametrize("steps", [0, 1])
def test_a_kind_that_only_a_newer_worker_knows_waits_for_it(alice, time_machine, steps):
    clock = clock_stands(time_machine)
    tell(alice)
    run_due(limit=steps)  # routed or not
    (row,) = Table(ALERTS).scan()
    Table(ALERTS).put({**row, "kind": "future.kind"})
    run_due()
    assert mail.outbox == []
    assert len(list(list_jobs())) == 1
    Table(ALERTS).put(row)
    work(2, clock=clock)
    assert len(mail.outbox) == 1
