"""Renaming a device, choosing the one that is asked for first, and what removing needs."""

import re
from datetime import timedelta

import pytest

from alerts.items import AlertKind
from core.errors import ApplicationError
from core.stepup import STEP_UP_SECONDS
from dynamo.expressions import Update
from dynamo.table import Table
from mfa import services as mfa
from mfa.errors import (
    DeviceNotFound,
    EmailFactorRefused,
    FactorsChanging,
    LastFactor,
    LastFactorRequired,
)
from mfa.items import Method
from sessions.errors import SessionsChanging
from tests.alerts.people import listed
from tests.dumps import dump_tables
from tests.mfa.people import ACTOR, again, turn_on_email, turn_on_sms, turn_on_totp
from users import repository as rows

OVERVIEW, API = "/settings/mfa/", "/api/v1/mfa/"
TABLES = ("totp", "sms", "email", "recovery", "users", "alerts", "app")
pytestmark = pytest.mark.usefixtures("time", "sms_inbox")


def devices(user):
    return mfa.overview(again(user)).devices


def path(device, what=""):
    return f"{OVERVIEW}{device.method}/{device.device_id}/{what}"


def at_api(device, what=""):
    return f"{API}{device.method}/{device.device_id}/{what}"


def patch(client, device, data):
    return client.patch(at_api(device), data, content_type="application/json")


def prefer(user, device):
    which = {"method": device.method, "device_id": device.device_id}
    mfa.prefer_device(user=again(user), **which, actor=ACTOR)


def remove(user, device, **asked):
    which = {"method": device.method, "device_id": device.device_id}
    mfa.remove_device(user=again(user), **which, **asked, actor=ACTOR)


def test_a_device_gets_another_name(client_for, alice):
    client = client_for(alice)
    turn_on_totp(alice, name="phone")
    (device,) = devices(alice)
    assert 'value="phone"' in client.get(path(device, "rename/")).content.decode()
    answer = client.post(path(device, "rename/"), {"name": "  Work   phone "})
    assert answer.url == OVERVIEW
    assert devices(alice)[0].name == "Work phone"
    answer = patch(client, device, {"name": "Old phone"})
    assert (answer.status_code, answer.json()["name"]) == (200, "Old phone")
    assert devices(alice)[0].name == "Old phone"
    assert sorted(each.sentence for each in listed(alice) if each.kind == "mfa.method_renamed") == [
        "“Work phone” is now Authenticator app (Old phone).",
        "“phone” is now Authenticator app (Work phone).",
    ]


@pytest.mark.parametrize("name", ["", "   ", "x" * 51, "a\u202eb", "a\x07b", "a\nb", "\u3164"])
def test_a_bad_name_says_what_is_wrong_and_changes_nothing(client_for, alice, name):
    client = client_for(alice)
    turn_on_totp(alice, name="phone")
    (device,) = devices(alice)
    before = dump_tables(*TABLES)
    page = client.post(path(device, "rename/"), {"name": name})
    assert page.status_code == 200
    assert 'aria-invalid="true"' in page.content.decode()
    answer = patch(client, device, {"name": name})
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["name"])
    assert dump_tables(*TABLES) == before


def test_only_a_confirmed_device_of_ones_own_is_renamed(client_for, alice, mallory):
    client = client_for(mallory)
    turn_on_totp(alice)
    setup = mfa.start_totp(user=again(alice), name="waits", actor=ACTOR)
    (device,) = devices(alice)
    before = dump_tables(*TABLES)
    assert patch(client, device, {"name": "x"}).status_code == 404
    assert client.post(path(device, "rename/"), {"name": "x"}).status_code == 404
    with pytest.raises(DeviceNotFound):
        mfa.rename_device(
            user=again(alice), method=Method.TOTP, device_id=setup.device_id, name="x", actor=ACTOR
        )
    assert dump_tables(*TABLES) == before


def test_a_device_that_was_removed_meanwhile_does_not_come_back(alice, monkeypatch):
    turn_on_totp(alice)
    turn_on_email(alice)
    device = devices(alice)[0]
    monkeypatch.setattr("mfa.services.devices.get_owned_device", lambda *_: device)
    remove(alice, device)
    with pytest.raises(DeviceNotFound):
        mfa.rename_device(
            user=again(alice),
            method=device.method,
            device_id=device.device_id,
            name="x",
            actor=ACTOR,
        )
    assert dump_tables("totp") == ""


def test_the_first_factor_is_asked_for_first(alice):
    turn_on_email(alice)
    (first,) = devices(alice)
    turn_on_totp(alice)
    assert again(alice).preferred_factor == first.reference
    assert mfa.overview(again(alice)).preferred == first.device_id


@pytest.mark.parametrize("door", ["page", "api"])
def test_another_one_is_asked_for_first_and_its_owner_is_told(client_for, alice, door):
    client = client_for(alice)
    turn_on_totp(alice)
    turn_on_email(alice)
    other = devices(alice)[1]
    epoch = again(alice).trust_epoch
    if door == "page":
        assert client.post(path(other, "prefer/")).url == OVERVIEW
    else:
        assert client.post(at_api(other, "prefer/")).status_code == 204
    assert again(alice).preferred_factor == other.reference
    assert client.get(API).json()["preferred"] == other.device_id
    assert dump_tables("alerts").count(AlertKind.MFA_PREFERRED_CHANGED) == 1
    assert again(alice).trust_epoch == epoch  # no trusted browser ends by it


def test_the_page_offers_it_where_there_is_a_choice(client_for, alice):
    client = client_for(alice)
    turn_on_totp(alice, name="one")
    html = client.get(OVERVIEW).content.decode()
    assert "Ask for this first" not in html
    turn_on_totp(alice, name="two")
    html = client.get(OVERVIEW).content.decode()
    assert html.count("Ask for this first") == 1
    assert html.count("Asked for first") == 1


def test_choosing_it_again_tells_nobody(alice):
    turn_on_totp(alice)
    before = dump_tables(*TABLES)
    prefer(alice, devices(alice)[0])
    assert dump_tables(*TABLES) == before


def test_one_that_waits_or_is_gone_cannot_be_preferred(client_for, alice, mallory):
    client = client_for(alice)
    turn_on_totp(alice)
    setup = mfa.start_totp(user=again(alice), name="", actor=ACTOR)
    turn_on_totp(mallory)
    before = dump_tables(*TABLES)
    for device_id in (setup.device_id, devices(mallory)[0].device_id, "0" * 26, "x"):
        assert client.post(f"{API}totp/{device_id}/prefer/").status_code == 404
        assert client.post(f"{OVERVIEW}totp/{device_id}/prefer/").status_code == 404
    assert dump_tables(*TABLES) == before


def test_one_that_is_removed_at_this_moment_is_not_preferred(alice, monkeypatch):
    turn_on_totp(alice)
    turn_on_email(alice)
    device = devices(alice)[1]
    monkeypatch.setattr("mfa.services.ways.get_owned_device", lambda *_: device)
    remove(alice, device)
    before = dump_tables(*TABLES)
    with pytest.raises(DeviceNotFound):
        prefer(alice, device)
    assert dump_tables(*TABLES) == before


def test_removing_the_preferred_one_clears_the_choice(alice):
    turn_on_email(alice)
    turn_on_totp(alice)
    remove(alice, devices(alice)[1])
    assert again(alice).preferred_factor == ""
    assert mfa.overview(again(alice)).preferred == ""


def test_removing_another_one_keeps_it(alice):
    turn_on_email(alice)
    turn_on_totp(alice)
    first = again(alice).preferred_factor
    remove(alice, devices(alice)[0])
    assert again(alice).preferred_factor == first


def test_a_choice_that_comes_first_is_not_lost_by_a_removal(alice):
    """Who removes what they read as not preferred meets the change."""
    turn_on_totp(alice)
    turn_on_email(alice)
    before, other = again(alice), devices(alice)[1]
    prefer(alice, other)
    which = {"method": other.method, "device_id": other.device_id}
    with pytest.raises(FactorsChanging):
        mfa.remove_device(user=before, **which, actor=ACTOR)
    assert len(devices(alice)) == 2


def test_changes_need_a_fresh_proof(client_for, alice, time):
    client = client_for(alice)
    turn_on_totp(alice)
    turn_on_email(alice)
    device = devices(alice)[1]
    time.shift(timedelta(seconds=STEP_UP_SECONDS + 1))
    before = dump_tables("totp", "email", "users")
    for what in ("rename/", "prefer/"):
        assert client.post(path(device, what), {"name": "x"}).url.startswith("/confirm/")
    answers = patch(client, device, {"name": "x"}), client.post(at_api(device, "prefer/"))
    assert {each.json()["code"] for each in answers} == {"reauthentication_required"}
    assert dump_tables("totp", "email", "users") == before


def test_the_last_one_is_removed_only_by_who_says_so(alice):
    turn_on_totp(alice)
    before = dump_tables(*TABLES)
    with pytest.raises(LastFactor):
        remove(alice, devices(alice)[0])
    assert dump_tables(*TABLES) == before


@pytest.mark.parametrize("asked", ["1", "yes", "True", ""])
def test_the_api_takes_no_other_word_for_it(client_for, alice, asked):
    client = client_for(alice)
    turn_on_totp(alice)
    (device,) = devices(alice)
    answer = client.delete(f"{at_api(device)}?turns_off={asked}")
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["turns_off"])
    assert devices(alice) == (device,)


@pytest.mark.parametrize("required", ["off", "staff"])
def test_staff_never_keep_email_alone(alice, settings, required):
    settings.MFA_REQUIRED = required
    turn_on_totp(alice)
    turn_on_email(alice)
    Table(rows.SCHEMA).update(rows.account_key(alice.user_sub), Update().set("is_staff", True))
    before = dump_tables(*TABLES)
    with pytest.raises(EmailFactorRefused if required == "off" else LastFactorRequired):
        remove(alice, devices(alice)[0])
    assert dump_tables(*TABLES) == before


def test_nobody_keeps_recovery_codes_alone(alice):
    """In whatever order they go."""
    turn_on_totp(alice)
    turn_on_email(alice)
    turn_on_sms(alice)
    for device in devices(alice):
        remove(alice, device, turns_off=True)
        on = again(alice).factors
        assert bool(on) == bool(dump_tables("recovery"))
    assert on == frozenset()


@pytest.mark.engine
def test_two_removals_at_once_leave_nobody_with_codes_alone(alice):
    from concurrent.futures import ThreadPoolExecutor

    turn_on_totp(alice, name="one")
    turn_on_totp(alice, name="two")
    user, both = again(alice), devices(alice)

    def one(device):
        which = {"method": device.method, "device_id": device.device_id}
        try:
            mfa.remove_device(user=user, **which, actor=ACTOR)
        except ApplicationError as error:
            return error.code
        return "removed"

    with ThreadPoolExecutor(2) as pool:
        outcomes = list(pool.map(one, both))
    assert outcomes.count("removed") == 1
    assert set(outcomes) < {"removed", "factors_changing", "last_factor"}
    assert len(devices(alice)) == 1


@pytest.mark.parametrize("ends", [True, False])
def test_the_api_ends_the_other_sessions_unless_told_not_to(client_for, alice, ends):
    client, other = client_for(alice), client_for(alice)
    turn_on_totp(alice, name="one")
    turn_on_totp(alice, name="two")
    query = "" if ends else "?end_others=false"
    assert client.delete(at_api(devices(alice)[0]) + query).status_code == 204
    assert other.get("/account/").status_code == (302 if ends else 200)
    assert client.get("/account/").status_code == 200


@pytest.mark.parametrize("ends", [True, False])
def test_so_do_new_codes_by_the_api(client_for, alice, ends):
    client, other = client_for(alice), client_for(alice)
    turn_on_totp(alice)
    body = {} if ends else {"end_others": False}
    answer = client.post(f"{API}recovery-codes/", body, content_type="application/json")
    assert answer.status_code == 201
    assert other.get("/account/").status_code == (302 if ends else 200)
    assert client.get("/account/").status_code == 200


def test_each_page_that_changes_factors_has_it_ticked(client_for, alice):
    client = client_for(alice)
    turn_on_totp(alice, name="one")
    turn_on_totp(alice, name="two")
    device = devices(alice)[0]
    setup = mfa.start_totp(user=again(alice), name="", actor=ACTOR)
    pages = [
        path(device, "remove/"),
        f"{OVERVIEW}recovery-codes/",
        f"{OVERVIEW}totp/{setup.device_id}/",
    ]
    for page in pages:
        html = client.get(page).content.decode()
        assert html.count('name="end_others"') == html.count("checked") == 1


def test_new_codes_end_the_other_sessions_when_it_is_ticked(client_for, alice):
    client, other = client_for(alice), client_for(alice)
    turn_on_totp(alice)
    client.post(f"{OVERVIEW}recovery-codes/", {})
    assert other.get("/account/").status_code == 200
    client.post(f"{OVERVIEW}recovery-codes/", {"end_others": "on"})
    assert other.get("/account/").status_code == 302


def test_new_codes_are_shown_even_if_the_others_cannot_be_ended(client_for, alice, monkeypatch):
    def refuse(**_):
        raise SessionsChanging

    client = client_for(alice)
    turn_on_totp(alice)
    monkeypatch.setattr("sessions.services.end_other_sessions", refuse)
    html = client.post(f"{OVERVIEW}recovery-codes/", {"end_others": "on"}).content.decode()
    assert len(re.findall(r"<li>[0-9A-Z-]{29}</li>", html)) == 10
    assert "could not be signed out" in html
    answer = client.post(f"{API}recovery-codes/", {}, content_type="application/json").json()
    assert (len(answer["recovery_codes"]), answer["others_ended"]) == (10, False)


def test_texts_and_mails_are_said_to_be_weaker(client_for, alice):
    client = client_for(alice)
    assert "whoever takes over the number gets them" in client.get(OVERVIEW).content.decode()
    assert "The weakest way: weaker than an app" in client.get(OVERVIEW).content.decode()
    assert "a number can be taken over" in client.get(f"{OVERVIEW}sms/add/").content.decode()
    assert (
        "the weakest way, weaker than an app"
        in client.get(f"{OVERVIEW}email/add/").content.decode()
    )


def test_the_page_asks_for_an_app_while_there_is_none(client_for, alice):
    client = client_for(alice)
    turn_on_email(alice)
    assert "What you have on is weaker" in client.get(OVERVIEW).content.decode()
    turn_on_totp(alice)
    assert "What you have on is weaker" not in client.get(OVERVIEW).content.decode()
