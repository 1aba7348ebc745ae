from datetime import UTC, datetime, time

import pytest
import time_machine

from alerts import services as alerts
from alerts.items import Category, Channel, DigestTime, Mode, QuietHours, SuspensionReason
from tests.alerts.people import choose, prefer
from tests.dumps import dump_tables

PAGE = "/settings/alerts/"


def form_of(client):
    return client.get(PAGE).context["form"]


def filled(client, **changes):
    """What a browser would send of the page as it is, and the changes."""
    fields = {each.name: each for each in form_of(client) if not each.field.disabled}
    data = {name: field.value() for name, field in fields.items()}
    data |= {
        "quiet_start": f"{data['quiet_start']:%H:%M}",
        "quiet_end": f"{data['quiet_end']:%H:%M}",
    }
    data |= {name.replace("__", "-"): value for name, value in changes.items()}
    return {name: value for name, value in data.items() if value is not False}


def save(client, **changes):
    return client.post(PAGE, filled(client, **changes))


def test_saved_as_it_is_nothing_is_chosen(client_for, alice):
    assert save(client_for(alice)).url == PAGE
    stored = alerts.get_preferences(alice.user_sub)
    assert all(
        stored.wants(category, channel)
        for category in Category
        for channel in set(Channel) - {Channel.SMS}
    )
    assert (stored.quiet, stored.mute_until, stored.armed) == (None, None, {})


@time_machine.travel("2026-01-14T12:00:00Z", tick=False)
def test_choices_are_saved_and_shown(client_for, alice):
    client = client_for(alice)
    save(
        client,
        account__email="daily",
        money__webhook="off",
        least__email="40",
        quiet_on="on",
        quiet_start="23:30",
        quiet_days=["0", "6"],
        digest_hour="7",
        time_zone="America/New_York",
        mute="tomorrow",
    )
    stored = alerts.get_preferences(alice.user_sub)
    assert stored.mode(Category.ACCOUNT, Channel.EMAIL) is Mode.DAILY
    assert not stored.wants(Category.MONEY, Channel.WEBHOOK)
    assert stored.least(Channel.EMAIL) == 40
    assert stored.quiet == QuietHours(start=time(23, 30), end=time(7), days=frozenset({0, 6}))
    assert stored.digest == DigestTime(hour=7)
    assert stored.mute_until == datetime(2026, 1, 15, 13, tzinfo=UTC)
    page = client.get(PAGE).content.decode()
    assert "the next one is due on 15 January 2026, 07:00, America/New_York" in page
    assert "Muted until 15 January 2026, 08:00" in page
    form = form_of(client)
    assert form["account-email"].value() == "daily"
    assert form["time_zone"].value() == "America/New_York"
    save(client, quiet_on=False, mute="end")
    stored = alerts.get_preferences(alice.user_sub)
    assert (stored.quiet, stored.mute_until, stored.version) == (None, None, 3)


@time_machine.travel("2026-01-14T12:00:00Z", tick=False)
@pytest.mark.parametrize(
    ("preset", "until"),
    [("hour", "2026-01-14T13:00"), ("tomorrow", "2026-01-15T08:00"), ("week", "2026-01-21T12:00")],
)
def test_it_is_muted_for_a_while(client_for, alice, preset, until):
    save(client_for(alice), mute=preset)
    stored = alerts.get_preferences(alice.user_sub).mute_until
    assert stored == datetime.fromisoformat(until).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"security__email": "off"}, "security-email"),
        ({"security__in_app": "off"}, "security-in_app"),
        ({"money__email": "hourly"}, "money-email"),
        ({"quiet_on": "on", "quiet_end": "22:00"}, "quiet_end"),
        ({"quiet_on": "on", "quiet_end": ""}, "quiet_end"),
        ({"quiet_on": "on", "quiet_start": "25:00"}, "quiet_start"),
        ({"quiet_on": "on", "quiet_days": []}, "quiet_days"),
        ({"time_zone": "Mars/Base"}, "time_zone"),
        ({"digest_hour": "24"}, "digest_hour"),
        ({"mute": "forever"}, "mute"),
        ({"least__sms": "7"}, "least-sms"),
        ({"version": "x"}, "version"),
        ({"version": "0"}, "version"),
    ],
)
def test_bad_choices_are_refused_at_their_field(client_for, alice, sent, field):
    answer = save(client_for(alice), **sent)
    assert answer.status_code == 400
    assert list(answer.context["form"].errors) == [field]
    assert dump_tables("alert_prefs") == ""


def test_a_time_that_is_not_used_may_be_anything(client_for, alice):
    assert save(client_for(alice), quiet_start="", quiet_days=[]).url == PAGE


def test_choices_changed_elsewhere_are_shown_and_not_overwritten(client_for, alice):
    client = client_for(alice)
    data = filled(client)
    choose(alice, money={"email": False})
    answer = client.post(PAGE, data)
    assert answer.status_code == 409
    assert "changed elsewhere" in answer.content.decode()
    assert answer.context["form"]["money-email"].value() == "off"
    assert not alerts.get_preferences(alice.user_sub).wants(Category.MONEY, Channel.EMAIL)


def test_a_limit_that_only_the_api_knows_stays(client_for, alice):
    prefer(alice, min_severity={"email": 33})
    save(client_for(alice))
    assert alerts.get_preferences(alice.user_sub).least(Channel.EMAIL) == 33


def test_without_a_phone_the_page_says_how_to_get_one(client_for, alice):
    client = client_for(alice)
    assert form_of(client).fields["money-sms"].disabled
    assert "/settings/mfa/" in client.get(PAGE).content.decode()


def test_a_suspended_address_is_said_and_taken_up_again(client_for, alice):
    client = client_for(alice)
    alerts.suspend_address(alice.email, SuspensionReason.BOUNCED)
    assert alice.email not in dump_tables("alert_prefs")
    assert "came back" in client.get(PAGE).content.decode()
    assert client.post(f"{PAGE}email/resume/").url == PAGE
    assert "came back" not in client.get(PAGE).content.decode()
    assert client.post(f"{PAGE}pigeon/resume/").status_code == 404
