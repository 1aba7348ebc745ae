"""What a person can be alerted about. A kind is here only if something raises it.

What a kind says, how serious it is and where it goes is its entry in alerts.catalogue.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum, StrEnum


class AlertKind(StrEnum):
    PASSWORD_CHANGED = "account.password.changed"  # noqa: S105
    PASSWORD_RESET = "account.password.reset"  # noqa: S105
    EMAIL_CHANGED = "account.email.changed"
    EMAIL_CHANGE_ASKED = "account.email.change_asked"
    HANDLE_CHANGED = "account.handle.changed"
    NEW_DEVICE = "session.new_device"
    SESSIONS_ENDED = "session.all_ended"
    SIGN_IN_LOCKED = "session.sign_in_locked"
    STEP_UP_FAILED = "session.step_up_failed"
    EXPORT_ASKED = "account.export.asked"
    EXPORT_READY = "account.export.ready"
    DELETION_ASKED = "account.deletion.asked"
    DELETION_CANCELLED = "account.deletion.cancelled"
    ACCOUNT_DISABLED = "account.disabled"
    ACCOUNT_ENABLED = "account.enabled"
    MFA_ENABLED = "mfa.enabled"
    MFA_DISABLED = "mfa.disabled"
    MFA_METHOD_ADDED = "mfa.method_added"
    MFA_METHOD_REMOVED = "mfa.method_removed"
    RECOVERY_CODES_CREATED = "mfa.recovery_codes_created"
    RECOVERY_CODE_USED = "mfa.recovery_code_used"
    APIKEY_CREATED = "apikey.created"
    APIKEY_REVOKED = "apikey.revoked"
    PAYMENT_SUCCEEDED = "billing.payment.succeeded"
    PAYMENT_FAILED = "billing.payment.failed"
    PAYMENT_MISMATCH = "billing.payment.mismatch"
    PAYMENT_METHOD_ADDED = "billing.payment_method.added"
    PAYMENT_METHOD_REMOVED = "billing.payment_method.removed"


class Category(StrEnum):
    SECURITY = "security"
    ACCOUNT = "account"
    MONEY = "money"


class Channel(StrEnum):
    IN_APP = "in_app"  # counts as new until it is read; without it an alert arrives read
    EMAIL = "email"


class Severity(IntEnum):
    """How soon a person should look, up to 100."""

    INFO = 20
    NOTICE = 40
    WARNING = 60
    HIGH = 80
    CRITICAL = 90


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """One grouped event: `n` times between `first_at` and `last_at`. `context` is plain text."""

    alert_id: str
    user_sub: str
    kind: AlertKind
    context: Mapping[str, str]
    first_at: datetime
    last_at: datetime
    n: int = 1
    unread_id: str = ""  # when it became unread, as a ULID; empty once it is read

    def is_unread(self, read_upto: str) -> bool:
        """`read_upto`: the watermark, up to which everything counts as read."""
        return self.unread_id > read_upto


@dataclass(frozen=True, slots=True, kw_only=True)
class Preferences:
    """Where a person wants which category; `choices` holds only what they chose themselves."""

    user_sub: str
    choices: Mapping[Category, Mapping[Channel, bool]] = field(default_factory=dict)
    read_upto: str = ""
    version: int = 1

    def wants(self, category: Category, channel: Channel) -> bool:
        """Everything is on until somebody turns it off."""
        return self.choices.get(category, {}).get(channel, True)
