"""Time-based one-time passwords, RFC 6238: a pure engine, without storage and without a clock.

SHA-1, 6 digits and steps of 30 seconds are what every authenticator app knows. A code of the
step before or after is taken too: drift of the phone's clock (NIST SP 800-63B-4 §3.1.4.2).
Who calls accepts each step once.
"""

import hmac
import re
import unicodedata
from datetime import datetime

import pyotp

SECRET_LENGTH = 32  # base32 characters: 160 bits, RFC 4226 §4
STEP_SECONDS = 30
DIGITS = 6
WINDOW = 1


def new_secret() -> str:
    return pyotp.random_base32(SECRET_LENGTH)


def step_at(moment: datetime) -> int:
    return int(moment.timestamp()) // STEP_SECONDS


def code_of(secret: str, step: int) -> str:
    return pyotp.TOTP(secret, digits=DIGITS, interval=STEP_SECONDS).generate_otp(step)


def matching_step(secret: str, typed: str, *, moment: datetime, after: int) -> int | None:
    """The step whose code was typed, if it comes later than `after`, the last one used.

    Every step of the window is compared, whatever the first ones gave.
    """
    code, now, found = digits_of(typed), step_at(moment), None
    for step in range(now - WINDOW, now + WINDOW + 1):
        if hmac.compare_digest(code_of(secret, step), code) and step > after:
            found = step
    return found


def digits_of(typed: str) -> str:
    """What was meant: `123 456` is 123456."""
    return re.sub(r"[^0-9]", "", unicodedata.normalize("NFKC", typed))


def uri_of(secret: str, *, account: str, issuer: str) -> str:
    """The otpauth URI that a QR code carries.

    A colon parts the issuer from the account, so neither may hold one (Key URI Format).
    """
    return pyotp.TOTP(secret, digits=DIGITS, interval=STEP_SECONDS).provisioning_uri(
        name=account.replace(":", " "), issuer_name=issuer.replace(":", " ")
    )


def grouped(secret: str) -> str:
    """For those who type it: in groups of four."""
    return " ".join(re.findall(".{1,4}", secret))
