"""What a person can be alerted about. A kind is here only if something raises it.

What a kind says, how serious it is and where it goes is its entry in alerts.catalogue.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time
from enum import IntEnum, StrEnum

from core import crypto


class AlertKind(StrEnum):
    PASSWORD_CHANGED = "account.password.changed"  # noqa: S105
    PASSWORD_RESET = "account.password.reset"  # noqa: S105
    PASSWORD_RESET_ASKED = "account.password.reset_asked"  # noqa: S105
    EMAIL_CHANGED = "account.email.changed"
    EMAIL_CHANGE_ASKED = "account.email.change_asked"
    HANDLE_CHANGED = "account.handle.changed"
    NEW_DEVICE = "session.new_device"
    SESSION_ENDED = "session.ended"
    OTHER_SESSIONS_ENDED = "session.others_ended"
    SESSIONS_ENDED = "session.all_ended"
    BROWSER_TRUSTED = "session.browser_trusted"
    BROWSER_FORGOTTEN = "session.browser_forgotten"
    SIGN_IN_LOCKED = "session.sign_in_locked"
    SIGN_IN_FAILED = "session.sign_in_failed"
    STEP_UP_FAILED = "session.step_up_failed"
    EXPORT_ASKED = "account.export.asked"
    EXPORT_DOWNLOADED = "account.export.downloaded"
    EXPORT_READY = "account.export.ready"
    DELETION_ASKED = "account.deletion.asked"
    DELETION_CANCELLED = "account.deletion.cancelled"
    ACCOUNT_DISABLED = "account.disabled"
    ACCOUNT_ENABLED = "account.enabled"
    MFA_ENABLED = "mfa.enabled"
    MFA_DISABLED = "mfa.disabled"
    MFA_METHOD_ADDED = "mfa.method_added"
    MFA_METHOD_REMOVED = "mfa.method_removed"
    MFA_REQUIRED = "mfa.required"
    MFA_DUE_SOON = "mfa.due_soon"
    RECOVERY_CODES_CREATED = "mfa.recovery_codes_created"
    RECOVERY_CODE_USED = "mfa.recovery_code_used"
    RECOVERY_CODES_LOW = "mfa.recovery_codes_low"
    MFA_PREFERRED_CHANGED = "mfa.preferred_changed"
    MFA_METHOD_RENAMED = "mfa.method_renamed"
    MFA_RESET_ASKED = "mfa.reset_asked"
    MFA_RESET_SOON = "mfa.reset_soon"
    MFA_RESET_DUE = "mfa.reset_due"
    MFA_RESET_STOPPED = "mfa.reset_stopped"
    MFA_RESET_DONE = "mfa.reset_done"
    MFA_RESET_REQUESTED = "mfa.reset_requested"
    MFA_RESET_REFUSED = "mfa.reset_refused"
    MFA_RESET_BY_STAFF = "mfa.reset_by_staff"
    STAFF_REQUEST_MADE = "staff.request_made"
    STAFF_GLASS_BROKEN = "staff.glass_broken"
    APIKEY_CREATED = "apikey.created"
    APIKEY_REVOKED = "apikey.revoked"
    APIKEYS_REVOKED = "apikey.several_revoked"
    APIKEY_RESTORED = "apikey.restored"
    APIKEY_CHANGED = "apikey.changed"
    APIKEY_DISABLED = "apikey.disabled"
    APIKEY_ENABLED = "apikey.enabled"
    APIKEY_ROTATED = "apikey.rotated"
    APIKEY_OLD_SECRET_USED = "apikey.old_secret_used"  # noqa: S105
    APIKEY_LEAKED = "apikey.leaked"
    APIKEY_OLD_SECRET_LEAKED = "apikey.old_secret_leaked"  # noqa: S105
    APIKEY_NEW_NETWORK = "apikey.new_network"
    APIKEY_ADDRESS_REFUSED = "apikey.address_refused"
    APIKEY_EXPIRING = "apikey.expiring"
    APIKEY_EXPIRED = "apikey.expired"
    APIKEY_IDLE = "apikey.idle"
    WEBHOOK_ADDED = "webhook.added"
    WEBHOOK_SECRET_ROTATED = "webhook.secret_rotated"  # noqa: S105
    WEBHOOK_TURNED_ON = "webhook.turned_on"
    WEBHOOK_TURNED_OFF = "webhook.turned_off"
    WEBHOOK_REMOVED = "webhook.removed"
    WEBHOOK_DISABLED = "webhook.disabled"
    PREFS_CHANGED = "alerts.security_channel_removed"
    NOT_ME = "account.not_me"
    EMAIL_BOUNCED = "alerts.email_bounced"
    EMAIL_COMPLAINED = "alerts.email_complained"
    SMS_REFUSED = "alerts.sms_refused"
    PAYMENT_SUCCEEDED = "billing.payment.succeeded"
    PAYMENT_FAILED = "billing.payment.failed"
    PAYMENT_MISMATCH = "billing.payment.mismatch"
    PAYMENT_LATE = "billing.payment.late"
    PAYMENT_ACTION = "billing.payment.action_required"
    REFUND_ISSUED = "billing.refund.issued"
    REFUND_FAILED = "billing.refund.failed"
    REFUND_REQUESTED = "billing.refund.requested"
    DISPUTE_OPENED = "billing.dispute.opened"
    DISPUTE_CLOSED = "billing.dispute.closed"
    BALANCE_ADJUSTED = "billing.balance.adjusted"
    BALANCE_ADJUSTMENT_ASKED = "billing.balance.adjustment_asked"
    PURCHASE_REVERSED = "billing.purchase.reversed"
    SALE_REVERSED = "billing.sale.reversed"
    CARD_EXPIRING = "billing.payment_method.expiring"
    PAYMENT_METHOD_ADDED = "billing.payment_method.added"
    PAYMENT_METHOD_REMOVED = "billing.payment_method.removed"


class Category(StrEnum):
    SECURITY = "security"
    ACCOUNT = "account"
    MONEY = "money"


CATEGORIES = tuple(Category)


class Channel(StrEnum):
    IN_APP = "in_app"  # counts as new until it is read; without it an alert arrives read
    EMAIL = "email"
    SMS = "sms"  # to the phone that its owner chose for alerts, verified by a code
    WEBHOOK = "webhook"  # to the endpoints that a person added, each with its own filter


class Mode(StrEnum):
    """When a channel gets a category. Only email has digests."""

    NOW = "now"
    DAILY = "daily"
    WEEKLY = "weekly"
    OFF = "off"


DIGESTS = frozenset({Mode.DAILY, Mode.WEEKLY})
ON_OFF = (Mode.NOW, Mode.OFF)
MODES: Mapping[Channel, tuple[Mode, ...]] = {
    channel: tuple(Mode) if channel is Channel.EMAIL else ON_OFF for channel in Channel
}
CHOSEN_FIRST = frozenset({Channel.SMS})  # off until somebody turns it on
UNMUTABLE = frozenset({Channel.IN_APP, Channel.EMAIL})  # of mandatory alerts
ALWAYS_ON = frozenset({Category.SECURITY})  # categories that one cannot turn off there


class Severity(IntEnum):
    """How soon a person should look, up to 100."""

    INFO = 20
    NOTICE = 40
    WARNING = 60
    HIGH = 80
    CRITICAL = 90


class Answer(StrEnum):
    """What its owner said of it."""

    WAS_ME = "was_me"
    NOT_ME = "not_me"


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
    notified_n: int = 0  # up to which of them it was sent to the other channels
    unread_id: str = ""  # when it became unread, as a ULID; empty once it is read
    answer: Answer | None = None  # None also when it happened again since
    denied_n: int = 0  # the last one that its owner said was not them

    def is_unread(self, read_upto: str) -> bool:
        """`read_upto`: the watermark, up to which everything counts as read."""
        return self.unread_id > read_upto

    @property
    def is_back(self) -> bool:
        """It happened again after its owner said that it was not them, and nobody told them yet."""
        return self.notified_n <= self.denied_n < self.n and self.denied_n > 0


@dataclass(frozen=True, slots=True, kw_only=True)
class QuietHours:
    """From `start` to `end` of the local clock, over midnight where `end` is not later.

    `days`: on which it starts; 0 is Monday.
    """

    start: time
    end: time
    days: frozenset[int] = frozenset(range(7))


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestTime:
    """Of the local clock. `weekday`: 0 is Monday; for weekly ones only."""

    hour: int = 8
    weekday: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ArmedDigest:
    """The next digest of a kind. `upto`: what happened until then was in an earlier one."""

    job_id: str
    slot: datetime
    upto: datetime


class SuspensionReason(StrEnum):
    BOUNCED = "bounced"  # it does not arrive: nothing goes there any more
    COMPLAINED = "complained"  # marked as spam: only mandatory alerts still go there


_ADDRESS = "alert-address"  # the purpose of the digest


def digest_of_address(address: str) -> str:
    """What is stored of an address that failed."""
    return crypto.code_digest(address.encode().hex(), purpose=_ADDRESS)


def is_digest_of(address: str, digest: str) -> bool:
    return crypto.code_matches(address.encode().hex(), digest, purpose=_ADDRESS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspension:
    """`address_digest`: of the one that failed, so that a new address is not suspended."""

    reason: SuspensionReason
    at: datetime
    address_digest: str

    def is_about(self, address: str) -> bool:
        return is_digest_of(address, self.address_digest)


@dataclass(frozen=True, slots=True, kw_only=True)
class Phone:
    """`sealed`: the number in E.164 form, encrypted for its owner."""

    sealed: str = field(repr=False)
    last4: str

    @classmethod
    def of(cls, number: str, *, user_sub: str) -> "Phone":
        sealed = crypto.encrypt(number, context=phone_context(user_sub))
        return cls(sealed=sealed, last4=number[-4:])

    def number(self, *, user_sub: str) -> str:
        """Raises DecryptionFailed."""
        return crypto.decrypt(self.sealed, context=phone_context(user_sub))


def phone_context(user_sub: str) -> str:
    return f"alert-phone:{user_sub}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Preferences:
    """Where and when a person wants what; `choices` holds only what they chose themselves.

    One time zone is that of the quiet hours, of the digests and of "until tomorrow"; empty for
    the one that the site is set to.
    """

    user_sub: str
    choices: Mapping[Category, Mapping[Channel, Mode]] = field(default_factory=dict)
    min_severity: Mapping[Channel, int] = field(default_factory=dict)
    time_zone: str = ""
    quiet: QuietHours | None = None
    digest: DigestTime = DigestTime()
    mute_until: datetime | None = None
    suspended: Mapping[Channel, Suspension] = field(default_factory=dict)
    phone: Phone | None = None
    armed: Mapping[Mode, ArmedDigest] = field(default_factory=dict)
    read_upto: str = ""
    version: int = 1

    def mode(self, category: Category, channel: Channel) -> Mode:
        default = Mode.OFF if channel in CHOSEN_FIRST else Mode.NOW
        return self.choices.get(category, {}).get(channel, default)

    @property
    def phone_number(self) -> str:
        """Empty for none. Raises DecryptionFailed."""
        return self.phone.number(user_sub=self.user_sub) if self.phone else ""

    def wants(self, category: Category, channel: Channel) -> bool:
        return self.mode(category, channel) is not Mode.OFF

    def least(self, channel: Channel) -> int:
        """The severity from which on a channel is used."""
        default = Severity.HIGH if channel is Channel.SMS else 0
        return self.min_severity.get(channel, default)


class How(StrEnum):
    SEND = "send"
    DIGEST = "digest"
    NOTHING = "nothing"


class Reason(StrEnum):
    """Why a channel gets nothing of an alert."""

    NOT_OFFERED = "not_offered"  # the catalogue never sends this kind there
    TURNED_OFF = "turned_off"
    NOT_SEVERE = "not_severe"
    MUTED = "muted"
    SUSPENDED = "suspended"
    NO_ADDRESS = "no_address"


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """What one channel gets of an alert: SEND at `due`, a DIGEST's line, or NOTHING, why."""

    how: How
    due: datetime | None = None
    reason: Reason | None = None
