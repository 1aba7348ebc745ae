"""“This was not me”: from the inbox and from a mail."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.test import Client

from accounts import services
from accounts.errors import NotMeClosed
from accounts.items import Outcome
from alerts import services as alerts
from alerts.items import AlertKind, Answer
from core import clock
from core.actor import Actor
from dynamo.table import transact
from tests.accounts.mailbox import deliver
from tests.alerts.people import actor, listed, newest, tell
from tests.dumps import dump_tables
from tests.factories import PASSWORD
from users import services as users

NEW = "another horse, another staple"


def told(user, kind=AlertKind.NEW_DEVICE):
    tell(user, kind)
    return newest(user).alert_id


def link_for(user, alert_id, kind=AlertKind.NEW_DEVICE, n=1):
    url = alerts.not_me_url(user_sub=user.user_sub, alert_id=alert_id, kind=kind, n=n)
    return url.removeprefix("http://testserver")


def signs_in(user, password=PASSWORD):
    data = {"login": user.email, "password": password}
    return Client().post("/sign-in/", data).status_code == 302


def is_untouched(user):
    now = users.get_user(user.user_sub)
    return (now.session_epoch, now.trust_epoch) == (user.session_epoch, user.trust_epoch)


def test_looking_changes_nothing(client_for, alice):
    alert_id = told(alice)
    client = client_for(alice)
    before = dump_tables("users", "alerts", "jobs")
    for path in (f"/not-me/{alert_id}/", link_for(alice, alert_id)):
        page = client.get(path)
        assert page.status_code == 200
        assert "New sign-in to your account" in page.content.decode()
    assert dump_tables("users", "alerts", "jobs") == before


def test_everybody_is_signed_out_and_no_password_works(client_for, alice):
    mine, theirs = client_for(alice), client_for(alice)
    alert_id = told(alice)
    assert mine.post(f"/not-me/{alert_id}/").url == "/not-me/done/"
    assert "Everybody is signed out" in mine.get("/not-me/done/").content.decode()
    for client in (mine, theirs):
        assert client.get("/account/").url == "/sign-in/?next=/account/"
    assert not signs_in(alice)
    now = users.get_user(alice.user_sub)
    assert (now.session_epoch, now.trust_epoch) == (1, 1)
    assert not now.has_usable_password()


def test_the_mailbox_sets_a_new_password(client_for, alice):
    alert_id = told(alice)
    deliver()
    mail.outbox.clear()
    client_for(alice).post(f"/not-me/{alert_id}/")
    deliver()
    assert {message.to[0] for message in mail.outbox} == {alice.email}
    subjects = {message.subject for message in mail.outbox}
    assert any("You told us that it was not you" in subject for subject in subjects)
    bodies = " ".join(message.body for message in mail.outbox).split()
    (link,) = (word for word in bodies if "/reset-password/" in word and len(word) > 60)
    Client().post(link.removeprefix("http://testserver"), {"password": NEW})
    assert signs_in(alice, NEW)


def test_it_leaves_its_traces(client_for, alice):
    alert_id = told(alice)
    client_for(alice).post(f"/not-me/{alert_id}/")
    assert [each.kind for each in listed(alice)] == [AlertKind.NOT_ME, AlertKind.NEW_DEVICE]
    assert [each.answer for each in listed(alice)] == [None, Answer.NOT_ME]
    records, _ = services.list_sign_ins(user_sub=alice.user_sub)
    assert records[0].outcome is Outcome.NOT_ME
    assert records[0].ip == "127.0.0.1"


def test_no_browser_is_known_any_more(client_for, alice):
    client_for(alice)
    assert users.has_known_browsers(alice.user_sub)
    client_for(alice).post(f"/not-me/{told(alice)}/")
    assert not users.has_known_browsers(alice.user_sub)


def test_a_link_needs_no_sign_in_and_works_once(client_for, alice):
    theirs, link = client_for(alice), link_for(alice, told(alice))
    assert Client().post(link).url == "/not-me/done/"
    assert theirs.get("/account/").status_code == 302
    after = dump_tables("users", "alerts", "jobs")
    for client in (Client(), Client()):
        assert client.post(link).status_code == 410
        assert client.get(link).status_code == 410
    assert dump_tables("users", "alerts", "jobs") == after


def test_a_link_works_though_somebody_said_it_was_them(alice):
    alert_id = told(alice)
    link = link_for(alice, alert_id)
    alerts.say_was_me(user_sub=alice.user_sub, alert_id=alert_id, actor=actor(alice))
    assert Client().get(link).status_code == 200
    assert Client().post(link).url == "/not-me/done/"
    assert not signs_in(alice)


@pytest.mark.parametrize("hours", [24.1, 100])
def test_an_old_link_does_nothing(alice, hours):
    link = link_for(alice, told(alice))
    with time_machine.travel(clock.now() + timedelta(hours=hours), tick=False):
        assert Client().post(link).status_code == 410
    assert is_untouched(alice)


@pytest.mark.parametrize("change", [lambda s: s[:-2] + "/", lambda s: s[:14] + "0" + s[15:]])
def test_a_forged_link_does_nothing(alice, change):
    link = link_for(alice, told(alice))
    before = dump_tables("users", "alerts", "jobs")
    for path in (change(link), "/not-me/link/forged/", f"/not-me/link/{'a' * 400}/"):
        assert Client().post(path).status_code == 410
    assert dump_tables("users", "alerts", "jobs") == before


def test_somebody_elses_alert_is_unknown(client_for, alice, mallory):
    alert_id = told(alice)
    client = client_for(mallory)
    assert client.get(f"/not-me/{alert_id}/").status_code == 404
    assert client.post(f"/not-me/{alert_id}/").status_code == 404
    assert is_untouched(alice)
    assert is_untouched(mallory)


def test_a_visitor_and_a_forged_form_change_nothing(client_for, alice):
    path = f"/not-me/{told(alice)}/"
    assert Client().get(path).url.startswith("/sign-in/")
    client = client_for(alice)
    client.handler.enforce_csrf_checks = True
    assert client.post(path).status_code == 403
    assert is_untouched(alice)


def test_a_link_signs_nobody_else_out_of_this_browser(client_for, alice, bob):
    bobs = client_for(bob)
    bobs.post(link_for(alice, told(alice)))
    assert bobs.get("/account/").status_code == 200


def test_an_outage_changes_nothing(client_for, alice, faults):
    alert_id, client = told(alice), client_for(alice)
    with faults.outage():
        assert client.post(f"/not-me/{alert_id}/").status_code == 503
    assert is_untouched(alice)


@pytest.mark.engine
def test_of_many_at_once_one_acts(alice):
    found = services.find_not_me(user_sub=alice.user_sub, alert_id=told(alice))

    def attempt(_number):
        try:
            services.say_not_me(found, actor=Actor(None, ip="192.0.2.1"))
        except NotMeClosed:
            return False
        return True

    with ThreadPoolExecutor(max_workers=4) as pool:
        assert list(pool.map(attempt, range(4))).count(True) == 1
    assert users.get_user(alice.user_sub).session_epoch == 1


def test_after_a_change_of_address_nothing_is_voided(client_for, alice):
    """The reset link would go to whoever changed the address."""
    alert_id = told(alice)
    link = link_for(alice, alert_id)
    transact(users.change_email_writes(users.get_user(alice.user_sub), "mallory@example.net"))
    before = users.get_user(alice.user_sub).password
    for path in (link, f"/not-me/{alert_id}/"):
        assert client_for(users.get_user(alice.user_sub)).post(path).status_code == 410
    assert users.get_user(alice.user_sub).password == before


def sign_in_mails():
    return [each.body for each in mail.outbox if "New sign-in" in each.subject]


def happens_again(user, alert_id):
    """Within the hour at the same place, so it is the same alert."""
    tell(user, AlertKind.NEW_DEVICE)
    deliver()
    return alerts.get_owned_alert(user_sub=user.user_sub, alert_id=alert_id)


@pytest.fixture
def at_noon():
    with time_machine.travel("2030-01-07T12:10:00Z", tick=False):
        yield


@pytest.mark.usefixtures("at_noon")
def test_who_comes_back_after_it_is_told_and_asked_about_again(alice):
    alert_id = told(alice)
    deliver()
    first = link_for(alice, alert_id)
    Client().post(first)
    assert happens_again(alice, alert_id).answer is None
    assert Client().post(first).status_code == 410
    (second,) = re.findall(r"/not-me/link/\S+", sign_in_mails()[1])
    epoch = users.get_user(alice.user_sub).session_epoch
    assert Client().post(second).url == "/not-me/done/"
    assert users.get_user(alice.user_sub).session_epoch == epoch + 1
    assert Client().post(second).status_code == 410


@pytest.mark.usefixtures("at_noon")
def test_the_inbox_asks_again_too(client_for, alice):
    alert_id = told(alice)
    named = {"user_sub": alice.user_sub, "alert_id": alert_id}
    client_for(alice).post(f"/not-me/{alert_id}/")
    with pytest.raises(NotMeClosed):
        services.find_not_me(**named)
    happens_again(alice, alert_id)
    services.say_not_me(services.find_not_me(**named), actor=Actor(None, ip="192.0.2.1"))
    with pytest.raises(NotMeClosed):
        services.find_not_me(**named)


@pytest.mark.usefixtures("at_noon")
def test_only_the_first_one_after_it_is_mailed(alice):
    alert_id = told(alice)
    deliver()
    Client().post(link_for(alice, alert_id))
    mails = [happens_again(alice, alert_id) and len(sign_in_mails()) for _ in range(4)]
    assert mails == [2, 2, 2, 2]


@pytest.mark.usefixtures("at_noon")
def test_after_this_was_me_the_same_again_is_counted_as_ever(alice):
    alert_id = told(alice)
    deliver()
    alerts.say_was_me(user_sub=alice.user_sub, alert_id=alert_id, actor=actor(alice))
    assert happens_again(alice, alert_id).answer is None
    assert len(sign_in_mails()) == 1
