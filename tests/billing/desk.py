"""Staff at work on money."""

from accounts.services import approvals
from billing import services as billing
from core.actor import Actor
from tests.accounts.approving import approve as approve
from tests.billing import books
from tests.billing.lives import now, purse
from tests.mfa.people import again

REASON = "They paid twice and wrote to us"


def ask_refund(payment, by, amount=None, **more):
    return billing.ask_refund(
        payment=now(payment),
        amount=amount,
        reason=REASON,
        requester=again(by),
        actor=Actor(by.user_sub),
        **more,
    )


def ask_adjustment(user, by, amount, **more):
    return billing.ask_adjustment(
        user_sub=user.user_sub,
        amount=amount,
        reason=REASON,
        requester=again(by),
        actor=Actor(by.user_sub),
        **more,
    )


def requests():
    """Every request there is, by id."""
    found, start = {}, ""
    while True:
        page, start = approvals.list_approvals(staff=_Reader, after=start, only_open=False)
        found |= {each.approval_id: each for each in page}
        if not start:
            return found


class _Reader:
    user_sub = "tests"


def untouched(user, *payments):
    """What a refused request must leave as it is."""
    money = [(each.status, each.reserved, each.refunded) for each in map(now, payments)]
    return purse(user), money, len(books.rows()), sorted(requests())
