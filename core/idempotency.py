"""The header by which a program makes a repeated call safe."""

import re

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request

from core.errors import Invalid

HEADER = "Idempotency-Key"
_KEY = re.compile(r"[!-~]{1,64}")


def documented(thing: str | Promise, *, required: bool) -> OpenApiParameter:
    """`thing` is what one key names: "payment"."""
    return OpenApiParameter(
        HEADER,
        OpenApiTypes.STR,
        OpenApiParameter.HEADER,
        required=required,
        description=f"Your name of this one {thing}: 1 to 64 visible ASCII characters.",
    )


def key_of(request: Request, *, required: bool) -> str:
    """The key, "" where none was sent. Raises Invalid naming the header."""
    key = request.headers.get(HEADER, "")
    if (key or required) and not _KEY.fullmatch(key):
        needed = _("Send 1 to 64 visible ASCII characters, the same ones when you repeat the call.")
        raise Invalid(errors={HEADER: [needed]})
    return key
