"""Somebody who lost every second factor, and staff who help."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from django.core import mail

from accounts import services
from accounts.errors import MfaResetClosed, MfaResetRunning, SignInExpired, WrongCode
from accounts.items import CheckedSignIn
from accounts.services import mfa_reset
from core.actor import Actor
from core.errors import RateLimited
from tests.accounts.mailbox import deliver
from tests.alerts.people import listed
from tests.factories import make_user
from tests.mfa.people import again, enter_code, enter_password, phone_code, turn_on_totp

HOUR = timedelta(hours=1)
MAILBOX = Actor(user_sub=None, ip="192.0.2.9", user_agent="Firefox")


def with_factor(user):
    """The secret of their app; the mails about it are read."""
    secret, _codes = turn_on_totp(user)
    deliver()
    mail.outbox.clear()
    return secret


def begin(user, client=None):
    """The browser in which they began the wait, at the pages."""
    client, _ = enter_password(user, client)
    assert client.post("/sign-in/lost/send/").url == "/sign-in/lost/?sent=1"
    deliver()
    answer = client.post("/sign-in/lost/", {"code": wait_code()})
    assert answer.status_code == 302, answer.content.decode()
    return client


def wait_code():
    """That of the last mail which begins a wait."""
    bodies = [sent.body for sent in mail.outbox if "a wait of three days" in sent.body]
    return re.search(r"\b([B-Z]{4}-[B-Z]{4})\b", bodies[-1]).group(1)


def waits(user):
    return mfa_reset.find_mfa_reset(again(user)) is not None


def told_by_mail():
    """The subjects of what was mailed since, in no order."""
    deliver()
    return sorted(sent.subject.partition(" (")[0] for sent in mail.outbox)


def link_in(text, path):
    return re.search(rf"http://testserver(/{path}/\S+)", text).group(1)


def stop_link():
    deliver()
    bodies = [sent.body for sent in mail.outbox if "/lost/stop/" in sent.body]
    return link_in(bodies[-1], "lost/stop")


def finish_link():
    deliver()
    bodies = [sent.body for sent in mail.outbox if "/lost/finish/" in sent.body]
    return link_in(bodies[-1], "lost/finish")


def go_through(time, *, hours):
    """At most a day at a time, as a worker that is late lives it."""
    while hours:
        step = min(hours, 24)
        time.shift(step * HOUR)
        deliver()
        hours -= step


def staff(name):
    """A staff member with an app: the account, and its secret."""
    user = make_user(name, is_staff=True)
    secret = with_factor(user)
    return again(user), secret


def signed_in(user, secret):
    client, _ = enter_password(user)
    assert enter_code(client, phone_code(secret)).status_code == 302
    return client


def outcomes(user):
    records, _ = services.list_sign_ins(user_sub=user.user_sub)
    return [record.outcome for record in records]


def kinds(user):
    return [alert.kind for alert in listed(user)]


def waiting_of(user):
    return services.begin_second_step(
        CheckedSignIn(user=again(user), browser=None), remember=False, next_path="/", actor=MAILBOX
    )


def post(client, path, body=None):
    return client.post(f"/api/v1/{path}", body or {}, content_type="application/json")


def at_once(*steps):
    """How many of them went through."""

    def one(step):
        try:
            step()
        except (MfaResetClosed, MfaResetRunning, RateLimited, SignInExpired, WrongCode):
            return False
        return True

    with ThreadPoolExecutor(len(steps)) as pool:
        return sum(pool.map(one, steps))
