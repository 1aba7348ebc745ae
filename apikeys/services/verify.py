"""Whether a call may go on with the key it was sent with."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import NoReturn

from apikeys import texts
from apikeys.calls import KeyCall
from apikeys.errors import AddressNotAllowed, KeyOwnerDisabled, KeyRefused, ScopeMissing
from apikeys.services import guessing, noticing, reading
from apikeys.services.judging import Call, Passed, Refused, judge
from apikeys.services.matching import Slot
from apikeys.services.spending import Spent, spend
from core import clock
from core.actor import USER_AGENT_LENGTH
from core.errors import ApplicationError
from core.scopes import KeyAccess, KeyNotAllowed, Need
from dynamo.gather import gather
from mfa import services as mfa
from users import services as users
from users.models import User


def _nobody(call: KeyCall) -> None:
    return


def check_key(
    text: str,
    *,
    needs: Need,
    ip: str,
    user_agent: str = "",
    matched: Callable[[KeyCall], None] = _nobody,
) -> tuple[User, KeyAccess]:
    """The key's owner and what the key may do; the call is counted. 3 calls in 2 hops: the key,
    then its owner beside the update that counts and asks again whether the key holds.

    `needs` is what a key must have for what is called, None = it is closed to keys. `matched` is
    told of the call as soon as the secret is one of the key's, also when it is then refused.

    Raises RateLimited for an address that guesses; KeyRefused; to whoever has the secret its kinds
    with the reason, AddressNotAllowed, FactorRequired, KeyNotAllowed, ScopeMissing,
    KeyLimitExceeded. Raises Unavailable when storage does not answer: nothing passes uncounted.
    """
    sent = texts.parse(text)
    if sent is None:
        raise KeyRefused
    call = Call(
        sent=sent, needs=needs, ip=ip, user_agent=user_agent[:USER_AGENT_LENGTH], at=clock.now()
    )
    guessing.check_failures(ip, sent.key_id, call.at)
    judged = _judged(call)
    if judged.key is None:
        guessing.note_failure(ip, sent.key_id, call.at)
        raise KeyRefused
    known = KeyCall(key_id=sent.key_id, user_sub=judged.key.user_sub)
    matched(known)
    try:
        return _admitted(call, judged, known)
    except ApplicationError as error:
        known.refusal = error.code
        raise


def _judged(call: Call) -> Passed | Refused:
    """No refusal rests on an old copy. What passes may: the update that counts it will tell."""
    judged = judge(call, reading.quick_copy(call.sent.key_id, call.at))
    if isinstance(judged, Refused):
        judged = judge(call, reading.true_copy(call.sent.key_id, call.at))
    return judged


def _admitted(call: Call, judged: Passed | Refused, known: KeyCall) -> tuple[User, KeyAccess]:
    known.old_secret_until = _end_of_old_secret(judged)
    if isinstance(judged, Refused):
        _refuse(call, judged)
    owner, spent = gather(
        partial(users.find_user, judged.key.user_sub), partial(spend, call, judged)
    )
    known.quota, known.old_secret_until = spent.quota, _end_of_old_secret(spent)
    owner = _living(owner)
    if isinstance(spent, Refused):
        raise spent.error
    mfa.require_factor(owner)
    guessing.note_success(call.ip, spent.key.key_id, call.at)
    noticing.notice(spent.key, spent.slot, call)
    return owner, KeyAccess(key_id=spent.key.key_id, scopes=spent.key.scopes)


def _refuse(call: Call, refused: Refused) -> NoReturn:
    """What stops the owner comes before what the key lacks; it needs no count to be told."""
    if refused.key and isinstance(refused.error, AddressNotAllowed):
        noticing.notice_address(refused.key, call)
    if refused.key and isinstance(refused.error, KeyNotAllowed | ScopeMissing):
        mfa.require_factor(_living(users.find_user(refused.key.user_sub)))
    raise refused.error


def _living(owner: User | None) -> User:
    if owner is None or not owner.is_active:
        raise KeyOwnerDisabled
    return owner


def _end_of_old_secret(found: Passed | Refused | Spent) -> datetime | None:
    """None unless it was the former secret that was sent."""
    previous = found.key.previous if found.key and found.slot is Slot.PREVIOUS else None
    return previous.until if previous else None
