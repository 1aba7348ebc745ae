from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from dynamo import deadlines
from dynamo.errors import Unavailable
from dynamo.metering import budget
from sessions import services
from sessions.backends.dynamodb import SessionStore
from sessions.errors import SessionEnded, SessionNotFound
from tests.sessions import stores
from users import services as users

NOON = datetime(2027, 3, 1, 12, tzinfo=UTC)


def listed(user, session=None):
    key = session.session_key if session else None
    return services.list_sessions(user_sub=user.user_sub, current_key=key)


def test_the_list_shows_where_a_person_is_signed_in(alice, bob):
    with time_machine.travel(NOON, tick=False) as clock:
        first = stores.sign_in(alice, methods=("password", "email"))
        stores.sign_in(bob)
        clock.shift(timedelta(minutes=5))
        second = stores.sign_in(alice)
        found = listed(alice, first)
    assert [info.sid for info in found] == [first.sid, second.sid]
    assert [info.current for info in found] == [True, False]
    assert found[0].label == "Firefox on Windows"
    assert found[0].ip == stores.ADDRESS
    assert found[0].methods == ("password", "email")
    assert found[0].created_at == found[0].seen_at == NOON
    assert found[0].expires_at == NOON + timedelta(hours=12)


def test_the_list_shows_when_a_session_was_last_used(alice):
    with time_machine.travel(NOON, tick=False) as clock:
        session = stores.sign_in(alice)
        clock.shift(timedelta(minutes=5))
        assert session.touch()
        assert listed(alice)[0].seen_at == NOON + timedelta(minutes=5)


def test_the_list_leaves_out_what_is_dead(alice):
    with time_machine.travel(NOON, tick=False) as clock:
        expired, deleted, alive = (stores.sign_in(alice) for _ in range(3))
        expired.set_expiry(30)
        expired.save()
        clock.shift(timedelta(seconds=30))
        deleted.delete()
        assert [info.sid for info in listed(alice)] == [alive.sid]
        assert [info.sid for info in listed(alice, alive)] == [alive.sid]


def test_the_list_costs_a_query_and_a_batch(alice):
    sessions = [stores.sign_in(alice) for _ in range(5)]
    with budget(calls=2, hops=2, rru=6, wru=0):
        listed(alice, sessions[0])


def test_ending_a_session_ends_that_one(alice):
    kept, ended = stores.sign_in(alice), stores.sign_in(alice)
    services.end_session(user_sub=alice.user_sub, sid=ended.sid, actor=stores.actor(alice))
    assert stores.row(ended.session_key) is None
    assert [info.sid for info in listed(alice)] == [kept.sid]


def test_a_session_that_changes_its_key_meanwhile_is_ended_under_the_new_one(alice, monkeypatch):
    session = stores.sign_in(alice)
    find_hash = services._sessions.find_hash

    def find_hash_and_lose(user_sub, sid):
        monkeypatch.setattr(services._sessions, "find_hash", find_hash)
        found = find_hash(user_sub, sid)
        session.cycle_key()
        session.save()
        return found

    monkeypatch.setattr(services._sessions, "find_hash", find_hash_and_lose)
    services.end_session(user_sub=alice.user_sub, sid=session.sid, actor=stores.actor(alice))
    assert stores.rows() == []


@pytest.mark.parametrize("whose", ["nobody's", "somebody else's", "an ended one's", "a key"])
def test_every_session_that_is_not_yours_is_the_same_not_found(alice, mallory, whose):
    session = stores.sign_in(alice)
    sid = {"nobody's": "x" * 22, "a key": session.session_key}.get(whose, session.sid)
    person = mallory if whose == "somebody else's" else alice
    if whose == "an ended one's":
        session.delete()
    before = stores.rows()
    with pytest.raises(SessionNotFound) as refused:
        services.end_session(user_sub=person.user_sub, sid=sid, actor=stores.actor(person))
    assert refused.value.code == "session_not_found"
    assert stores.rows() == before


def test_an_index_that_lags_shows_and_ends_nothing_of_others(alice, mallory, monkeypatch):
    session = stores.sign_in(alice)
    index = {"hashes_of": [session.stored_hash], "find_hash": session.stored_hash}
    for name, answer in index.items():
        monkeypatch.setattr(services._sessions, name, lambda *_, answer=answer: answer)
    assert listed(mallory) == []
    with pytest.raises(SessionNotFound):
        services.end_session(
            user_sub=mallory.user_sub, sid=session.sid, actor=stores.actor(mallory)
        )
    assert stores.row(session.session_key) is not None


def test_ending_the_others_keeps_this_one(alice, bob):
    this, other, bobs = stores.sign_in(alice), stores.sign_in(alice), stores.sign_in(bob)
    services.end_other_sessions(
        user_sub=alice.user_sub, request_session=this, actor=stores.actor(alice)
    )
    assert stores.row(other.session_key) is None
    assert stores.row(bobs.session_key)["epoch"] == 0
    assert stores.row(this.session_key)["epoch"] == 1
    assert users.get_user(alice.user_sub).session_epoch == 1


def test_this_session_lives_on_with_its_new_epoch(alice):
    this = stores.sign_in(alice)
    this["a"] = 1
    for _ in range(2):
        services.end_other_sessions(
            user_sub=alice.user_sub, request_session=this, actor=stores.actor(alice)
        )
    this.save()
    this.cycle_key()
    this.save()
    assert stores.row(this.session_key)["epoch"] == 2
    assert SessionStore(this.session_key)["a"] == 1


def test_a_key_changed_at_the_same_time_keeps_the_new_epoch(alice):
    this = stores.sign_in(alice)
    parallel = stores.reopened(this)
    parallel["_meta"]["methods"].append("totp")
    services.end_other_sessions(
        user_sub=alice.user_sub, request_session=this, actor=stores.actor(alice)
    )
    parallel.cycle_key()
    item = stores.row(parallel.session_key)
    assert item["epoch"] == 1
    assert item["methods"] == ["password", "totp"]


def test_an_ended_session_cannot_end_the_others(alice):
    victims, thiefs = stores.sign_in(alice), stores.sign_in(alice)
    hidden = stores.row(thiefs.session_key)
    services.end_other_sessions(
        user_sub=alice.user_sub, request_session=victims, actor=stores.actor(alice)
    )
    services._sessions.table.put(hidden)  # as if its row had not been removed yet
    before = stores.rows()
    with pytest.raises(SessionEnded):
        services.end_other_sessions(
            user_sub=alice.user_sub, request_session=thiefs, actor=stores.actor(alice)
        )
    assert stores.rows() == before
    assert users.get_user(alice.user_sub).session_epoch == 1


def test_ending_all_needs_no_session(alice, bob):
    stores.sign_in(alice), stores.sign_in(alice)
    bobs = stores.sign_in(bob)
    services.end_all_sessions(user_sub=alice.user_sub, actor=stores.actor(bob))
    assert [row["sid"] for row in stores.rows()] == [bobs.sid]
    assert users.get_user(alice.user_sub).session_epoch == 1


def test_sessions_end_even_when_their_rows_cannot_be_removed(alice, monkeypatch, caplog):
    this, other = stores.sign_in(alice), stores.sign_in(alice)

    def refuse(*arguments, **options):
        raise Unavailable

    monkeypatch.setattr(services._sessions, "remove_many", refuse)
    services.end_other_sessions(
        user_sub=alice.user_sub, request_session=this, actor=stores.actor(alice)
    )
    assert stores.row(other.session_key) is not None
    assert [info.sid for info in listed(alice, this)] == [this.sid]
    assert "ended sessions were not removed" in caplog.text


def test_the_limit_drops_dead_sessions_first_and_then_the_oldest(alice, settings):
    settings.SESSION_MAX_PER_USER = 3
    with time_machine.travel(NOON, tick=False) as clock:
        oldest, second, expired, newest = (stores.sign_in(alice) for _ in range(4))
        expired.set_expiry(30)
        expired.save()
        clock.shift(timedelta(seconds=30))
        services.limit_sessions(user_sub=alice.user_sub, keep_hash=newest.stored_hash)
        assert {info.sid for info in listed(alice)} == {oldest.sid, second.sid, newest.sid}
        assert stores.row(expired.session_key) is None


def test_the_list_has_this_session_before_the_index_knows_it(alice, faults):
    this = stores.sign_in(alice)
    faults.answer("Query", lambda answer: answer | {"Items": [], "Count": 0})
    assert [(info.sid, info.current) for info in listed(alice, this)] == [(this.sid, True)]


def test_the_list_never_shows_the_session_of_another_as_this_one(alice, mallory):
    assert listed(mallory, stores.sign_in(alice)) == []


def test_a_session_is_ended_once_the_index_knows_its_new_key(alice, monkeypatch):
    session = stores.sign_in(alice)
    known = [session.stored_hash]
    session.cycle_key()
    session.save()
    monkeypatch.setattr(services._sessions, "find_hash", lambda *_: known[-1])
    monkeypatch.setattr(deadlines.time, "sleep", lambda _: known.append(session.stored_hash))
    services.end_session(user_sub=alice.user_sub, sid=session.sid, actor=stores.actor(alice))
    assert stores.rows() == []
