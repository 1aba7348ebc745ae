"""Changing one's handle: unique whoever asks when, told, limited, and kept for a while."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from django.core import mail

from core import clock
from core.errors import ApplicationError
from tests.accounts.mailbox import deliver
from tests.accounts.test_profile import PAGE, ROWS, change, error_of, patch
from tests.dumps import dump_tables
from tests.factories import make_user
from users import services as users
from users.errors import HandleChangeLimited, HandleTaken, ProfileChanged


def test_a_new_handle_is_on_both_rows_and_the_person_is_told(client_for, alice):
    client = client_for(alice)
    assert client.post(PAGE, {"do": "handle", "version": 1, "handle": "@Alice_New"}).url == PAGE
    assert users.get_user(alice.pk).handle == users.get_profile(alice.pk).handle == "alice_new"
    assert users.find_by_login("alice_new") == alice
    assert "account.handle.changed" in dump_tables("alerts")
    mail.outbox.clear()
    assert deliver() == 1
    assert mail.outbox[0].to == ["alice@example.com"]
    assert "handle" in mail.outbox[0].subject


def test_the_old_handle_finds_nobody_and_stays_its_former_owners(alice, bob):
    with time_machine.travel(clock.now(), tick=False) as time:
        change(alice, handle="alice_new")
        assert users.find_by_login("alice_h") is None
        time.shift(timedelta(days=14, seconds=-1))
        assert users.handle_is_taken("alice_h")
        with pytest.raises(HandleTaken):
            change(bob, handle="alice_h")
        time.shift(timedelta(seconds=1))
        assert not users.handle_is_taken("alice_h")
        change(bob, handle="alice_h")
    assert users.find_by_login("alice_h") == bob


def test_nobody_signs_up_with_a_handle_that_is_kept(alice):
    change(alice, handle="alice_new")
    with pytest.raises(HandleTaken):
        users_account("alice_h")
    with time_machine.travel(clock.now() + timedelta(days=14, seconds=1), tick=False):
        assert users_account("alice_h").handle == "alice_h"


def users_account(handle):
    from accounts.services import create_account

    return create_account(email=f"{handle}@example.net", handle=handle, password="x7 lamp quay owl")


def test_its_former_owner_may_go_back(alice):
    change(alice, handle="alice_new")
    change(alice, handle="alice_h")
    assert users.find_by_login("alice_h") == alice
    assert users.find_by_login("alice_new") is None
    assert users.handle_is_taken("alice_new")


def test_a_third_change_within_fourteen_days_is_refused(client_for, alice):
    with time_machine.travel(clock.now(), tick=False) as time:
        change(alice, handle="alice_1")
        time.shift(timedelta(days=3))
        change(alice, handle="alice_2")
        client = client_for(alice)
        before = dump_tables(*ROWS)
        answer = patch(client, handle="alice_h")
        assert (answer.status_code, answer.json()["code"]) == (429, "handle_change_limited")
        assert int(answer.headers["Retry-After"]) == timedelta(days=11).total_seconds() + 1
        page = client.post(PAGE, {"do": "handle", "version": 3, "handle": "alice_3"})
        assert "You can again on" in error_of(page, "handle")
        assert dump_tables(*ROWS) == before
        time.shift(timedelta(days=11, seconds=1))
        change(alice, handle="alice_3")
        with pytest.raises(HandleChangeLimited):
            change(alice, handle="alice_4")


@pytest.mark.engine
def test_parallel_changes_to_one_name_give_one_winner():
    people = [make_user(f"person{number}") for number in range(8)]

    def take(person):
        try:
            return change(person, handle="the_name")
        except ApplicationError as error:
            return error

    with ThreadPoolExecutor(max_workers=8) as pool:
        results = list(pool.map(take, people))
    losers = [result for result in results if isinstance(result, HandleTaken)]
    (winner,) = [result for result in results if not isinstance(result, ApplicationError)]
    assert len(losers) == 7
    assert users.find_by_login("the_name").pk == winner.user_sub
    assert dump_tables("users").count("('handle', 'the_name')") == 2
    assert all(users.find_by_login(p.handle) == p for p in people if p.pk != winner.user_sub)


@pytest.mark.engine
def test_parallel_changes_of_one_person_give_one_winner(alice):
    def take(number):
        try:
            return change(alice, version=1, handle=f"alice_{number}")
        except ApplicationError as error:
            return error

    with ThreadPoolExecutor(max_workers=6) as pool:
        results = list(pool.map(take, range(6)))
    assert sum(isinstance(result, ProfileChanged) for result in results) == 5
    taken = [number for number in range(6) if users.handle_is_taken(f"alice_{number}")]
    assert users.get_user(alice.pk).handle == f"alice_{taken[0]}"
    assert len(taken) == 1
