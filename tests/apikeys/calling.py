"""Calls with a key, without the web around them."""

from apikeys import services
from core.errors import ApplicationError
from core.scopes import Scope

HOME, ELSEWHERE = "198.51.100.7", "203.0.113.9"  # two networks


def call(issued, *, needs=Scope.FEED_READ, ip=HOME, user_agent=""):
    """What is known of a call that passes; the error's code of one that does not."""
    known, refusal = [], None
    secret = issued if isinstance(issued, str) else issued.secret
    try:
        services.check_key(secret, needs=needs, ip=ip, user_agent=user_agent, matched=known.append)
    except ApplicationError as error:
        refusal = error.code
    assert [found.refusal for found in known] in ([], [refusal])
    return refusal or known[0]


def passes(issued, **asked):
    return not isinstance(call(issued, **asked), str)
