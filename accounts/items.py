from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SignUp:
    """A sign-up that waits for its email address to be verified.

    `attempt_hash`, `token_hash` are SHA-256 of random values that only the person's browser and
    mail hold; `code_digest` is an HMAC. `tries` counts over all codes of this attempt.
    """

    attempt_hash: str
    email: str
    handle: str
    password_hash: str
    token_hash: str
    code_digest: str
    code_expires_at: datetime
    tries: int
    sends: int
    resend_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MailedProof:
    """What one verification mail carries; stored only hashed."""

    token: str
    code: str
