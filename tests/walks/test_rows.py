"""After a walk through an app's pages: every row is as docs/data-model.md says, and every family
that is documented there occurred."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.services import staff_resets
from alerts import services as alerts
from alerts.preference_forms import PreferencesForm
from apikeys.services.counting import counts
from billing import services as billing
from core import clock, ids
from core.actor import Actor
from jobs import schedules
from jobs.worker import run_due
from tests.accounts.lives import private_storage  # noqa: F401
from tests.accounts.lost import begin, finish_link, go_through, with_factor
from tests.accounts.mailbox import deliver
from tests.apikeys.keys import PROFILE, program, rows
from tests.billing.conftest import post, sandbox  # noqa: F401
from tests.billing.lives import dispute, refund
from tests.billing.test_adjusting import correct
from tests.factories import make_user
from tests.families import rows_of
from tests.jobs.conftest import ledger, registry  # noqa: F401
from tests.jobs.work import record
from tests.mfa.conftest import sms_inbox, time  # noqa: F401
from tests.mfa.people import (
    ADDRESS,
    PHONE,
    enter_code,
    enter_password,
    last_mail_code,
    last_text_code,
    phone_code,
)
from tests.mfa.test_devices import set_up_totp
from tests.newsfeed.uploads import TEXT
from tests.walks.rows import families, seen
from tests.walks.steps import keep, publish, publish_paid, sign_up, submit, text_of, top_up, unlock
from users import services as users

JOBS = ("OUTBOX#", "SCHEDULE#")


@pytest.mark.usefixtures("private_storage")
def test_accounts():
    client = sign_up("alice")
    submit(Client(), "/sign-up/", email="carol@example.com", handle="carol", password="x9 y8 z7 w6")
    submit(client, "/settings/profile/", do="texts", version=1, display_name="Alice", bio="Here")
    submit(client, "/settings/profile/", do="handle", version=2, handle="alice_new")
    submit(client, "/settings/email/", email="alice@new.example")
    submit(client, "/settings/data/")
    submit(Client(), "/reset-password/", email="alice@example.com")
    for login in ("alice@example.com", "nobody@example.com"):
        Client().post("/sign-in/", {"login": login, "password": "wrong"})
    found = seen()
    deliver()
    assert {
        each for each in families("users", "rate_limits") if not of_staff(each)
    } <= found | seen()


def test_lost_factors(alice, time):  # noqa: F811
    with_factor(alice)
    ask_for_reset(alice)
    begin(alice)
    found = seen()
    go_through(time, hours=72)
    enter_password(alice)[0].post(finish_link())
    expected = {each for each in families("users") if of_staff(each)}
    assert expected <= found | seen()


def of_staff(family):
    return family.pk == "APPROVALS" or family.sk.startswith(("APPROVAL#", "MFARESET"))


def ask_for_reset(user):
    carol = make_user("carol", is_staff=True)
    staff_resets.request_mfa_reset(
        user=users.get_user(user.user_sub), reason="Seen", requester=carol, actor=Actor(None)
    )


def test_sessions(client_for, alice):
    client, other = client_for(alice), client_for(alice, remember=True)
    page = text_of(client, "/settings/sessions/")
    (sid,) = set(re.findall(r"/settings/sessions/([\w-]+)/end/", page))
    assert len(list(rows_of("sessions"))) == 2
    assert families("sessions") <= seen()
    submit(client, f"/settings/sessions/{sid}/end/")
    submit(client_for(alice), "/settings/sessions/end-others/")
    assert other.get("/account/").status_code == 302
    assert families("sessions") <= seen()


@pytest.mark.usefixtures("time", "sms_inbox")
def test_mfa(client_for, alice):
    client = client_for(alice)
    url, secret = set_up_totp(client)
    client.post(url, {"code": phone_code(secret, steps=-1)})
    sent = {
        "sms": ({"phone": PHONE, "consent": "on"}, last_text_code),
        "email": ({"address": ADDRESS}, last_mail_code),
    }
    found = set()
    for method, (form, read) in sent.items():
        url = submit(client, f"/settings/mfa/{method}/add/", **form)
        deliver()
        found |= seen()
        client.post(url, {"code": read()})
    assert users.get_user(alice.pk).factors == {"totp", "sms", "email"}
    second, _ = enter_password(alice)
    assert enter_code(second, phone_code(secret)).status_code == 302
    assert families("totp", "sms", "email", "recovery") <= found | seen()


def test_apikeys(client_for, alice):
    client = client_for(alice)
    form = {"name": "deploy", "scopes": ["profile:read"], "expires_in_days": "90"}
    page = client.post("/settings/api-keys/new/", {**form, "key_id": ids.new_id()})
    (secret,) = re.findall(r"lk_live_\w{26}_\w{38}", page.content.decode())
    assert program(secret).get(PROFILE).status_code == 200
    counts.write()
    assert families("api_keys") <= seen()
    (key_id,) = rows()
    here = f"/settings/api-keys/{key_id}/"
    submit(client, f"{here}edit/", **form, description="In the cellar", version=1)
    turn = {"start": "now", "overlap_hours": 24, "expires_in_days": "keep", "version": 2}
    assert client.post(f"{here}rotate/", turn).status_code == 200
    assert program(secret).get(PROFILE).status_code == 200
    assert families("api_keys") <= seen()
    for step in ("disable/", "enable/", "revoke/", "undo-revoke/"):
        submit(client, here + step)
        assert families("api_keys") <= seen()
    submit(client, "/settings/api-keys/revoke/", key=key_id)
    assert program(secret).get(PROFILE).status_code == 401
    assert families("api_keys") <= seen()


def test_alerts(client_for, alice):
    client = client_for(alice)
    submit(client, "/settings/profile/", do="handle", version=1, handle="alice_new")
    submit(client, "/settings/email/", email="alice@new.example")
    told = re.findall(r'href="(/alerts/(\w{26})/)"', text_of(client, "/alerts/"))
    text_of(client, told[0][0])
    assert families("alerts") <= seen()
    submit(client, "/alerts/read-all/", upto=told[0][1])
    submit(client, "/settings/alerts/", **choices_of(alice) | {"money-email": "off"})
    deliver()
    assert families("alerts", "alert_prefs") <= seen()


def choices_of(user):
    """What the form of one's choices holds before anything was chosen."""
    form = PreferencesForm(preferences=alerts.get_preferences(user.user_sub))
    open_ones = {name: each for name, each in form.fields.items() if not each.disabled}
    stands = {name: form.get_initial_for_field(each, name) for name, each in open_ones.items()}
    return {
        name: value for name, value in stands.items() if value is not None and value is not False
    }


def test_billing(sandbox, client_for, alice, bob):  # noqa: F811
    client = client_for(bob)
    top_up(client, sandbox)
    unlock(client, publish_paid(client_for(alice)))
    for path in ("/wallet/", "/wallet/ledger/", "/wallet/payments/", "/wallet/payment-methods/"):
        text_of(client, path)
    [payment] = billing.list_payments(bob.user_sub).items
    refund(payment, 100)
    dispute(payment)
    correct(bob, 500)
    with time_machine.travel(clock.now() + timedelta(days=32)):  # what keeps the month's closing
        billing.list_statements(bob.user_sub)
    assert families("billing") <= seen()


def test_newsfeed(sandbox, client_for, alice, bob, media_folder):  # noqa: F811
    author, reader = client_for(alice), client_for(bob)
    submit(reader, "/@alice_h/follow/")
    author.post("/posts/attach/", {"files": [SimpleUploadedFile("notes.txt", TEXT)]})
    page, paid = publish(author), publish_paid(author)
    deliver()
    top_up(reader, sandbox)
    unlock(reader, paid)
    said = submit(reader, f"{paid}comments/", text="Well said").partition("#comment-")[2]
    submit(author, f"{paid}comments/{said}/", text="Thank you")
    submit(reader, f"{paid}comments/{said}/delete/")
    submit(reader, f"{paid}reaction/", kind="love")
    submit(reader, f"{page}hide/")
    (upto,) = set(re.findall(r'name="upto" value="(\w+)"', text_of(author, "/notifications/")))
    submit(author, "/notifications/read/", upto=upto)
    submit(reader, "/@alice_h/mute/")
    submit(author, f"{page}edit/", version=1, body="Anew", visibility="public")
    submit(author, f"{page}pin/")
    keep(author, "draft")
    keep(author, "schedule", due=f"{clock.now() + timedelta(days=1):%Y-%m-%dT%H:%M}")
    submit(author, f"{publish(author, 'Twice')}delete/")
    found = seen()
    submit(reader, "/@alice_h/unfollow/")
    submit(author, f"{page}delete/")
    deliver()
    submit(reader, "/@alice_h/block/")
    assert not {each for each in families("app") if not each.pk.startswith(JOBS)} - found - seen()


def test_jobs(registry, ledger, client_for, alice, monkeypatch):  # noqa: F811
    monkeypatch.setattr("jobs.running.MAX_TRIES", 1)
    ledger.failure = OSError("away")
    record()
    run_due()
    publish(client_for(alice))
    registry.recurring("tests.sweep", every=timedelta(hours=1))(lambda job: None)
    schedules.add_due_jobs()
    assert {each for each in families("app") if each.pk.startswith(JOBS)} <= seen()
