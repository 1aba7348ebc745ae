import pytest
from django.core import mail

from accounts.services.notices import notice_writes
from alerts.catalogue import CATALOGUE
from alerts.items import AlertKind, Channel
from core.actor import Actor
from dynamo.table import transact
from tests.accounts.mailbox import deliver
from tests.dumps import dump_tables
from tests.factories import PASSWORD

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0"
MAILED = [kind for kind, entry in CATALOGUE.items() if Channel.EMAIL in entry.channels]
ACTOR = Actor(user_sub=None, ip="192.0.2.7", user_agent=FIREFOX)


def tell(user, kind=AlertKind.PASSWORD_CHANGED, actor=ACTOR, **more):
    transact(notice_writes(user_sub=user.user_sub, kind=kind, actor=actor, **more))


@pytest.mark.parametrize("kind", MAILED)
def test_every_kind_is_an_alert_and_one_mail_to_the_owner(alice, kind):
    tell(alice, kind)
    assert str(kind) in dump_tables("alerts")
    assert deliver() == 1
    assert mail.outbox[0].to == [alice.email]
    assert mail.outbox[0].subject.endswith("(Latchkey)")


def test_it_says_when_where_and_what_to_do(alice):
    tell(alice)
    deliver()
    body = mail.outbox[0].body
    for part in ("UTC", "192.0.2.7", "Firefox on Windows", "@alice_h", "If this was not you"):
        assert part in body
    assert "http://testserver/reset-password/" in body
    assert "{{" not in body
    assert PASSWORD not in body


def test_a_command_has_no_place(alice):
    tell(alice, actor=None)
    deliver()
    assert "Internet address" not in mail.outbox[0].body
    assert "Device" not in mail.outbox[0].body


def test_the_job_names_nobody_and_no_place(alice):
    tell(alice, old_address="old@example.com")
    waiting = dump_tables("app")
    for secret in (alice.email, "old@example.com", "192.0.2.7", "Firefox"):
        assert secret not in waiting


def test_the_mail_goes_to_the_address_of_the_moment(alice):
    from users import services as users

    tell(alice)
    transact(users.change_email_writes(users.find_user(alice.user_sub), "alice@new.example"))
    deliver()
    assert [each.to for each in mail.outbox] == [["alice@new.example"]]


def test_a_lost_address_is_told_how_to_object_and_not_to_reset(alice):
    tell(alice, AlertKind.EMAIL_CHANGED, old_address="old@example.com")
    assert deliver() == 2
    to_old = next(each for each in mail.outbox if each.to == ["old@example.com"])
    assert "object now" in to_old.body
    assert "/reset-password/" not in to_old.body
