"""Something else between two steps of a life: a step is a call of a provider that was answered, or
a write that storage took."""

import random
from contextlib import contextmanager, suppress
from unittest.mock import patch
from urllib.parse import urlsplit

import requests
from django.test import Client

from billing.sandbox.ccbill import tokens
from billing.sandbox.faults import Fault
from billing.sandbox.paypal.objects import CAPTURE, DISPUTE
from core.errors import ApplicationError
from dynamo import table, transactions
from dynamo.errors import StorageError, Throttled
from tests.billing import books
from tests.billing.lives import purse
from tests.billing.paypal_people import control

STORAGE, PROVIDER = "storage", "provider"
SIGNING_IN = "oauth"  # moves no money; done by one thread at a time, which must not meet itself
READS = ("GetItem", "BatchGetItem", "Query", "Scan")


class Killed(BaseException):
    """No handler of ours catches it, as none runs when a process dies."""


def die():
    raise Killed


def lose_answer():
    raise requests.ConnectionError("the answer was lost")


def throttle():
    raise Throttled


FAULTS = {
    "killed": ((STORAGE, PROVIDER), die),
    "lost": ((PROVIDER,), lose_answer),
    "throttled": ((STORAGE,), throttle),
}


@contextmanager
def disturbed(do, at, *, among=(STORAGE, PROVIDER), of="", before=False):
    """`do` happens once, right after (or before) step number `at` of those `among` that have `of`
    in their names. Gives the names of all that began."""
    steps = []

    def counted(name, kind, send):
        if kind not in among or of not in name or SIGNING_IN in name:
            return send()
        steps.append(name)
        is_it = len(steps) == at
        if is_it and before:
            do()
        answer = send()
        if is_it and not before:
            do()
        return answer

    def call(operation, **params):
        def send():
            return kept(operation, **params)

        return send() if operation in READS else counted(operation, STORAGE, send)

    def post(session, request, **more):
        name = f"{request.method} {urlsplit(request.url).path}"
        return counted(name, PROVIDER, lambda: sent(session, request, **more))

    kept, sent = transactions.call, requests.Session.send
    with (
        patch.object(transactions, "call", call),
        patch.object(table, "call", call),
        patch.object(requests.Session, "send", post),
    ):
        yield steps


def break_off(site, user, fault, at, an_hour_later):
    """A life with a fault at one step, then all of it again, now and later: what is wrong then,
    None when it has fewer steps."""
    among, do = FAULTS[fault]
    # ValueError: nothing was saved
    expected = suppress(Killed, ApplicationError, StorageError, ValueError)
    with expected, disturbed(do, at, among=among, before=do is throttle) as steps:
        site.live(user)
    if len(steps) < at:
        return None
    site.live(user)
    an_hour_later()  # nothing is sent back anew at CCBill before
    site.live(user)
    return [f"{fault} at {steps[at - 1]}, step {at}: {one}" for one in site.wrong(user)]


def die_charging(site, user):
    """The process ends when the money has moved and nobody here knows."""
    site.begin(user)
    with suppress(Killed), disturbed(die, 1, of=f"POST {site.charges}") as steps:
        site.charge(user)
    assert steps, "no such call"
    site.live(user)
    return site.wrong(user)


def press_twice(site, user, at=1, of="POST"):
    """A charge is asked for twice, the second time inside the first; None without such a step."""
    site.begin(user)
    with suppress(ApplicationError), disturbed(lambda: site.charge(user), at, of=of) as steps:
        site.charge(user)
    if len(steps) < at:
        return None
    site.live(user)
    return site.wrong(user)


def ask_unheard(site, user):
    """A charge that never arrived is sent again by the one token of its payment."""
    site.begin(user)
    site.sandbox.faults.plan(Fault.UNHEARD, path=f"{site.charges}/")
    site.charge(user)
    site.live(user)
    made = len(site.made(tokens.KIND))
    return site.wrong(user) + ([] if made == 1 else [f"{made} tokens"])


def reverse_and_dispute(site, user, seed=1):
    """PayPal takes back what a buyer asks about, and decides for them: it tells of both, in any
    order, and the money is gone once."""
    order = random.Random(seed)
    site.begin(user)
    [capture] = site.made(CAPTURE)
    control(site.sandbox, f"payments/{capture['id']}/dispute", inquiry="true")
    control(site.sandbox, f"payments/{capture['id']}/reverse")
    if order.randrange(2):
        site.hear()
    [dispute] = site.made(DISPUTE)
    control(site.sandbox, f"disputes/{dispute['id']}/lose")
    told = [one for one in site.events() if one["id"] not in site.heard]
    order.shuffle(told)
    for event in told:
        site.deliver(Client(), event)
    site.hear(again=True)
    left = [] if purse(user) == (0, 0, 0) else [f"purse: {purse(user)}"]
    return books.problems() + left
