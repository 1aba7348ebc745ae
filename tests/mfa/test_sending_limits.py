"""What codes may cost, and whom they may bother."""

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest

from core import aws, ids, sms_budget
from core.errors import RateLimited
from core.sms import LocalInbox
from core.sms_budget import SmsBudgetSpent, Use
from mfa import services as mfa
from mfa.items import Method
from mfa.services import challenges
from tests.dumps import dump_tables
from tests.factories import make_user
from tests.mfa.people import ACTOR, PHONE, again, deliver, turn_on_sms

pytestmark = pytest.mark.usefixtures("time", "sms_inbox")


def set_up(user, end="9", actor=ACTOR):
    return mfa.start_sms(user=user, phone=PHONE[:-1] + end, name="", actor=actor, consent=True)


def sign_in_code(user):
    mfa.send_code(user=again(user), method=Method.SMS, challenge_id=ids.new_id(), actor=ACTOR)


def test_strangers_cannot_use_up_what_the_owner_of_a_number_may_get(alice, mallory):
    turn_on_sms(alice)
    for _ in range(9):  # her own set-up took one
        set_up(mallory)
    with pytest.raises(RateLimited):
        set_up(mallory)
    sign_in_code(alice)


def test_a_number_gets_ten_codes_a_day(alice, time):
    turn_on_sms(alice)
    for _ in range(10):
        sign_in_code(alice)
    with pytest.raises(RateLimited):
        sign_in_code(alice)
    time.shift(timedelta(days=1))
    sign_in_code(alice)


def test_one_place_tries_twenty_new_numbers_a_day_whatever_the_accounts(alice, time):
    people = [make_user(f"person{number}") for number in range(21)]
    for number, person in enumerate(people[:20]):
        set_up(person, str(number % 10))
    before = dump_tables("sms", "app")
    with pytest.raises(RateLimited):
        set_up(people[20], "5")
    assert dump_tables("sms", "app") == before
    set_up(people[20], "5", actor=replace(ACTOR, ip="198.51.100.7"))


def test_the_site_sends_no_more_than_it_pays_for(alice, bob, settings):
    settings.SMS_PER_DAY = 4
    set_up(alice)
    before = dump_tables("sms", "app")
    with pytest.raises(SmsBudgetSpent):
        set_up(bob, "1")
    assert dump_tables("sms", "app") == before


def test_numbers_that_somebody_makes_up_lock_nobody_out(alice, mallory, settings):
    turn_on_sms(alice)
    settings.SMS_PER_HOUR = 4
    with pytest.raises(SmsBudgetSpent):
        set_up(mallory, "1")
    sign_in_code(alice)


def test_a_code_that_nobody_took_is_given_back(alice, settings, monkeypatch, time):
    turn_on_sms(alice)
    settings.SMS_PER_DAY = 4
    send, failing = LocalInbox.send, [aws.AwsUnavailable("Throttling")]

    def once(self, **message):
        if failing:
            raise failing.pop()
        send(self, **message)

    monkeypatch.setattr(LocalInbox, "send", once)
    sign_in_code(alice)
    deliver()
    assert left(Use.SIGN_IN) == 2
    time.shift(timedelta(minutes=4))
    deliver()
    assert left(Use.SIGN_IN) == 1


def test_a_code_that_came_too_late_to_be_sent_is_given_back(alice, settings, time):
    turn_on_sms(alice)
    settings.SMS_PER_DAY = 4
    sign_in_code(alice)
    time.shift(timedelta(minutes=5))
    deliver()
    assert left(Use.SIGN_IN) == 2


def test_the_doors_say_what_else_to_do(alice, client_for, settings):
    settings.SMS_PER_DAY = 4
    client = client_for(alice)
    number = {"phone": PHONE, "name": "", "consent": True}
    assert client.post("/settings/mfa/sms/add/", number).status_code == 302
    page = client.post("/settings/mfa/sms/add/", {**number, "phone": PHONE[:-1] + "1"})
    assert page.status_code == 429
    assert "cannot send more text messages right now" in page.content.decode()
    again = {**number, "phone": PHONE[:-1] + "1"}
    answer = client.post("/api/v1/mfa/sms/", again, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (429, "sms_budget_spent")
    assert int(answer["Retry-After"]) > 0


def test_who_is_refused_uses_up_nothing_of_the_site(alice, mallory, settings, monkeypatch):
    monkeypatch.setattr(challenges, "PER_USER", challenges.Limit("mfa_code_user", 1, 86_400))
    settings.SMS_PER_DAY = 8
    set_up(mallory, "1")
    with pytest.raises(RateLimited):
        set_up(mallory, "2")
    set_up(alice)


def left(use):
    """How many more that share takes."""
    count = 0
    with suppress(SmsBudgetSpent):
        while True:
            sms_budget.book(use)
            count += 1
    for _ in range(count):
        sms_budget.give_back(use)
    return count
