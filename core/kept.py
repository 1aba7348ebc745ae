"""What a person typed into a form that met an expired session or a step-up, for ten minutes.

Encrypted, in the session or in a hidden field of the sign-in form; never passwords, codes or
files. It is sent on only by the person's own click on a page that shows what it is.
"""

import json
import re
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.http import HttpRequest

from core import clock, crypto
from core.links import safe_next

if TYPE_CHECKING:
    from django.contrib.sessions.backends.base import SessionBase

FIELD = "kept"  # of the sign-in form
SESSION_KEY = "kept_post"
LIFETIME = timedelta(minutes=10)
MAX_BYTES = 16 * 1024
_CONTEXT = "core.kept"
_SECRET = re.compile(r"passw|secret|token|code|otp|pin\b|cvc|card", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptPost:
    """`fields` are (name, value), in the form's order; a name may come more than once."""

    path: str
    fields: tuple[tuple[str, str], ...]


def keep(request: HttpRequest) -> str:
    """The POST of this request, sealed; empty when it is too large or its path is not ours."""
    path = safe_next(request.get_full_path())
    fields = [(name, text) for name, texts in request.POST.lists() for text in texts]
    safe = [(name, text) for name, text in fields if not _SECRET.search(name) and name != FIELD]
    value = json.dumps({"path": path, "fields": safe, "at": clock.text(clock.now())})
    if not path or len(value.encode()) > MAX_BYTES:
        return ""
    return crypto.encrypt(value, context=_CONTEXT)


def opened(sealed: str) -> KeptPost | None:
    """None for what is not ours, was changed, or is older than ten minutes."""
    if not sealed or len(sealed) > 2 * MAX_BYTES:
        return None
    try:
        value = json.loads(crypto.decrypt(sealed, context=_CONTEXT))
    except crypto.DecryptionFailed:
        return None
    if clock.now() - clock.parse(value["at"]) > LIFETIME:
        return None
    fields = tuple((name, text) for name, text in value["fields"])
    return KeptPost(path=value["path"], fields=fields)


def keep_in_session(request: HttpRequest) -> None:
    """For the continue page; the session's next save writes it."""
    put_in_session(request.session, keep(request))


def put_in_session(session: "SessionBase", sealed: str) -> None:
    """Only what still opens; anything else removes what was kept before."""
    if opened(sealed):
        session[SESSION_KEY] = sealed
    else:
        session.pop(SESSION_KEY, None)


def of_session(session: "SessionBase") -> KeptPost | None:
    return opened(session.get(SESSION_KEY, ""))


def forget(session: "SessionBase", path: str) -> None:
    """Once it has been sent on to its path, or is of no use any more."""
    if SESSION_KEY not in session:
        return
    found = of_session(session)
    if found is None or found.path == path:
        del session[SESSION_KEY]
