"""The operator who replaces the key, and a person who has one of everything under it."""

import base64
import re
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from alerts.items import Channel, SuspensionReason
from alerts.services import webhooks
from alerts.services.suspending import suspend_address, suspension_writes
from apikeys.items import RotationStart
from core import clock
from dynamo.table import transact
from jobs import services as jobs
from mfa import services as mfa
from tests.accounts.mailbox import deliver
from tests.alerts.people import actor
from tests.alerts.receivers import ask_for
from tests.apikeys.keys import issue
from tests.apikeys.owners import rotate
from tests.factories import PASSWORD
from tests.mfa.people import (
    ACTOR,
    PHONE,
    again,
    turn_on_email,
    turn_on_sms,
    turn_on_totp,
)
from tests.walks.steps import submit

COMMAND = "rotate_encryption_keys"
NEW = f"t2:{base64.b64encode(bytes(range(50, 82))).decode()}"
SECRET_JOB = "tests.secret"


def run(*arguments):
    return call_out(COMMAND, *arguments)


def call_out(*arguments):
    out = StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


def refused(*arguments):
    """What it printed, and why it ended with exit code 1."""
    out = StringIO()
    with pytest.raises(CommandError) as error:
        call_command(COMMAND, *arguments, stdout=out)
    return out.getvalue(), str(error.value)


class Keys:
    """The step of the operator that is done."""

    def __init__(self, settings):
        self.settings = settings

    def add_new(self):
        self.settings.FIELD_ENCRYPTION_KEYS = [NEW, *self.settings.FIELD_ENCRYPTION_KEYS]

    def remove_old(self):
        self.settings.FIELD_ENCRYPTION_KEYS = [NEW]


class Life:
    """Alice has one of everything that is encrypted at rest."""

    def __init__(self, user, client, time):
        self.user, self.client = user, client
        time.shift(timedelta(minutes=6))
        assert "/confirm/" in submit(client, "/settings/api-keys/new/", name="kept half-way")
        submit(client, "/confirm/", password=PASSWORD)
        self.totp, _ = turn_on_totp(user)
        turn_on_sms(user)
        turn_on_email(user)
        [phone] = [d for d in mfa.overview(again(user)).devices if d.method == "sms"]
        mfa.use_for_alerts(phone, actor=ACTOR)
        self.old_hook = ask_for(user)
        self.hook = webhooks.rotate_secret(
            user_sub=user.user_sub,
            endpoint_id=self.old_hook.endpoint.endpoint_id,
            actor=actor(user),
        )
        suspend_address(user.email, SuspensionReason.BOUNCED)
        sms = {"channel": Channel.SMS, "address": PHONE, "reason": SuspensionReason.BOUNCED}
        transact(suspension_writes(user_sub=user.user_sub, **sms))
        self.api_key = issue(user).secret
        self.rotated = [rotate(issue(user).key, start=start).key for start in RotationStart]
        submit(client, "/settings/data/")
        deliver()
        (self.export,) = re.findall(r"/settings/data/\w{26}/", client.get("/settings/data/").text)
        submit(client, "/settings/email/", email="alice@new.example")
        mfa.start_sms(user=again(user), phone="+4915123456780", name="", actor=ACTOR, consent=True)
        mfa.start_email(user=again(user), address="third@example.org", name="", actor=ACTOR)
        jobs.enqueue(
            SECRET_JOB,
            ids={"user_sub": user.user_sub},
            secret={"token": "of the job"},
            due=clock.now() + timedelta(days=2),
        )
