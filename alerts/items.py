"""What a person can be alerted about. A kind is here only if something raises it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


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
