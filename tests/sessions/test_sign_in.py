"""What signing in, changing keys and signing out leave in the table."""

import pytest
from django.contrib.auth import logout
from django.contrib.sessions.backends.base import UpdateError
from django.test import RequestFactory

from dynamo.metering import budget
from sessions.backends.dynamodb import SessionStore
from sessions.keys import hash_of
from tests.dumps import dump_tables
from tests.sessions import stores


def test_signing_in_without_a_session_is_one_write(alice):
    with budget(calls=1, rru=0, wru=3):  # a row of up to 1 KB, its index entry
        session = stores.sign_in(alice)
    item = stores.row(session.session_key)
    assert item["user_sub"] == alice.user_sub
    assert item["kind"] == "session"
    assert item["lifetime"] == "standard"
    assert item["methods"] == ["password"]
    assert item["ip"] == stores.ADDRESS
    assert item["label"] == "Firefox on Windows"
    assert item["epoch"] == 0
    assert not item["data"].keys() & {"_auth_user_id", "_meta"}


def test_no_table_holds_the_cookie_of_a_browser(alice, client_for):
    cookies = client_for(alice, remember=True).cookies
    dump = dump_tables()
    assert alice.user_sub in dump
    assert [name for name, morsel in cookies.items() if morsel.value in dump] == []


def test_signing_in_with_a_session_is_one_transaction(alice):
    session = SessionStore(stores.saved(cart=1))
    old_key = session.session_key
    session.get("cart")
    with budget(calls=1) as spent:
        stores.sign_in(alice, session)
    assert [operation.name for operation in spent.operations] == ["TransactWriteItems"]
    assert stores.row(old_key) is None
    assert session.session_key != old_key
    assert SessionStore(session.session_key)["cart"] == 1
    assert len(stores.rows()) == 1


def test_signing_in_again_gives_a_new_key_and_public_id(alice):
    session = stores.sign_in(alice)
    before = (session.session_key, session.sid)
    stores.sign_in(alice, session)
    assert session.session_key != before[0]
    assert session.sid != before[1]
    assert stores.row(before[0]) is None


def test_signing_in_as_somebody_else_keeps_nothing(alice, bob):
    session = stores.sign_in(alice)
    session["cart"] = "alice's"
    session.save()
    stores.sign_in(bob, session)
    (row,) = stores.rows()
    assert row["user_sub"] == bob.user_sub
    assert "cart" not in row["data"]


def test_an_unknown_lifetime_is_refused(alice):
    with pytest.raises(ValueError, match="forever"):
        stores.sign_in(alice, lifetime="forever")
    assert stores.rows() == []


def test_a_new_key_keeps_the_public_id_and_the_age(alice):
    session = stores.sign_in(alice)
    before = stores.row(session.session_key)
    session.moves_at_save = False
    session.cycle_key()
    after = stores.row(session.session_key)
    assert after["session_hash"] == hash_of(session.session_key) != before["session_hash"]
    for name in ("sid", "created_at", "absolute_expires_at", "authenticated_at", "user_sub"):
        assert after[name] == before[name]
    assert len(stores.rows()) == 1


def test_a_save_after_a_new_key_writes_nothing(alice):
    session = stores.sign_in(alice)
    session.cycle_key()
    session.save()
    with budget(calls=0):
        session.save()


def test_a_new_key_for_nothing_stored_writes_nothing():
    session = SessionStore()
    with budget(calls=0):
        session.cycle_key()
    assert session.is_empty()


def test_a_new_key_does_not_revive_an_ended_session(alice):
    session = stores.sign_in(alice)
    SessionStore(session.session_key).delete()
    session.cycle_key()
    with pytest.raises(UpdateError):
        session.save()
    assert stores.rows() == []


def test_a_new_key_does_not_revive_a_session_cleared_unread(alice):
    key = stores.sign_in(alice).session_key
    session = SessionStore(key)
    session.clear()
    session["a"] = 1
    SessionStore(key).delete()
    with pytest.raises(UpdateError):
        session.cycle_key()
    assert stores.rows() == []


def test_a_new_key_takes_along_what_others_changed_meanwhile(alice):
    session = stores.sign_in(alice)
    other = stores.reopened(session)
    session["ours"] = 1
    session.cycle_key()
    other["theirs"] = 2
    other.save()
    session.save()
    stored = SessionStore(session.session_key)
    assert (stored["ours"], stored["theirs"]) == (1, 2)
    assert len(stores.rows()) == 1


def test_signing_out_while_a_new_key_is_due_leaves_no_row(alice):
    session = stores.sign_in(alice)
    session.cycle_key()
    session.flush()
    assert stores.rows() == []
    assert session.session_key is None


def test_signing_out_deletes_the_row(alice):
    request = RequestFactory().get("/")
    request.session = stores.sign_in(alice)
    logout(request)
    assert stores.rows() == []


def test_a_session_without_its_person_leaves_the_index(alice):
    session = stores.sign_in(alice)
    for name in ("_auth_user_id", "_meta"):
        del session[name]
    session.save()
    (row,) = stores.rows()
    assert not row.keys() & {"user_sub", "epoch", "ip", "label", "lifetime", "methods"}


def test_only_the_last_sessions_of_a_person_stay(alice, settings, client_for):
    settings.SESSION_MAX_PER_USER = 3
    first = client_for(alice)
    others = [client_for(alice) for _ in range(3)]
    assert len(stores.rows()) == 3
    assert first.get("/account/").status_code == 302
    assert [client.get("/account/").status_code for client in others] == [200] * 3
