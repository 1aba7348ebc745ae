"""Handles: the public name in links. ASCII only, so no two look alike across scripts."""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

MIN_LENGTH, MAX_LENGTH = 3, 30
_SHAPE = re.compile(r"[a-z0-9]+(?:_[a-z0-9]+)*")

RESERVED = frozenset(
    """about abuse account accounts admin administrator alert alerts api apikeys app apps auth
    billing blog bot bots checkout contact copyright dashboard dev developer docs email everyone
    explore faq feed feeds help here home inbox info jobs legal login logout mail me media mfa
    moderator moderators news newsfeed notifications null official ops owner payments postmaster
    press pricing privacy profile register root sales search security service sessions settings
    sign_in sign_out sign_up signin signout signup staff static status store support sysadmin
    system team terms test undefined undo user users verify wallet webhook webhooks webmaster www
    you""".split()  # noqa: SIM905  (a list of 100 lines would hide the rules)
)


def clean_handle(text: str) -> str:
    """The handle in its one stored form (lower case, no @); ValidationError says what to fix."""
    handle = text.strip().removeprefix("@").casefold()
    if not MIN_LENGTH <= len(handle) <= MAX_LENGTH:
        raise ValidationError(
            _("Use %(low)d to %(high)d characters.") % {"low": MIN_LENGTH, "high": MAX_LENGTH}
        )
    if not _SHAPE.fullmatch(handle):
        raise ValidationError(_("Use letters a to z, digits and single underscores between them."))
    if handle in RESERVED:
        raise ValidationError(_("This handle is reserved. Choose another one."))
    return handle
