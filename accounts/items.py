from collections.abc import Mapping
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


@dataclass(frozen=True, slots=True, kw_only=True)
class MfaResetCode(PendingProof):
    """The code that says that somebody who lost every factor has the mailbox; void once the
    account's trust epoch or address moved on."""

    user_sub: str
    trust_epoch: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MfaReset:
    """The wait of an account whose owner lost every factor: nothing is weaker until `due`.

    From `due` to `ends_at` the factors can be removed. Void once the account's trust epoch moved
    on.
    """

    reset_id: str
    user_sub: str
    trust_epoch: int
    due: datetime
    ends_at: datetime

    def is_due(self, now: datetime) -> bool:
        return self.due <= now < self.ends_at


class Outcome(StrEnum):
    SIGNED_IN = "signed_in"
    WRONG_PASSWORD = "wrong_password"  # noqa: S105
    WRONG_CODE = "wrong_code"  # of the second step, after the right password
    CODE_ASKED = "code_asked"  # the right password in an unknown browser; a code was asked for
    DISABLED = "disabled"  # the right password of an account that is disabled
    NOT_ME = "not_me"  # no try: its owner said of an alert that it was not them
    MFA_RESET_ASKED = "mfa_reset_asked"  # no tries either: every factor lost, and what came of it
    MFA_RESET_STOPPED = "mfa_reset_stopped"
    MFA_RESET_DONE = "mfa_reset_done"
    MFA_RESET_BY_STAFF = "mfa_reset_by_staff"


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
    what lets it skip the second step; `budget` names the count of tries that the second step still
    has to clear, as (lockout, subject)."""

    user: User
    browser: KnownBrowser | None
    trust: ProvenTrust | None = None
    budget: tuple[str, str] | None = None
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
    budget: tuple[str, str] | None = None


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


class ApprovalState(StrEnum):
    OPEN = "open"
    APPROVED = "approved"
    REFUSED = "refused"
    EXPIRED = "expired"  # never stored: an open one whose time is over


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """What one staff member asks for and another one decides. `facts` are ids and numbers that
    its kind needs, never text. Names are ids: a request outlives the accounts it is about.

    `breaks_glass`: one person did it alone.
    """

    approval_id: str
    kind: str
    subject: str
    facts: Mapping[str, str]
    reason: str
    requester: str
    asked_at: datetime
    open_until: datetime
    state: ApprovalState = ApprovalState.OPEN
    decided_by: str = ""
    decided_at: datetime | None = None
    decision_reason: str = ""
    breaks_glass: bool = False

    def state_at(self, now: datetime) -> ApprovalState:
        is_over = self.state is ApprovalState.OPEN and self.open_until <= now
        return ApprovalState.EXPIRED if is_over else self.state
