"""Requests of one session beside each other, on an engine with real transactions."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
import time_machine
from django.contrib.sessions.backends.base import UpdateError
from django.test import Client

from core import clock
from sessions import services
from sessions.backends.dynamodb import SessionStore
from sessions.errors import SessionEnded, SessionNotFound
from tests.sessions import stores
from users import services as users

pytestmark = pytest.mark.engine
ROUNDS = 15


def race(*calls):
    """Start all at once; what each returned, or the refusal it raised."""
    start = Barrier(len(calls))

    def run(call):
        start.wait()
        try:
            return call()
        except (UpdateError, SessionNotFound, SessionEnded) as refusal:
            return type(refusal)

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def setting(key, name, value):
    session = SessionStore(key)
    session.get("x")

    def call():
        session[name] = value
        session.save()

    return call


def cycling(key):
    session = SessionStore(key)
    session.get("x")

    def call():
        session.cycle_key()
        return session.session_key

    return call


def test_changes_of_different_keys_all_survive():
    key = stores.saved(start=1)
    for n in range(ROUNDS):
        race(*(setting(key, f"key{i}", n) for i in range(6)))
        assert SessionStore(key).load() == {"start": 1, **{f"key{i}": n for i in range(6)}}


def test_a_session_deleted_while_it_is_used_never_comes_back(alice):
    for _ in range(ROUNDS):
        key = stores.sign_in(alice).session_key
        toucher = SessionStore(key)
        toucher.get("x")
        race(
            setting(key, "a", 1),
            SessionStore(key).delete,
            setting(key, "b", 1),
            toucher.touch,
        )
        assert stores.rows() == []


def test_ending_a_session_wins_over_its_change_of_keys(alice):
    for _ in range(ROUNDS):
        session = stores.sign_in(alice)
        sid, key = session.sid, session.session_key

        def end(sid=sid):
            services.end_session(user_sub=alice.user_sub, sid=sid, actor=stores.actor(alice))
            return "ended"

        outcome, moved = race(end, cycling(key))
        left = [row for row in stores.rows() if row["sid"] == sid]
        assert (outcome, left) == ("ended", []), (outcome, moved)


def test_of_two_changes_of_keys_one_wins(alice):
    for _ in range(ROUNDS):
        key = stores.sign_in(alice).session_key
        outcomes = race(cycling(key), cycling(key))
        (winner,) = [outcome for outcome in outcomes if outcome is not UpdateError]
        assert "_auth_user_id" in SessionStore(winner)
        assert len(stores.rows()) == 1
        SessionStore(winner).delete()


def test_ending_the_others_never_signs_the_clicker_out(alice):
    this = stores.sign_in(alice)
    for n in range(3):
        other = stores.sign_in(users.get_user(alice.user_sub))

        def ask(method="get", path="/account/"):
            client = Client()
            client.cookies["sessionid"] = this.session_key
            return getattr(client, method)(path)

        def click():
            return ask("post", "/settings/sessions/end-others/")

        answers = race(click, *[ask] * 10)
        assert [answer.status_code for answer in answers] == [302, *[200] * 10]
        assert not any("sessionid" in answer.cookies for answer in answers)
        assert answers[0].url == "/settings/sessions/"
        assert users.get_user(alice.user_sub).session_epoch == n + 1
        assert stores.row(other.session_key) is None
    assert len(stores.rows()) == 1


def test_ending_the_others_while_the_key_changes_leaves_a_living_session(alice):
    for _ in range(ROUNDS):
        user = users.get_user(alice.user_sub)
        key = stores.sign_in(user).session_key
        clicker = SessionStore(key)
        clicker.get("x")

        def click(clicker=clicker):
            services.end_other_sessions(
                user_sub=alice.user_sub, request_session=clicker, actor=stores.actor(alice)
            )
            return "clicked"

        outcome, moved = race(click, cycling(key))
        assert moved is not UpdateError
        assert outcome in ("clicked", SessionEnded)
        assert SessionStore(moved).get("_auth_user_id") == alice.user_sub
        assert stores.row(moved)["epoch"] == users.get_user(alice.user_sub).session_epoch
        SessionStore(moved).delete()


def test_of_two_who_end_the_others_one_stays(alice):
    for _ in range(ROUNDS):
        user = users.get_user(alice.user_sub)
        clickers = [stores.sign_in(user) for _ in range(2)]

        def click(session):
            services.end_other_sessions(
                user_sub=alice.user_sub, request_session=session, actor=stores.actor(alice)
            )
            return session

        outcomes = race(*(lambda session=session: click(session) for session in clickers))
        (winner,) = [outcome for outcome in outcomes if outcome is not SessionEnded]
        epoch = users.get_user(alice.user_sub).session_epoch
        assert [row["sid"] for row in stores.rows() if row["epoch"] == epoch] == [winner.sid]
        winner.delete()


def test_of_many_who_touch_one_writes(alice):
    session = stores.sign_in(alice)
    with time_machine.travel(clock.now() + timedelta(hours=1), tick=False):
        touchers = [stores.reopened(session) for _ in range(8)]
        for toucher in touchers:
            toucher.get("x")
        assert sorted(race(*(toucher.touch for toucher in touchers))) == [False] * 7 + [True]
