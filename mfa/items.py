from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Method(StrEnum):
    """A way to prove it is you besides the password."""

    TOTP = "totp"
    SMS = "sms"
    EMAIL = "email"
    RECOVERY = "recovery"


class Required(StrEnum):
    """Who must have a second factor: the values of MFA_REQUIRED."""

    OFF = "off"
    STAFF = "staff"
    ALL = "all"


METHODS = tuple(Method)
FACTORS = (Method.TOTP, Method.SMS, Method.EMAIL)  # the strongest first
SENT = (Method.SMS, Method.EMAIL)  # those whose code has to be sent


def device_context(method: Method, user_sub: str, device_id: str) -> str:
    """What binds the encrypted value of a device to its row."""
    return f"{method}:{user_sub}:{device_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """One authenticator app, phone number or mailbox; it counts once it is confirmed.

    `sealed` is the encrypted secret, phone number or address, bound to the device's own row;
    `hint` is what of it may be shown. `last_step` is the last TOTP step that was used.
    """

    user_sub: str
    device_id: str
    method: Method
    name: str
    sealed: str
    hint: str
    created_at: datetime
    confirmed_at: datetime | None = None
    last_used_at: datetime | None = None
    last_step: int = 0
    consent_version: str = ""  # of a phone: the text that its owner agreed to, and when
    consent_at: datetime | None = None  # None for one of before it was asked
    opted_out_at: datetime | None = None  # of a phone: its owner replied STOP; last seen then

    @property
    def context(self) -> str:
        return device_context(self.method, self.user_sub, self.device_id)

    @property
    def reference(self) -> str:
        """As User.preferred_factor names it."""
        return f"{self.method}:{self.device_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class TotpSetup:
    """What an authenticator app needs to know; shown to its owner until it is confirmed."""

    device_id: str
    name: str
    secret: str
    uri: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Challenge:
    """A code that was sent. `tries` and `sends` count over all codes of one challenge."""

    user_sub: str
    challenge_id: str
    device_id: str
    code_digest: str
    code_expires_at: datetime
    resend_at: datetime
    expires_at: datetime
    tries: int = 0
    sends: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One way to confirm. `device_id`, `name` and `hint` are of the phone or mailbox that a code
    is sent to; an app's code is taken whichever app shows it, and a recovery code has no device.
    `is_stopped`: STOP was sent from that phone."""

    method: Method
    device_id: str = ""
    name: str = ""
    hint: str = ""
    is_stopped: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """What a person has turned on; `recovery_codes` is how many are left, `preferred` the id of
    the device that is asked for first (empty when nobody chose one)."""

    devices: tuple[Device, ...]
    recovery_codes: int
    preferred: str = ""
