"""What a person is told of in the app, beside what is mailed."""

from alerts.items import AlertKind
from alerts.repository import ALERTS
from core.ids import is_id
from dynamo.table import Table
from sessions import services as sessions
from tests.accounts.mailbox import deliver
from tests.alerts.people import listed
from tests.sessions import stores

SIGN_IN = "/sign-in/"


def kinds(user):
    return [alert.kind for alert in listed(user)]


def fail(client, login, times=1):
    for _ in range(times):
        client.post(SIGN_IN, {"login": login, "password": "not the password"})


def test_ending_one_session_names_it_and_is_not_mailed(alice, mailoutbox):
    ended = stores.sign_in(alice)
    sessions.end_session(user_sub=alice.user_sub, sid=ended.sid, actor=stores.actor(alice))
    (alert,) = listed(alice)
    assert alert.kind is AlertKind.SESSION_ENDED
    assert "was signed out of your account from another device" in alert.sentence
    assert "“”" not in alert.sentence
    deliver()
    assert mailoutbox == []


def test_ending_the_others_is_told(alice):
    this, _ = stores.sign_in(alice), stores.sign_in(alice)
    sessions.end_other_sessions(
        user_sub=alice.user_sub, request_session=this, actor=stores.actor(alice)
    )
    assert kinds(alice) == [AlertKind.OTHER_SESSIONS_ENDED]


def test_asking_for_a_new_password_is_told_without_a_second_mail(client, alice, mailoutbox):
    for _ in range(2):
        client.post("/reset-password/", {"email": alice.email})
        deliver()
    (alert,) = listed(alice)
    assert (alert.kind, alert.n) == (AlertKind.PASSWORD_RESET_ASKED, 2)
    deliver()
    assert len(mailoutbox) == 2


def test_three_failed_sign_ins_are_one_unread_alert(client, alice):
    fail(client, alice.handle, 2)
    assert [(alert.n, alert.unread) for alert in listed(alice)] == [(2, False)]
    fail(client, alice.handle)
    (alert,) = listed(alice)
    assert (alert.kind, alert.n, alert.unread) == (AlertKind.SIGN_IN_FAILED, 3, True)


def test_failures_of_two_names_of_an_account_are_counted_apart(client, alice):
    """Else their number would tell whose handle goes with an address."""
    fail(client, alice.handle)
    fail(client, alice.email)
    assert [alert.n for alert in listed(alice)] == [1, 1]


def test_a_name_of_nobody_leaves_a_row_without_a_place(client):
    fail(client, "ghost", 2)
    (row,) = Table(ALERTS).scan()
    assert is_id(row["user_sub"])
    assert row["user_sub"].startswith("0000000000")
    assert (row["n"], row["context"]) == (2, {})
