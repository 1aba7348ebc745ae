from datetime import time

import pytest
import time_machine

from alerts import services as alerts
from alerts.items import Category, Channel, DigestTime, Mode, QuietHours
from tests.dumps import dump_tables

CHOICES = "/api/v1/alerts/preferences/"
OFF = {"money": {"email": "off"}}


def send(client, etag="", **body):
    headers = {"If-Match": etag} if etag else {}
    return client.patch(CHOICES, body, content_type="application/json", headers=headers)


def test_choices_are_read_and_changed(client_for, alice):
    client = client_for(alice)
    first = client.get(CHOICES)
    body = first.json()
    assert (first["ETag"], body["version"], body["mandatory"]) == ('"1"', 1, ["security"])
    new = {"in_app": "now", "email": "now", "sms": "off", "webhook": "now"}
    assert body["choices"] == dict.fromkeys(Category, new)
    changed = send(client, version=1, choices={"money": {"email": "off"}})
    assert (changed.status_code, changed["ETag"]) == (200, '"2"')
    assert changed.json()["choices"]["money"] == {**new, "email": "off"}
    assert client.get(CHOICES).json() == changed.json()


@time_machine.travel("2026-01-14T12:00:00Z", tick=False)
def test_everything_else_is_set_and_shown(client_for, alice):
    client = client_for(alice)
    wanted = {
        "min_severity": {"email": 40},
        "time_zone": "Europe/Berlin",
        "quiet": {"start": "22:00", "end": "07:00", "days": [0, 4]},
        "digest": {"hour": 9, "weekday": 2},
        "mute_until": "2026-01-15T12:00:00Z",
    }
    body = send(client, version=1, choices={"money": {"email": "weekly"}}, **wanted).json()
    least = {"in_app": 0, "email": 40, "sms": 80, "webhook": 0}
    assert {name: body[name] for name in wanted} == {**wanted, "min_severity": least}
    assert body["next_digests"] == [{"mode": "weekly", "at": "2026-01-21T08:00:00Z"}]
    stored = alerts.get_preferences(alice.user_sub)
    assert stored.quiet == QuietHours(start=time(22), end=time(7), days=frozenset({0, 4}))
    assert stored.digest == DigestTime(hour=9, weekday=2)
    assert stored.mode(Category.MONEY, Channel.EMAIL) is Mode.WEEKLY
    cleared = send(client, version=2, quiet=None, mute_until=None).json()
    assert (cleared["quiet"], cleared["mute_until"]) == (None, None)
    assert cleared["time_zone"] == "Europe/Berlin"


NIGHT = {"start": "22:00", "end": "07:00"}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"choices": {"security": {"email": "off"}}}, "choices.security.email"),
        ({"choices": {"security": {"email": "daily"}}}, "choices.security.email"),
        ({"choices": {"security": {"in_app": "off"}}}, "choices.security.in_app"),
        ({"choices": {"money": {"email": False}}}, "choices.money.email"),
        ({"choices": {"money": {"in_app": "daily"}}}, "choices.money.in_app"),
        ({"choices": {"money": {"sms": "now"}}}, "choices.money.sms"),  # no phone
        ({"choices": {"money": {"pigeon": "off"}}}, "choices.money.pigeon"),
        ({"choices": {"fun": {}}}, "choices.fun"),
        ({"min_severity": {"email": 101}}, "min_severity.email"),
        ({"min_severity": {"pigeon": 1}}, "min_severity.pigeon"),
        ({"time_zone": "Mars/Base"}, "time_zone"),
        ({"time_zone": "America"}, "time_zone"),
        ({"time_zone": "../../etc/passwd"}, "time_zone"),
        ({"quiet": {**NIGHT, "end": "22:00"}}, "quiet.end"),
        ({"quiet": {**NIGHT, "start": "24:00"}}, "quiet.start"),
        ({"quiet": {**NIGHT, "days": []}}, "quiet.days"),
        ({"quiet": {**NIGHT, "days": [7]}}, "quiet.days.0"),
        ({"digest": {"hour": 24}}, "digest.hour"),
        ({"digest": {"hour": 8, "weekday": 7}}, "digest.weekday"),
        ({"mute_until": "2020-01-01T00:00:00Z"}, "mute_until"),
        ({"mute_until": "2999-01-01T00:00:00Z"}, "mute_until"),
        ({"mute_until": "soon"}, "mute_until"),
        ({"version": None}, "version"),
    ],
)
def test_bad_choices_are_refused_by_the_fields_name(client_for, alice, body, field):
    """With something good beside it, which is not saved either."""
    answer = send(client_for(alice), **{"version": 1, "digest": {"hour": 3}, **body})
    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == [field]
    assert dump_tables("alert_prefs") == ""


def test_without_a_version_nothing_is_changed(client_for, alice):
    answer = send(client_for(alice), choices=OFF)
    assert list(answer.json()["errors"]) == ["version"]
    assert dump_tables("alert_prefs") == ""


def test_choices_of_an_old_version_are_409(client_for, alice):
    client = client_for(alice)
    assert send(client, version=1, choices=OFF).status_code == 200
    refused = send(client, version=1, choices=OFF)
    assert (refused.status_code, refused.json()["code"]) == (409, "alert_preferences_changed")
    assert alerts.get_preferences(alice.user_sub).version == 2


@pytest.mark.parametrize("etag", ['"1"', 'W/"2"', '"x", "3"', "2", "nonsense"])
def test_an_etag_that_is_not_the_stored_one_is_412(client_for, alice, etag):
    client = client_for(alice)
    send(client, version=1, choices=OFF)
    refused = send(client, etag, choices={"money": {"email": "now"}})
    assert (refused.status_code, refused.json()["code"]) == (412, "precondition_failed")
    assert not alerts.get_preferences(alice.user_sub).wants(Category.MONEY, Channel.EMAIL)


@pytest.mark.parametrize("etag", ['"1"', '"7", "1"', "*"])
def test_the_stored_etag_is_enough(client_for, alice, etag):
    assert send(client_for(alice), etag, choices=OFF)["ETag"] == '"2"'


def test_a_right_etag_does_not_save_a_wrong_version(client_for, alice):
    assert send(client_for(alice), '"1"', version=2, choices=OFF).status_code == 412
    assert dump_tables("alert_prefs") == ""
