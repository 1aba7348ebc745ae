import pytest
from django.core import mail

from alerts import services as alerts
from alerts.errors import AlertMandatory, PreferencesChanged
from alerts.items import AlertKind, Category, Channel
from core.errors import Invalid
from tests.accounts.mailbox import deliver
from tests.alerts.people import actor, choose, newest, tell
from tests.dumps import dump_tables

DEFAULT = set(Channel) - {Channel.SMS}


def test_everything_is_on_until_it_is_turned_off(alice):
    found = alerts.get_preferences(alice.user_sub)
    assert all(found.wants(category, channel) for category in Category for channel in DEFAULT)
    assert not any(found.wants(category, Channel.SMS) for category in Category)
    changed = choose(alice, account={"email": False})
    stored = alerts.get_preferences(alice.user_sub)
    assert stored.version == changed.version == 2
    assert not stored.wants(Category.ACCOUNT, Channel.EMAIL)
    assert stored.wants(Category.ACCOUNT, Channel.IN_APP)
    assert stored.wants(Category.MONEY, Channel.EMAIL)


def test_what_is_left_out_stays_and_on_again_is_possible(alice):
    choose(alice, account={"email": False}, money={"in_app": False})
    choose(alice, version=2, account={"email": True})
    stored = alerts.get_preferences(alice.user_sub)
    assert stored.wants(Category.ACCOUNT, Channel.EMAIL)
    assert not stored.wants(Category.MONEY, Channel.IN_APP)


@pytest.mark.parametrize("channel", [Channel.IN_APP, Channel.EMAIL])
def test_security_off_is_refused_by_the_fields_name_and_nothing_is_saved(alice, channel):
    with pytest.raises(AlertMandatory) as refused:
        choose(alice, account={"email": False}, security={channel: False})
    assert list(refused.value.errors) == [f"choices.security.{channel}"]
    assert dump_tables("alert_prefs") == ""


def test_security_on_is_no_refusal(alice):
    choose(alice, security={"email": True})


@pytest.mark.parametrize("choices", [{"fun": {"email": False}}, {"account": {"pigeon": False}}])
def test_names_that_do_not_exist_are_refused(alice, choices):
    with pytest.raises(Invalid, match="invalid"):
        choose(alice, **choices)
    assert dump_tables("alert_prefs") == ""


def test_a_change_based_on_an_old_version_is_refused(alice):
    choose(alice, account={"email": False})
    for version in (1, 3):
        with pytest.raises(PreferencesChanged):
            choose(alice, version=version, money={"email": False})
    assert alerts.get_preferences(alice.user_sub).wants(Category.MONEY, Channel.EMAIL)


def test_reading_everything_is_no_change_of_the_choices(alice):
    tell(alice)
    mark = newest(alice).alert_id
    alerts.mark_all_read(user_sub=alice.user_sub, upto=mark, actor=actor(alice))
    assert choose(alice, account={"email": False}).version == 2
    assert alerts.badge(alice.user_sub) == 0


def test_without_email_it_is_not_mailed_and_still_counts(alice):
    choose(alice, account={"email": False})
    tell(alice, AlertKind.EXPORT_READY)
    assert deliver() == 0
    assert alerts.badge(alice.user_sub) == 1


def test_without_the_app_it_is_mailed_and_arrives_read(alice):
    choose(alice, account={"in_app": False})
    tell(alice, AlertKind.EXPORT_READY)
    assert deliver() == 1
    assert alerts.badge(alice.user_sub) == 0
    assert not newest(alice).unread


def test_a_stored_silence_of_security_is_not_obeyed(alice):
    from alerts.repository import ALERT_PREFS
    from dynamo.table import Table

    silenced = {"security": {"email": "off", "in_app": "off"}}
    Table(ALERT_PREFS).put({"user_sub": alice.user_sub, "choices": silenced})
    tell(alice)
    assert deliver() == 1
    assert mail.outbox[0].to == [alice.email]
    assert newest(alice).unread


def test_only_mail_that_one_may_turn_off_says_where(alice):
    tell(alice, AlertKind.EXPORT_READY)
    tell(alice, AlertKind.PASSWORD_CHANGED)
    deliver()
    told = {each.subject: "/settings/alerts/" in each.body for each in mail.outbox}
    assert sorted(told.items()) == [
        ("Your data is ready (Latchkey)", True),
        ("Your password was changed (Latchkey)", False),
    ]
