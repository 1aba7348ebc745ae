"""A confirmed phone gets alerts only when its owner says so, and no longer than it is confirmed."""

import pytest

from alerts import services as alerts
from core import inbox
from mfa import services as mfa
from mfa.errors import DeviceNotFound
from tests.mfa.people import ACTOR, PHONE, again, deliver, turn_on_sms, turn_on_totp

PAGE = "/settings/mfa/"


def phone_of(user):
    return alerts.get_preferences(user.user_sub).phone_number


def path(device):
    return f"{PAGE}{device.method}/{device.device_id}/alerts/"


def test_a_confirmed_phone_is_chosen_on_its_page(client_for, alice, sms_inbox):
    client = client_for(alice)
    turn_on_sms(alice)
    assert phone_of(alice) == ""
    (device,) = mfa.overview(again(alice)).devices
    assert path(device) in client.get(PAGE).content.decode()
    assert client.post(path(device)).url == "/settings/alerts/"
    assert phone_of(alice) == PHONE


def test_that_of_somebody_else_is_not_found(client_for, alice, mallory, sms_inbox):
    turn_on_sms(alice)
    (device,) = mfa.overview(again(alice)).devices
    assert client_for(mallory).post(path(device)).status_code == 404
    assert phone_of(mallory) == phone_of(alice) == ""


def test_one_that_waits_for_its_code_is_refused(alice, sms_inbox):
    device = mfa.start_sms(user=alice, phone=PHONE, name="", actor=ACTOR, consent=True)
    with pytest.raises(DeviceNotFound):
        mfa.use_for_alerts(device, actor=ACTOR)
    assert phone_of(alice) == ""


def test_what_is_no_phone_is_refused(client_for, alice):
    client = client_for(alice)
    turn_on_totp(alice)
    (device,) = mfa.overview(again(alice)).devices
    assert client.post(path(device)).status_code == 404


def test_removed_as_a_factor_it_gets_no_alerts_either(alice, sms_inbox):
    turn_on_sms(alice)
    (device,) = mfa.overview(again(alice)).devices
    mfa.use_for_alerts(device, actor=ACTOR)
    alerts.change_preferences(
        user_sub=alice.user_sub, version=2, actor=ACTOR, choices={"security": {"sms": "now"}}
    )
    which = {"method": device.method, "device_id": device.device_id}
    mfa.remove_device(user=again(alice), **which, turns_off=True, actor=ACTOR)
    assert phone_of(alice) == ""
    deliver()
    assert any("no longer come to this phone" in each.text for each in inbox.list_messages())
