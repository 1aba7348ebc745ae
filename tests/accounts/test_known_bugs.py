"""Faults that other products had and published, each with the test that keeps it out of here.

Those that other tests prove already are listed by name; tests/test_references.py looks that they
are there. What concerns second factors comes with them.
"""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.test import Client

from dynamo.expressions import Update
from dynamo.table import Table
from tests.accounts.mailbox import deliver, last_code
from tests.factories import PASSWORD
from users import repository as rows
from users import services as users

WRONG = "not the password at all"
PROVEN_ELSEWHERE = {
    "django-allauth 65.14.2: X-Forwarded-For beats the limits": (
        "accounts/test_sign_in.py::test_a_forwarded_address_does_not_beat_the_limit",
        "core/test_client_ip.py::test_without_proxies_only_the_peer_counts",
    ),
    "django-allauth 65.8.1: a good sign-in clears the limit of its address": (
        "accounts/test_sign_in_protection.py::test_a_good_sign_in_does_not_clear_the_count_of_its_address",
    ),
    "idenplane #398: parallel guesses pass the counter of tries": (
        "core/test_ratelimit.py::test_of_fifty_at_once_exactly_the_limit_passes",
        "accounts/test_sign_in_protection.py::test_fifty_parallel_wrong_passwords_let_exactly_the_limit_through",
    ),
    "open-mercato #2691: a raw token is looked up when its digest is not found": (
        "sessions/test_engine.py::test_a_stored_digest_opens_no_session",
    ),
    "django-allauth 65.12.1: a fault in the change of an email address": (
        "accounts/test_email_change.py::test_nor_does_another_persons_code_fit_a_change_of_ones_own",
        "accounts/test_email_change.py::test_an_address_that_was_taken_meanwhile_is_refused",
        "accounts/test_email_change.py::test_the_link_of_one_person_does_nothing_for_another",
    ),
    "django-allauth 65.13.0: a link stays good after is_active=False": (
        "accounts/test_password_reset.py::test_it_refuses_a_link_that_is_over_and_changes_nothing",
        "sessions/test_middleware.py::test_an_inactive_person_is_signed_out",
    ),
    "django-two-factor-auth: a code that was used works again": (
        "accounts/test_sign_up.py::test_it_refuses_a_used_code",
    ),
    "django-dysession: the old key lives on after signing in or out": (
        "accounts/test_sign_in.py::test_signing_out_ends_the_session",
        "accounts/test_api_doors.py::test_signing_in_gives_a_new_key_and_ends_the_old_one",
        "sessions/test_engine.py::test_delete_takes_the_key_it_is_given",
    ),
}


def try_sign_in(login, password, client=None):
    body = {"login": login, "password": password}
    return (client or Client()).post("/api/v1/sessions/", body, content_type="application/json")


def set_account(user, **values):
    update = Update()
    for name, value in values.items():
        update = update.set(name, value)
    Table(rows.SCHEMA).update(rows.account_key(user.user_sub), update)


def test_a_disabled_account_keeps_no_way_in(alice, client_for):
    """django-allauth 65.13.0: tokens stayed alive after is_active=False."""
    client = client_for(alice)
    set_account(alice, is_active=False)
    assert client.get("/api/v1/account/").status_code == 401
    assert client.get("/account/").status_code == 302
    refused, unknown = try_sign_in(alice.email, PASSWORD), try_sign_in("nobody", WRONG)
    assert refused.status_code == unknown.status_code == 401
    assert refused.json()["code"] == unknown.json()["code"] == "wrong_sign_in"


@pytest.mark.parametrize("stored", ["", "!", "plain", PASSWORD])
@pytest.mark.parametrize("typed", ["", " ", "!", "plain", PASSWORD])
def test_what_is_no_hash_lets_nobody_in(alice, stored, typed):
    """django-allauth 65.11.1: a blank password was stored where an unusable one was meant."""
    set_account(alice, password=stored)
    assert not users.check_user_password(users.get_user(alice.user_sub), typed)
    assert try_sign_in(alice.email, typed).status_code in (400, 401)


@pytest.mark.parametrize("stolen_as", ["row_hash", "token_hash"])
def test_what_the_table_holds_of_a_sign_up_verifies_nothing(client, stolen_as):
    """open-mercato #2691: a look-up by the raw value would make the stored digest a key."""
    body = {"email": "carol@example.com", "handle": "carol", "password": PASSWORD}
    attempt = client.post("/sign-up/", body).url.split("/")[2]
    (row,) = [item for item in Table(rows.SCHEMA).scan() if item["pk"].startswith("VERIFY#")]
    stolen = row["pk"].removeprefix("VERIFY#") if stolen_as == "row_hash" else attempt
    token = row["token_hash"]
    Client().post(f"/verify-email/{stolen}/link/{token}/", {"password": PASSWORD})
    assert users.find_by_login("carol@example.com") is None


@pytest.mark.engine
def test_of_many_parallel_codes_ten_are_compared(client, monkeypatch):
    """idenplane #398: the counter of tries was read, compared and written in three steps."""
    body = {"email": "carol@example.com", "handle": "carol", "password": PASSWORD}
    attempt = client.post("/sign-up/", body).url.split("/")[2]
    deliver()
    compared = []
    monkeypatch.setattr(
        "core.crypto.code_matches", lambda code, *_, **__: compared.append(code) or False
    )

    def guess(_):
        data = {"code": "BBBB-BBBB", "password": PASSWORD}
        return Client().post(f"/verify-email/{attempt}/", data).status_code

    with ThreadPoolExecutor(10) as pool:
        list(pool.map(guess, range(25)))
    assert len(compared) == 10
    monkeypatch.undo()
    client.post(f"/verify-email/{attempt}/", {"code": last_code()})
    assert users.find_by_login("carol@example.com") is None
