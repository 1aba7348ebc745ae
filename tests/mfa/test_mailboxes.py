"""The mailbox of the second factor is never the one that resets the password."""

import re

import pytest
from django.core import mail

from core.errors import Invalid
from mfa import services as mfa
from mfa.items import Method
from tests.dumps import dump_tables
from tests.mfa.people import (
    ACTOR,
    ADDRESS,
    again,
    deliver,
    enter_code,
    enter_password,
    last_mail_code,
    turn_on_email,
)

pytestmark = pytest.mark.usefixtures("time")


def texts_to(address):
    return "\n".join(sent.body for sent in mail.outbox if sent.to == [address])


def test_the_account_cannot_move_to_the_mailbox_of_its_factor(alice):
    turn_on_email(alice)
    client, _ = enter_password(alice)
    client.post("/sign-in/second-step/send/", {"method": "email"})
    deliver()
    enter_code(client, last_mail_code(), "email")
    before = dump_tables("users")
    answer = client.post("/settings/email/", {"email": ADDRESS.upper()})
    assert "Your codes for signing in go there" in answer.content.decode()
    assert dump_tables("users") == before


def test_nor_does_a_mailbox_become_one_that_the_account_moved_to(client_for, alice):
    client = client_for(alice)
    device = mfa.start_email(user=alice, address=ADDRESS, name="", actor=ACTOR)
    deliver()
    code = last_mail_code()
    client.post("/settings/email/", {"email": ADDRESS})
    deliver()
    proof = re.search(r"\b[B-Z]{4}-[B-Z]{4}\b", texts_to(ADDRESS)).group()
    client.post("/settings/email/confirm/", {"code": proof})
    assert again(alice).email == ADDRESS
    answer = client.post(f"/settings/mfa/email/{device.device_id}/", {"code": code})
    assert "can already reset your password" in answer.content.decode()
    assert again(alice).factors == frozenset()


def test_the_service_refuses_it_too(alice):
    turn_on_email(alice)
    with pytest.raises(Invalid) as caught:
        mfa.start_email(user=again(alice), address=alice.email, name="", actor=ACTOR)
    assert list(caught.value.errors) == ["address"]
    assert not mfa.is_factor_mailbox(again(alice), alice.email)
    assert again(alice).factors == {Method.EMAIL}


def test_a_plus_tag_makes_no_other_mailbox(alice):
    tagged = alice.email.replace("@", "+codes@")
    with pytest.raises(Invalid):
        mfa.start_email(user=alice, address=tagged, name="", actor=ACTOR)
    assert mail.outbox == []
    turn_on_email(alice)
    assert mfa.is_factor_mailbox(again(alice), ADDRESS.replace("@", "+me@"))
