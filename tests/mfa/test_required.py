"""Who must have a second factor gets one before anything else."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail

from accounts.services import operators
from core.scopes import Scope
from dynamo.metering import budget
from dynamo.table import transact
from jobs import services as jobs
from mfa import services as mfa
from mfa.errors import DeviceNotFound, LastFactorRequired
from mfa.items import Method
from mfa.services.devices import confirmed_devices
from tests import shell
from tests.apikeys.keys import PROFILE, issue, program
from tests.dumps import dump_tables
from tests.factories import make_user
from tests.mfa.people import (
    ACTOR,
    again,
    become_staff,
    deliver,
    enter_code,
    enter_password,
    is_signed_in,
    last_mail_code,
    phone_code,
    staff_with_app,
    turn_on_email,
    turn_on_sms,
    turn_on_totp,
)
from users import services as users

MFA = "/settings/mfa/"
SAVED = f"{MFA}recovery-codes/saved/"
API = "/api/v1/mfa/"
SOON = "Two-step sign-in is required soon (Latchkey)"
SETUP_KEY = re.compile(r'id="setup-key"[^>]*>([A-Z2-7 ]+)<')


@pytest.fixture
def everybody(settings):
    settings.MFA_REQUIRED = "all"


@pytest.fixture
def olga():
    return make_user("olga", is_staff=True)


def remove(user, method=Method.TOTP, **more):
    (device, *_) = confirmed_devices(user.user_sub, method)
    named = {"method": method, "device_id": device.device_id, **more}
    mfa.remove_device(user=again(user), **named, actor=ACTOR)


def enrol(client, url):
    """Turn an authenticator app on, from the overview; the page that shows the recovery codes."""
    page = client.get(url).content.decode()
    add = re.search(r'href="(/settings/mfa/totp/add/[^"]*)"', page)[1]
    setup = client.post(add, {"name": "phone"}).url
    secret = SETUP_KEY.search(client.get(setup).content.decode())[1].replace(" ", "")
    return client.post(setup, {"code": phone_code(secret)}).content.decode()


def profile_of(user):
    return users.get_profile(user.user_sub)


def subjects():
    deliver()
    return [sent.subject for sent in mail.outbox]


# At the door


def test_staff_without_one_are_told_why_and_come_back_to_where_they_wanted_to_go(client_for, olga):
    client = client_for(olga)
    answer = client.get("/settings/profile/?from=mail")
    assert answer.url == f"{MFA}?next=%2Fsettings%2Fprofile%2F%3Ffrom%3Dmail"
    page = client.get(answer.url).content.decode()
    assert "Staff accounts open only with two-step sign-in" in page
    add = re.search(r'href="(/settings/mfa/totp/add/\?next=[^"]+)"', page)[1]
    setup = client.post(add, {"name": "phone"}).url
    secret = SETUP_KEY.search(client.get(setup).content.decode())[1].replace(" ", "")
    wrong = client.post(setup, {"code": "000000"})
    assert "not right" in wrong.content.decode()
    assert client.get("/settings/profile/").status_code == 302
    page = client.post(setup, {"code": phone_code(secret)}).content.decode()
    assert go_on(client, page) == "/settings/profile/?from=mail"
    assert client.get("/settings/profile/?from=mail").status_code == 200


def go_on(client, page):
    """Where the tick below the recovery codes leads."""
    saved = page[page.index("Go on") - 1200 :]
    target = re.search(r'name="next" value="([^"]+)"', saved)[1]
    return client.post(SAVED, {"saved": "on", "next": target}).url


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "/\\evil.example"])
def test_it_leads_back_to_this_site_only(client_for, olga, target):
    client = client_for(olga)
    page = client.get(MFA, {"next": target}).content.decode()
    assert "evil" not in str(re.findall(r'href="([^"]*)"', page))
    assert "evil" not in client.post(f"{MFA}totp/add/?next={target}", {"name": ""}).url


def test_what_was_typed_into_a_form_is_kept(client_for, alice, everybody, settings):
    client = client_for(alice)
    settings.MFA_GRACE_DAYS = 0
    answer = client.post("/settings/profile/", {"bio": "typed"})
    assert answer.url == f"{MFA}?next=%2Fsettings%2Fprofile%2F"
    assert profile_of(alice).bio == ""
    page = enrol(client, answer.url)
    assert go_on(client, page) == "/confirm/go-on/"
    assert "typed" in client.get("/confirm/go-on/").content.decode()


def test_htmx_is_told_to_leave_its_page(client_for, olga):
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/alerts/"}
    answer = client_for(olga).post("/alerts/read-all/", headers=headers)
    assert answer.status_code == 204
    assert answer.headers["HX-Redirect"] == f"{MFA}?next=%2Falerts%2F"


def test_the_api_says_so_with_the_page(client_for, olga):
    client = client_for(olga)
    answer = client.patch(PROFILE, {"bio": "x", "version": 1}, content_type="application/json")
    told = answer.json()
    assert (answer.status_code, told["code"]) == (403, "mfa_enrolment_required")
    assert told["url"] == "http://testserver/settings/mfa/"
    assert profile_of(olga).bio == ""


def test_it_can_be_turned_on_through_the_api(client_for, olga):
    client = client_for(olga)
    setup = client.post(f"{API}totp/", {}, content_type="application/json").json()
    sent = {"code": phone_code(setup["secret"])}
    url = f"{API}totp/{setup['device_id']}/confirm/"
    assert client.post(url, sent, content_type="application/json").status_code == 200
    assert client.get(PROFILE).status_code == 200


def test_keys_are_refused_too_and_note_nothing_of_what_they_were_to_do(olga):
    client = program(issue(olga, Scope.PROFILE_WRITE).secret)
    answer = client.patch(PROFILE, {"bio": "x", "version": 1}, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (403, "mfa_enrolment_required")
    assert profile_of(olga).bio == ""
    turn_on_totp(olga)
    answer = client.patch(PROFILE, {"bio": "x", "version": 1}, content_type="application/json")
    assert answer.status_code == 200


def test_the_gate_costs_no_call(client_for, olga):
    client = client_for(olga)
    key = program(issue(olga).secret)
    with budget(calls=2, hops=2, rru=2, wru=0):
        assert client.get("/settings/profile/").status_code == 302
    with budget(calls=2, hops=2, rru=2, wru=0):
        assert client.get(PROFILE).status_code == 403
    with budget(calls=2, hops=2, rru=2, wru=0):  # of its enrolment page, which has no numbers
        assert client.get(MFA).status_code == 200
    with budget(calls=3, hops=2, wru=1):
        assert key.get(PROFILE).status_code == 403


def test_who_has_one_pays_nothing_for_it():
    client, _ = staff_with_app()
    with budget(calls=2 + shell.CALLS, hops=2 + shell.HOPS, rru=2 + shell.RRU, wru=0):
        assert client.get("/account/").status_code == 200


def test_a_mailbox_is_no_second_factor_of_staff(alice, settings):
    """Alice became staff with one. Both steps are asked for, and still she has to turn one on."""
    turn_on_email(alice)
    become_staff(alice)
    client, _ = enter_password(alice)
    client.post("/sign-in/second-step/send/", {"method": "email"})
    deliver()
    answer = enter_code(client, last_mail_code(), method="email")
    assert client.get(answer.url).url.startswith(MFA)
    assert mfa.is_stopped(again(alice))
    settings.MFA_REQUIRED = "off"
    assert is_signed_in(client)


def test_a_text_message_is_one(olga, sms_inbox):
    turn_on_sms(olga)
    assert not mfa.is_stopped(again(olga))


def test_off_frees_everybody_without_a_change_of_data(client_for, olga, settings):
    client = client_for(olga)
    before = dump_tables("users")
    settings.MFA_REQUIRED = "off"
    assert is_signed_in(client)
    assert dump_tables("users") == before


# The day of everybody else


def test_nobody_else_is_asked_by_default(client_for, alice):
    with budget(wru=0):
        mfa.begin_grace(alice)
    assert is_signed_in(client_for(alice))
    assert again(alice).mfa_due_at is None


def test_the_first_sign_in_fixes_the_day_tells_it_and_the_gate_closes_after_it(
    client_for, alice, everybody, time
):
    client = client_for(alice)
    due = again(alice).mfa_due_at
    assert due == datetime(2031, 1, 15, 23, 59, 59, tzinfo=UTC)
    page = client.get("/account/").content.decode()
    assert "Turn on two-step sign-in by 15 January" in page
    assert client.get("/api/v1/account/").json()["mfa_due_at"] == "2031-01-15T23:59:59Z"
    assert subjects() == ["Two-step sign-in will be required (Latchkey)"]
    time.move_to(due - timedelta(seconds=1))
    client = client_for(alice)
    assert is_signed_in(client)
    time.move_to(due + timedelta(seconds=1))
    assert client.get("/account/").url.startswith(MFA)
    assert "This account opens only with two-step sign-in" in client.get(MFA).content.decode()


def test_the_day_is_fixed_once(client_for, alice, everybody, settings, time):
    client_for(alice)
    due = again(alice).mfa_due_at
    time.shift(timedelta(days=2))
    settings.MFA_GRACE_DAYS = 60
    client_for(alice)
    mfa.begin_grace(alice)  # as read before the first sign-in: another one at the same moment
    assert again(alice).mfa_due_at == due
    assert subjects().count("Two-step sign-in will be required (Latchkey)") == 1


def test_later_sign_ins_and_pages_pay_nothing_for_it(client_for, alice, everybody):
    client = client_for(alice)
    alice = again(alice)
    with budget(calls=0):
        mfa.begin_grace(alice)
    with budget(calls=2 + shell.CALLS, hops=2 + shell.HOPS, wru=0):
        assert client.get("/account/").status_code == 200


def test_no_days_close_the_gate_at_once(client_for, alice, everybody, settings):
    settings.MFA_GRACE_DAYS = 0
    assert client_for(alice).get("/account/").url.startswith(MFA)
    assert again(alice).mfa_due_at is None


def test_a_reminder_comes_three_days_before(client_for, alice, everybody, time):
    client_for(alice)
    time.shift(timedelta(days=11))
    assert len(subjects()) == 1
    time.shift(timedelta(hours=12))
    assert subjects()[1:] == [SOON]
    assert "15 January 2031" in mail.outbox[1].body
    assert "http://testserver/settings/mfa/" in mail.outbox[1].body
    assert "If this was" not in mail.outbox[1].body  # nobody did it


@pytest.mark.parametrize("reason", ["a factor", "off", "disabled", "staff"])
def test_a_reminder_that_nobody_needs_any_more_is_dropped(
    client_for, alice, everybody, settings, time, reason
):
    client_for(alice)
    if reason == "a factor":
        turn_on_totp(alice)
    elif reason == "off":
        settings.MFA_REQUIRED = "off"
    elif reason == "disabled":
        operators.set_active(user_sub=alice.user_sub, active=False, actor=ACTOR)
    else:
        become_staff(alice)
    subjects()
    time.shift(timedelta(days=12))
    assert SOON not in subjects()


def test_a_reminder_that_comes_too_early_waits_for_its_day(client_for, alice, everybody, time):
    client_for(alice)
    transact(mfa.remind(alice.user_sub))
    due = [row.due for _, row in jobs.list_jobs(kind="mfa.reminder")]
    assert due == 2 * ["2031-01-12T23:59:59.000000Z"]
    assert "mfa.due_soon" not in dump_tables("alerts")


def test_a_turned_on_factor_ends_the_banner(client_for, alice, everybody):
    client = client_for(alice)
    page = enrol(client, MFA)
    assert "Two-step sign-in is on" in page
    assert "two-step sign-in by" not in page
    assert "two-step sign-in by" not in client.get("/account/").content.decode()


def test_somebody_who_becomes_staff_has_no_days(client_for, alice, everybody):
    client = client_for(alice)
    assert is_signed_in(client)
    become_staff(alice)
    assert client.get("/account/").url.startswith(MFA)


def test_whoever_was_signed_in_before_gets_the_days_at_the_next_sign_in(
    client_for, alice, settings
):
    client = client_for(alice)
    settings.MFA_REQUIRED = "all"
    assert is_signed_in(client)
    assert again(alice).mfa_due_at is None
    client_for(alice)
    assert again(alice).mfa_due_at is not None


# Keeping it


def test_staff_cannot_remove_their_last_one_by_any_door():
    client, olga = staff_with_app()
    (device,) = confirmed_devices(olga.user_sub, Method.TOTP)
    before = dump_tables("users", "totp", "recovery", "alerts")
    with pytest.raises(LastFactorRequired):
        remove(olga)
    url = f"{MFA}totp/{device.device_id}/remove/"
    for ask in (client.get, client.post):
        assert ask(url).url == MFA
        assert "Add another one first" in client.get(MFA).content.decode()
    answer = client.delete(f"{API}totp/{device.device_id}/")
    assert (answer.status_code, answer.json()["code"]) == (409, "last_factor_required")
    assert dump_tables("users", "totp", "recovery", "alerts") == before


def test_one_that_is_not_turned_on_yet_can_be_removed(alice, everybody):
    setup = mfa.start_totp(user=alice, name="", actor=ACTOR)
    mfa.remove_device(user=alice, method=Method.TOTP, device_id=setup.device_id, actor=ACTOR)
    with pytest.raises(DeviceNotFound):
        mfa.get_owned_device(alice.user_sub, Method.TOTP, setup.device_id)


def test_with_another_one_it_can_be_removed(sms_inbox):
    _, olga = staff_with_app()
    turn_on_sms(olga)
    remove(olga)
    assert again(olga).factors == {"sms"}


def test_staff_are_never_left_with_a_mailbox_alone(alice):
    turn_on_email(alice)
    turn_on_totp(alice)
    become_staff(alice)
    with pytest.raises(LastFactorRequired):
        remove(alice)
    remove(alice, Method.EMAIL)
    assert again(alice).factors == {"totp"}


def test_everybody_else_may_remove_it_unless_all_must_have_one(alice, settings):
    turn_on_totp(alice)
    settings.MFA_REQUIRED = "all"
    with pytest.raises(LastFactorRequired):
        remove(alice)
    assert again(alice).factors == {"totp"}
    settings.MFA_REQUIRED = "staff"
    remove(alice, turns_off=True)
    assert again(alice).factors == frozenset()
