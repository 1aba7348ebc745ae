"""Links we write (always from SITE_URL, never from the Host header) and links we may follow."""

import re

from django.conf import settings
from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

NEXT_FIELD = "next"
MAX_LENGTH = 2000
_UNSAFE = re.compile(r"[\\\x00-\x20\x7f-\xa0\u2028\u2029]")


def absolute(path: str) -> str:
    """The address of a path of ours, for mails. ValueError unless it is a path."""
    if not path.startswith("/") or path.startswith("//"):
        raise ValueError(f"{path!r} is not a path of this site")
    return f"{settings.SITE_URL}{path}"


def safe_next(source: HttpRequest | str) -> str:
    """The path on this site to go on to (a request's `next`), or an empty string.

    Refused: other hosts (`//evil`, `/\\evil`), schemes, control characters, white space.
    """
    target = source if isinstance(source, str) else _asked_for(source)
    if not target.startswith("/") or len(target) > MAX_LENGTH or _UNSAFE.search(target):
        return ""
    return target if url_has_allowed_host_and_scheme(target, allowed_hosts=None) else ""


def _asked_for(request: HttpRequest) -> str:
    return request.POST.get(NEXT_FIELD) or request.GET.get(NEXT_FIELD, "")
