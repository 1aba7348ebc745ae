"""What the tables hold of second factors, and what goes with a person."""

import re
from datetime import timedelta

import pytest
from django.core import mail

from alerts.items import AlertKind
from dynamo.schema import schema_named
from dynamo.table import Table
from mfa import personal_data
from mfa import services as mfa
from mfa.items import Method
from mfa.services.recovery import normalised
from tests.dumps import dump_tables
from tests.mfa.people import (
    ACTOR,
    ADDRESS,
    PHONE,
    again,
    deliver,
    enter_password,
    last_mail_code,
    last_text_code,
    turn_on_email,
    turn_on_sms,
    turn_on_totp,
)

OVERVIEW = "/settings/mfa/"
pytestmark = pytest.mark.usefixtures("time")


def test_the_tables_hold_no_secret_no_code_and_no_number(alice, sms_inbox, time):
    secret, codes = turn_on_totp(alice)
    turn_on_sms(alice)
    turn_on_email(alice)
    waiting = mfa.start_sms(
        user=again(alice), phone=PHONE[:-1] + "1", name="", actor=ACTOR, consent=True
    )
    stored = dump_tables()  # with the job that carries the code
    deliver()
    said = [secret, PHONE, PHONE[1:], PHONE[:-1] + "1", PHONE[3:], ADDRESS, *codes]
    said += [normalised(code) for code in codes]
    for text in said:
        assert text not in stored
        assert text not in dump_tables()
    assert waiting.device_id in stored
    assert f"'{last_text_code()}'" not in stored
    assert mail.outbox


def test_nor_does_what_managing_them_leaves_behind(client_for, alice, sms_inbox, time):
    """Names, the choice, codes of each device, few codes left, a file of them, a removal."""
    client = client_for(alice)
    secret, old = turn_on_totp(alice)
    phones = [turn_on_sms(alice, phone=PHONE[:-1] + end)[0] for end in "12"]
    mailbox, _ = turn_on_email(alice)
    new = mfa.replace_recovery_codes(user=again(alice), actor=ACTOR)
    client.post(f"{OVERVIEW}recovery-codes/download/", {"codes": new})
    waiting, _ = enter_password(alice)
    for device in (*phones, mailbox):
        chosen = {"method": device.method, "device_id": device.device_id}
        mfa.prefer_device(user=again(alice), **chosen, actor=ACTOR)
        mfa.rename_device(user=again(alice), **chosen, name=f"my {device.method}", actor=ACTOR)
        waiting.post("/sign-in/second-step/send/", chosen)
        time.shift(timedelta(seconds=31))
    verify = {"user": again(alice), "method": Method.RECOVERY, "actor": ACTOR, "challenge_id": ""}
    for code in new[:7]:
        mfa.verify(**verify, code=code)
    gone = {"method": Method.SMS, "device_id": phones[0].device_id}
    mfa.remove_device(user=again(alice), **gone, actor=ACTOR)
    stored = [dump_tables()]  # with the jobs that carry codes
    deliver()
    stored.append(dump_tables())
    plain = [secret, ADDRESS, PHONE[:-1], PHONE[1:-1], PHONE[3:-1], *old, *new]
    plain += [normalised(code) for code in (*old, *new)]
    sent = [last_text_code(), last_mail_code()]
    for text in (*plain, *(f"'{code}'" for code in sent)):
        assert all(text not in dump for dump in stored)
    assert AlertKind.RECOVERY_CODES_LOW in stored[0]
    assert AlertKind.MFA_PREFERRED_CHANGED in stored[0]


def test_every_row_carries_its_owner_and_its_times(alice, sms_inbox):
    turn_on_totp(alice)
    turn_on_sms(alice)
    mfa.start_email(user=again(alice), address=ADDRESS, name="", actor=ACTOR)
    for name in ("totp", "sms", "email", "recovery"):
        rows = list(Table(schema_named(name)).scan())
        assert rows
        for row in rows:
            assert {"user_sub", "created_at", "updated_at", "sv"} <= row.keys()
            sort = row.get("device_id") or row["code_hash"]
            assert re.fullmatch(r"(CHALLENGE#)?[0-7][0-9A-Z]{25}|[0-9a-f]{64}", sort)


def test_nothing_of_a_person_stays_after_their_erasure(alice, bob, sms_inbox):
    for user, phone in ((alice, PHONE), (bob, PHONE[:-1] + "1")):
        turn_on_totp(user)
        turn_on_sms(user, phone=phone)
        mfa.start_email(
            user=again(user), address=f"x{user.handle}@example.org", name="", actor=ACTOR
        )
    exported = personal_data.export(alice.user_sub)
    assert {name: len(rows) for name, rows in exported.items()} == {
        "totp_devices": 1,
        "sms_devices": 1,
        "email_devices": 2,
        "recovery_codes": 10,
    }
    for rows in exported.values():
        assert not {"secret", "phone", "address", "code_hash"} & {
            name for row in rows for name in row
        }
    personal_data.erase(alice.user_sub)
    left = dump_tables("totp", "sms", "email", "recovery")
    assert alice.user_sub not in left
    assert bob.user_sub in left
