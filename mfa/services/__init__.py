"""Second factors as the doors and other apps see them."""

from mfa.services.alert_phones import use_for_alerts
from mfa.services.codes import (
    confirm_sent,
    find_setup,
    is_factor_mailbox,
    resend_code,
    start_email,
    start_sms,
)
from mfa.services.devices import get_owned_device, overview, remove_device
from mfa.services.recovery import replace_recovery_codes
from mfa.services.totp import confirm_totp, get_totp_setup, start_totp
from mfa.services.verifying import (
    hint_of,
    is_last_free,
    methods_of,
    notice_of,
    send_code,
    strongest_of,
    verify,
)

__all__ = [
    "confirm_sent",
    "confirm_totp",
    "find_setup",
    "get_owned_device",
    "get_totp_setup",
    "hint_of",
    "is_factor_mailbox",
    "is_last_free",
    "methods_of",
    "notice_of",
    "overview",
    "remove_device",
    "replace_recovery_codes",
    "resend_code",
    "send_code",
    "start_email",
    "start_sms",
    "start_totp",
    "strongest_of",
    "use_for_alerts",
    "verify",
]
