from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sessions.items import ProvenTrust
from users.items import KnownBrowser
from users.models import User


@dataclass(frozen=True, slots=True, kw_only=True)
class MailedProof:
    """What one verification mail carries; stored only hashed."""

    token: str
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredProof:
    """The hashes of what was mailed last: SHA-256 of the token, HMAC of the code.

    `tries` counts over all mails of one row.
    """

    token_hash: str
    code_digest: str
    code_expires_at: datetime
    tries: int
    sends: int
    resend_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """A VERIFY row: something that waits for a mailbox. `row_hash` is its key, a SHA-256."""

    row_hash: str
    email: str
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingProof(Pending):
    proof: StoredProof


@dataclass(frozen=True, slots=True, kw_only=True)
class SignUp(PendingProof):
    handle: str
    password_hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EmailChange(PendingProof):
    """`email` is the new address; void once the account's trust epoch moved on."""

    user_sub: str
    trust_epoch: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordReset(Pending):
    """`user_sub` is empty until the job that mails the link found whose address it is.

    The key is the hash of the link's token, so there is no other proof. Void once the account's
    trust epoch or address moved on.
    """

    user_sub: str
    trust_epoch: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NotMe:
    """An account whose owner says that what an alert told was not them. `n`: which of its
    occurrences they answer; 0 when the alert is gone."""

    user: User
    alert_id: str
    n: int
    title: str


class Outcome(StrEnum):
    SIGNED_IN = "signed_in"
    WRONG_PASSWORD = "wrong_password"  # noqa: S105
    WRONG_CODE = "wrong_code"  # of the second step, after the right password
    DISABLED = "disabled"  # the right password of an account that is disabled
    NOT_ME = "not_me"  # no try: its owner said of an alert that it was not them


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInRecord:
    """One line of the sign-in history. `methods` is empty unless it succeeded."""

    record_id: str
    outcome: Outcome
    methods: tuple[str, ...]
    ip: str
    label: str
    known_browser: bool
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedSignIn:
    """The password was right. `browser` is None when the account does not know it; `trust` is
    what lets it skip the second step."""

    user: User
    browser: KnownBrowser | None
    trust: ProvenTrust | None = None
    method: str = ""  # of the second step, once that was passed


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingSignIn:
    """A sign-in between its two steps; void once one of the account's epochs moved on."""

    challenge_id: str
    user_sub: str
    session_epoch: int
    trust_epoch: int
    remember: bool
    next_path: str
    began_at: datetime


class ExportState(StrEnum):
    BUILDING = "building"
    READY = "ready"


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """A file with everything that is held of a person; `size` is in bytes, as it downloads.

    Until it is ready, `expires_at` is the moment from which another one may be asked for.
    """

    export_id: str
    user_sub: str
    state: ExportState
    asked_at: datetime
    expires_at: datetime
    size: int = 0

    @property
    def is_ready(self) -> bool:
        return self.state is ExportState.READY


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportFile:
    name: str
    content: bytes
