import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.contrib.sessions.backends.base import CreateError, UpdateError
from django.test import override_settings

from dynamo.errors import Unavailable
from dynamo.metering import budget
from sessions.backends.dynamodb import SessionStore
from sessions.errors import SessionTooLarge
from sessions.keys import new_key
from tests.dumps import dump_tables
from tests.sessions import stores


def test_it_stores_a_digest_of_the_key_and_never_the_key():
    key = stores.saved(cart=[1, 2])
    dump = dump_tables()
    assert "cart" in dump
    assert key not in dump
    assert SessionStore(key)["cart"] == [1, 2]


def test_a_stored_digest_opens_no_session():
    key = stores.saved(cart=1)
    (row,) = stores.rows()
    assert SessionStore(row["session_hash"]).load() == {}
    assert SessionStore(row["session_hash"][:32]).load() == {}
    assert SessionStore(key).load() == {"cart": 1}


def test_a_new_session_is_one_write():
    with budget(calls=1, rru=0, wru=1):
        stores.saved(cart=1)
    (row,) = stores.rows()
    assert row["data"] == {"cart": "1"}
    assert "user_sub" not in row


def test_a_save_writes_only_the_keys_that_changed():
    key = stores.saved(a=1, b=2, c=3)
    first, second = SessionStore(key), SessionStore(key)
    first["a"] = 10
    del second["b"]
    second["d"] = 4
    with budget(calls=2, wru=1):
        first.save()
    with budget(calls=1, wru=1):
        second.save()
    assert SessionStore(key).load() == {"a": 10, "c": 3, "d": 4}


def test_an_unchanged_save_writes_nothing():
    session = SessionStore(stores.saved(a={"b": [1]}))
    session["a"]["b"][0] = 1
    session.modified = True
    with budget(calls=0):
        session.save()


def test_a_change_inside_a_value_is_found():
    key = stores.saved(a={"b": [1]})
    session = SessionStore(key)
    session["a"]["b"].append(2)
    session.modified = True
    session.save()
    assert SessionStore(key)["a"] == {"b": [1, 2]}


def test_keys_that_are_no_text_become_what_json_makes_of_them():
    session = SessionStore()
    session[2], session[True], session[None] = "one", "yes", "nothing"
    session.save()
    assert stores.reopened(session).load() == {"2": "one", "true": "yes", "null": "nothing"}


@pytest.mark.parametrize("name", ["a.b", "#", "data", ":v", "size(x)", "ключ", " ", "a" * 300])
def test_any_text_is_a_key(name):
    session = SessionStore(stores.saved(other=1))
    session[name] = "first"
    session.save()
    again = stores.reopened(session)
    again[name] = "second"
    again.save()
    assert stores.reopened(session).load() == {"other": 1, name: "second"}


def test_an_empty_key_is_refused_and_nothing_changes():
    session = SessionStore(stores.saved(other=1))
    session[""] = session["other"] = 2
    with pytest.raises(ValueError, match="A session key is text that is not empty"):
        session.save()
    assert stores.reopened(session).load() == {"other": 1}


def test_clearing_without_reading_leaves_nothing_behind():
    key = stores.saved(a=1, b=2)
    session = SessionStore(key)
    session.clear()
    session["c"] = 3
    session.save()
    assert SessionStore(key).load() == {"c": 3}
    assert stores.row(key)["data"] == {"c": "3"}


def test_many_changed_keys_are_written_as_a_whole():
    key = stores.saved(kept=1)
    session = SessionStore(key)
    session.update({f"key{n}": n for n in range(150)})
    with budget(calls=2):
        session.save()
    assert SessionStore(key).load() == {"kept": 1, **{f"key{n}": n for n in range(150)}}


def test_a_whole_write_keeps_what_others_changed_meanwhile():
    key = stores.saved(theirs=1, gone=1, ours=1)
    session, other = SessionStore(key), SessionStore(key)
    session.update({"ours": 2, **{f"key{n}": n for n in range(150)}})
    other["theirs"] = 2
    del other["gone"]
    other.save()
    session.save()
    stored = SessionStore(key).load()
    assert (stored["theirs"], stored["ours"], stored["key149"]) == (2, 2, 149)
    assert "gone" not in stored
    assert session.load() == dict(session.items())


def test_a_save_after_an_end_brings_nothing_back():
    key = stores.saved(a=1)
    session = SessionStore(key)
    session["a"] = 2
    SessionStore(key).delete()
    with pytest.raises(UpdateError):
        session.save()
    assert stores.rows() == []


def test_a_whole_write_after_an_end_brings_nothing_back():
    key = stores.saved(a=1)
    session = SessionStore(key)
    session.update({f"key{n}": n for n in range(150)})
    SessionStore(key).delete()
    with pytest.raises(UpdateError):
        session.save()
    assert stores.rows() == []


def test_reading_again_after_an_end_forgets_what_it_held():
    key = stores.saved(secret=1)
    session = SessionStore(key)
    assert session["secret"] == 1
    SessionStore(key).delete()
    assert session.load() == {}
    session.save()
    assert [row["data"] for row in stores.rows()] == [{}]


def test_the_first_save_after_its_own_delete_is_refused():
    session = SessionStore()
    session.save()
    session.delete()
    with pytest.raises(UpdateError):
        session.save()
    assert stores.rows() == []


def test_a_taken_key_is_not_written_over():
    key = stores.saved(a=1)
    session = SessionStore(key)
    session["a"] = 2
    with pytest.raises(CreateError):
        session.save(must_create=True)
    assert SessionStore(key).load() == {"a": 1}


def test_delete_takes_the_key_it_is_given():
    first, second = stores.saved(a=1), stores.saved(b=1)
    SessionStore(first).delete(second)
    assert SessionStore(first).load() == {"a": 1}
    assert not SessionStore().exists(second)


@pytest.mark.parametrize("key", ["", "1234567", "x" * 31, "x" * 33, "X" * 32, "../" * 11, "é" * 32])
def test_text_that_cannot_be_a_key_is_not_looked_up(key):
    with budget(calls=0):
        session = SessionStore(key)
        assert session.get("a") is None
        assert session.session_key is None
        SessionStore().delete(key)
        assert not SessionStore().exists(key)


def test_an_unknown_key_costs_one_read_and_is_not_adopted():
    key = new_key()
    session = SessionStore(key)
    with budget(calls=1, rru=1, wru=0):
        assert session.get("a") is None
        assert session.get("b") is None
    session["a"] = 1
    session.save()
    assert session.session_key != key
    assert stores.row(key) is None


def test_a_row_of_another_kind_is_no_session():
    from dynamo.expressions import Update
    from dynamo.table import Table
    from sessions.repository import SCHEMA

    key = stores.saved(a=1)
    (row,) = stores.rows()
    Table(SCHEMA).update({"session_hash": row["session_hash"]}, Update().set("kind", "browser"))
    assert SessionStore(key).load() == {}


@override_settings(SESSION_MAX_BYTES=1000)
def test_a_session_that_is_too_large_is_refused_and_nothing_changes():
    key = stores.saved(a="x" * 500)
    session = SessionStore(key)
    session["b"] = "y" * 500
    with pytest.raises(SessionTooLarge, match=r"would hold 100\d bytes; SESSION_MAX_BYTES is 1000"):
        session.save()
    assert SessionStore(key).load() == {"a": "x" * 500}


def test_an_outage_is_an_error_and_not_an_empty_session(faults):
    key = stores.saved(a=1)
    session = SessionStore(key)
    with faults.outage(), pytest.raises(Unavailable):
        session.get("a")
    assert session.session_key == key
    assert session.get("a") == 1


@pytest.mark.engine  # moto does not know a transaction it has seen
@pytest.mark.parametrize("operation", ["PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems"])
def test_a_lost_answer_changes_nothing(faults, operation):
    faults.lose_answer(operation)
    session = SessionStore()
    session["a"] = 1
    session.save()
    session["b"] = 2
    session.save()
    session.cycle_key()
    assert stores.reopened(session).load() == {"a": 1, "b": 2}
    session.flush()
    assert faults.hits == [operation]
    assert stores.rows() == []


async def read_and_write():
    session = SessionStore()
    await session.aset("a", 1)
    await session.asave()
    old_key = session.session_key
    await session.acycle_key()
    assert await SessionStore(old_key).aload() == {}
    assert await SessionStore(session.session_key).aload() == {"a": 1}
    await session.aflush()
    assert not await SessionStore().aexists(session.session_key)


def test_the_async_half_does_the_same():
    with ThreadPoolExecutor(1) as pool:  # a loop may run in this thread already
        pool.submit(asyncio.run, read_and_write()).result()
    assert stores.rows() == []
