import pytest

from accounts import services as accounts
from dynamo.metering import budget
from tests.factories import PASSWORD, make_user
from users import services as users
from users.errors import EmailTaken, HandleTaken


def test_it_finds_a_person_by_email_and_by_handle(alice):
    for login in ("alice@example.com", " ALICE@Example.com", "alice_h", "@Alice_H"):
        assert users.find_by_login(login) == alice


@pytest.mark.parametrize("login", ["", "@", "nobody", "nobody@example.com", "a#b", "x" * 5000])
def test_it_finds_nobody_for_anything_else(alice, login):
    assert users.find_by_login(login) is None


def test_it_keeps_an_email_and_a_handle_unique(alice):
    with pytest.raises(EmailTaken):
        accounts.create_account(email="ALICE@example.com", handle="other", password=PASSWORD)
    with pytest.raises(HandleTaken):
        accounts.create_account(email="other@example.com", handle="Alice_H", password=PASSWORD)
    assert users.find_by_login("other@example.com") is None
    assert users.find_by_login("other") is None


def test_it_costs_one_read_unit_to_load_a_signed_in_person(alice):
    with budget(calls=1, hops=1, rru=1, wru=0):
        users.get_user(alice.user_sub)


@pytest.mark.engine
def test_fifty_parallel_accounts_with_one_email_make_one():
    from concurrent.futures import ThreadPoolExecutor

    def attempt(number):
        try:
            return make_user("alice")
        except (EmailTaken, HandleTaken):
            return None

    with ThreadPoolExecutor(max_workers=10) as pool:
        made = [user for user in pool.map(attempt, range(50)) if user]
    assert len(made) == 1
    assert users.find_by_login("alice@example.com") == made[0]
