"""What a password must be: long enough, and not one that guessing programs try first.

No composition rules (NIST SP 800-63B-4 §3.1.1.2, OWASP ASVS 5.0 6.2.5).
"""

import unicodedata
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from zxcvbn import zxcvbn

if TYPE_CHECKING:
    from users.models import User

MIN_LENGTH, MAX_LENGTH = 10, 256
LOWEST_SCORE = 2  # zxcvbn: below it, under 10^6 guesses
_JUDGED_LENGTH = 32  # zxcvbn's cost grows with the square: 72 signs can take four seconds


def normalise_password(raw: str) -> str:
    """NFC, so that one password typed on two keyboards is one password."""
    return unicodedata.normalize("NFC", raw)


class StrengthValidator:
    """A validator in Django's sense; also refuses what is built from the person's own words."""

    def validate(self, password: str, user: "User | None" = None) -> None:
        own = [user.email, user.handle, user.display_name] if user else []
        check_password_strength(password, own_words=own)

    def get_help_text(self) -> str:
        return _("At least %(low)d characters. A few unrelated words work well.") % {
            "low": MIN_LENGTH
        }


def check_password_strength(raw: str, *, own_words: list[str]) -> None:
    """Raises ValidationError with the reason and the fix."""
    password = normalise_password(raw)
    if len(password) < MIN_LENGTH:
        raise ValidationError(_("Use at least %(low)d characters.") % {"low": MIN_LENGTH})
    if len(password) > MAX_LENGTH:
        raise ValidationError(_("Use at most %(high)d characters.") % {"high": MAX_LENGTH})
    words = [settings.SITE_NAME, *own_words]
    words += [part for word in own_words for part in word.split("@")]
    found = zxcvbn(password[:_JUDGED_LENGTH], user_inputs=[word for word in words if word])
    if found["score"] < LOWEST_SCORE:
        raise ValidationError(
            _("This password is easy to guess. Use a few unrelated words, or a password manager.")
        )
