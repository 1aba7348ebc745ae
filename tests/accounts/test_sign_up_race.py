"""Fifty people, or one impatient one, sign up with the same address at once."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core import mail

from accounts import services
from core.actor import Actor
from core.ratelimit import Limit
from tests.accounts.mailbox import deliver
from tests.dumps import dump_tables
from tests.factories import PASSWORD, password_hash
from users import services as users
from users.errors import EmailTaken

ACTOR = Actor(user_sub=None, ip="192.0.2.1")
PEOPLE = 50


@pytest.fixture
def unlimited(monkeypatch):
    for name in ("PER_IP", "PER_ADDRESS", "PER_ADDRESS_AND_DAY", "VERIFY_PER_IP"):
        limit = Limit(name=name, times=1000, seconds=60)
        monkeypatch.setattr(f"accounts.services.sign_up.{name}", limit)
    hashed = password_hash()
    monkeypatch.setattr("users.services.hash_password", lambda raw: hashed)


def start(number):
    return services.start_sign_up(
        email="carol@example.com", handle=f"carol_{number}", password=PASSWORD, actor=ACTOR
    )


def verify(attempt_and_code):
    attempt, code = attempt_and_code
    try:
        return services.verify_sign_up(attempt=attempt, code=code, actor=ACTOR)
    except EmailTaken:
        return None


@pytest.mark.engine
@pytest.mark.usefixtures("unlimited")
def test_fifty_parallel_sign_ups_with_one_email_give_one_account():
    with ThreadPoolExecutor(max_workers=10) as people:
        attempts = list(people.map(start, range(PEOPLE)))
        while deliver():
            pass
        assert len(mail.outbox) == PEOPLE
        codes = dict(map(read, mail.outbox))
        made = [user for user in people.map(verify, [(a, codes[a]) for a in attempts]) if user]
    assert len(made) == 1
    assert users.find_by_login("carol@example.com") == made[0]
    assert dump_tables("users").count("('sk', 'ACCOUNT')") == 1
    taken = [number for number in range(PEOPLE) if users.handle_is_taken(f"carol_{number}")]
    assert [f"carol_{number}" for number in taken] == [made[0].handle]


def read(message):
    """The attempt and the code that one mail carries."""
    attempt = re.search(r"/verify-email/([^/]+)/", message.body).group(1)
    return attempt, re.search(r"\b[B-Z]{4}-[B-Z]{4}\b", message.body).group()
