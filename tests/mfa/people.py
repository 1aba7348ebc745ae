"""People with second factors, and what they hold in their hands."""

import re

import pyotp
import time_machine
from django.core import mail
from django.test import Client

from core import clock, inbox
from core.actor import Actor
from dynamo.expressions import Update
from dynamo.schema import schema_named
from dynamo.table import Table
from mfa import services as mfa
from mfa.items import Method
from tests.factories import PASSWORD, make_user
from users import services as users
from users.repository import account_key

ACTOR = Actor(user_sub=None, ip="192.0.2.7", user_agent="Firefox")
PHONE = "+4915123456789"
ADDRESS = "second@example.org"


def again(user):
    """The person as stored now: factors move the trust epoch."""
    return users.get_user(user.user_sub)


def phone_code(secret, *, steps=0):
    """What the authenticator app shows, `steps` half minutes from now."""
    return pyotp.TOTP(secret).at(clock.now(), counter_offset=steps)


def turn_on_totp(user, *, steps=-1, name="my phone"):
    """The secret in the app, and the recovery codes of a first factor.

    By the code of the step before, so that the one shown now still works: with the clock
    stopped, as that code ends when the step does.
    """
    user = again(user)
    with time_machine.travel(clock.now(), tick=False):
        setup = mfa.start_totp(user=user, name=name, actor=ACTOR)
        code = phone_code(setup.secret, steps=steps)
        codes = mfa.confirm_totp(user=user, device_id=setup.device_id, code=code, actor=ACTOR)
    return setup.secret, codes


def turn_on_sms(user, phone=PHONE, name=""):
    user = again(user)
    device = mfa.start_sms(user=user, phone=phone, name=name, actor=ACTOR, consent=True)
    return device, confirm_sent(user, Method.SMS, device, last_text_code)


def turn_on_email(user, address=ADDRESS):
    user = again(user)
    device = mfa.start_email(user=user, address=address, name="", actor=ACTOR)
    return device, confirm_sent(user, Method.EMAIL, device, last_mail_code)


def confirm_sent(user, method, device, read):
    deliver()
    return mfa.confirm_sent(
        user=user, method=method, device_id=device.device_id, code=read(), actor=ACTOR
    )


def deliver():
    from jobs.worker import run_due

    run_due()


def last_text_code():
    texts = [message for message in inbox.list_messages() if message.kind == "sms"]
    return re.search(r"\b(\d{6})\b", texts[0].text).group(1)


def last_mail_code():
    codes = [found for sent in mail.outbox for found in re.findall(r"^ +(\d{6})$", sent.body, re.M)]
    return codes[-1]


def enter_password(user, client=None, **extra):
    client = client or Client()
    answer = client.post("/sign-in/", {"login": user.email, "password": PASSWORD, **extra})
    return client, answer


def enter_code(client, code, method="totp", **extra):
    return client.post("/sign-in/second-step/", {"method": method, "code": code, **extra})


def is_signed_in(client):
    return client.get("/account/").status_code == 200


def become_staff(user):
    Table(schema_named("users")).update(account_key(user.user_sub), Update().set("is_staff", True))


def staff_with_app(name="olga"):
    """A staff person who may do something: their client, signed in by both steps, and they."""
    user = make_user(name, is_staff=True)
    secret, _ = turn_on_totp(user)
    client, _ = enter_password(user)
    assert enter_code(client, phone_code(secret)).status_code == 302
    return client, again(user)
