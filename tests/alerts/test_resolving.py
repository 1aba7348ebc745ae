"""The order of the rules: which channel gets an alert, and when."""

from datetime import UTC, datetime, time, timedelta

import pytest

from alerts.catalogue import Entry
from alerts.items import (
    Category,
    Channel,
    How,
    Mode,
    Phone,
    Preferences,
    QuietHours,
    Reason,
    Severity,
    Suspension,
    SuspensionReason,
    digest_of_address,
)
from alerts.services.resolving import resolve

NOON = datetime(2026, 1, 14, 12, tzinfo=UTC)
NIGHT = QuietHours(start=time(11), end=time(13))
PHONE = Phone(sealed="", last4="0100")
EMAIL = "alice@example.com"


def entry(severity=Severity.NOTICE, *, mandatory=False, channels=frozenset(Channel)):
    category = Category.SECURITY if mandatory else Category.MONEY
    return Entry(
        category=category,
        severity=severity,
        title="",
        sentence="",
        mandatory=mandatory,
        channels=channels,
    )


def ways(entry, *, now=NOON, email=EMAIL, **chosen):
    return resolve(entry, Preferences(user_sub="", **chosen), now=now, email=email)


def every(category, **modes):
    return {category: {Channel(channel): Mode(mode) for channel, mode in modes.items()}}


def suspended(reason, address=EMAIL):
    return {
        Channel.EMAIL: Suspension(reason=reason, at=NOON, address_digest=digest_of_address(address))
    }


def test_nobody_chose_anything():
    found = ways(entry())
    assert [found[channel].how for channel in Channel] == [
        How.SEND,
        How.SEND,
        How.NOTHING,
        How.SEND,
    ]
    assert found[Channel.EMAIL].due == NOON
    assert found[Channel.SMS].reason is Reason.NO_ADDRESS


def test_a_channel_that_the_kind_never_uses():
    found = ways(entry(channels=frozenset({Channel.IN_APP})))
    assert found[Channel.EMAIL].reason is Reason.NOT_OFFERED


@pytest.mark.parametrize("channel", Channel)
def test_what_is_off_gets_nothing(channel):
    found = ways(entry(), choices=every(Category.MONEY, **{channel: "off"}), phone=PHONE)
    assert (found[channel].how, found[channel].reason) == (How.NOTHING, Reason.TURNED_OFF)


@pytest.mark.parametrize(
    ("channel", "how"),
    [("in_app", "send"), ("email", "send"), ("sms", "nothing"), ("webhook", "nothing")],
)
def test_what_is_mandatory_stays_in_the_app_and_in_the_mail(channel, how):
    """Though the row says that it is off, too serious a limit, and muted."""
    off = every(Category.SECURITY, in_app="off", email="off", sms="off", webhook="off")
    found = ways(
        entry(mandatory=True),
        choices=off,
        phone=PHONE,
        min_severity=dict.fromkeys(Channel, 100),
        mute_until=NOON + timedelta(days=1),
    )
    assert found[Channel(channel)].how == how


def test_a_digest_of_security_is_not_obeyed():
    weekly = every(Category.SECURITY, email="weekly")
    assert ways(entry(mandatory=True), choices=weekly)[Channel.EMAIL].how is How.SEND


def test_sms_is_on_when_chosen_for_what_is_serious():
    on = {"choices": every(Category.MONEY, sms="now"), "phone": PHONE}
    assert ways(entry(Severity.HIGH), **on)[Channel.SMS].how is How.SEND
    assert ways(entry(Severity.WARNING), **on)[Channel.SMS].reason is Reason.NOT_SEVERE
    on["min_severity"] = {Channel.SMS: 60}
    assert ways(entry(Severity.WARNING), **on)[Channel.SMS].how is How.SEND


def test_a_least_severity_is_of_one_channel():
    found = ways(entry(Severity.NOTICE), min_severity={Channel.EMAIL: 41})
    assert found[Channel.EMAIL].reason is Reason.NOT_SEVERE
    assert found[Channel.IN_APP].how is How.SEND


@pytest.mark.parametrize(
    ("severity", "mandatory", "waits"),
    [
        (Severity.NOTICE, False, True),
        (Severity.HIGH, False, True),
        (Severity.CRITICAL, False, False),
        (Severity.NOTICE, True, False),
    ],
)
def test_quiet_hours_hold_mails_and_text_messages(severity, mandatory, waits):
    both = every(Category.SECURITY, sms="now") | every(Category.MONEY, sms="now")
    found = ways(
        entry(severity, mandatory=mandatory),
        quiet=NIGHT,
        phone=PHONE,
        choices=both,
        min_severity={Channel.SMS: 0},
    )
    expected = NOON + timedelta(hours=1) if waits else NOON
    assert found[Channel.EMAIL].due == found[Channel.SMS].due == expected
    assert found[Channel.IN_APP].due == found[Channel.WEBHOOK].due == NOON


def test_quiet_hours_are_of_the_persons_time_zone():
    found = ways(entry(), quiet=QuietHours(start=time(20), end=time(22)), time_zone="Asia/Tokyo")
    assert found[Channel.EMAIL].due == NOON + timedelta(hours=1)


def test_a_time_zone_that_no_longer_exists_is_the_sites():
    assert ways(entry(), quiet=NIGHT, time_zone="Mars/Base")[Channel.EMAIL].due > NOON


def test_a_digest_takes_what_is_not_serious_also_in_quiet_hours_and_muted():
    chosen = {
        "choices": every(Category.MONEY, email="daily"),
        "quiet": NIGHT,
        "mute_until": NOON + timedelta(days=1),
    }
    assert ways(entry(), **chosen)[Channel.EMAIL].how is How.DIGEST
    assert ways(entry(Severity.CRITICAL), **chosen)[Channel.EMAIL].due == NOON


def test_muting_leaves_mails_out_until_it_ends():
    until = NOON + timedelta(hours=1)
    found = ways(entry(), mute_until=until)
    assert found[Channel.EMAIL].reason is Reason.MUTED
    assert found[Channel.IN_APP].how is found[Channel.WEBHOOK].how is How.SEND
    assert ways(entry(Severity.CRITICAL), mute_until=until)[Channel.EMAIL].how is How.SEND
    assert ways(entry(), mute_until=until, now=until)[Channel.EMAIL].how is How.SEND


@pytest.mark.parametrize("mandatory", [True, False])
def test_nothing_goes_where_nothing_arrives(mandatory):
    found = ways(entry(mandatory=mandatory), suspended=suspended(SuspensionReason.BOUNCED))
    assert found[Channel.EMAIL].reason is Reason.SUSPENDED


def test_who_called_it_spam_gets_what_is_mandatory():
    spam = suspended(SuspensionReason.COMPLAINED)
    assert ways(entry(), suspended=spam)[Channel.EMAIL].reason is Reason.SUSPENDED
    assert ways(entry(mandatory=True), suspended=spam)[Channel.EMAIL].how is How.SEND


def test_another_address_is_not_suspended():
    bounced = suspended(SuspensionReason.BOUNCED, "old@example.com")
    assert ways(entry(), suspended=bounced)[Channel.EMAIL].how is How.SEND
    assert ways(entry(), suspended=bounced, email=None)[Channel.EMAIL].how is How.NOTHING


def test_without_a_verified_address_nothing_is_mailed():
    assert ways(entry(mandatory=True), email="")[Channel.EMAIL].reason is Reason.NO_ADDRESS
