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
from mfa.services.devices import (
    factors_without,
    get_owned_device,
    overview,
    remove_device,
    rename_device,
)
from mfa.services.listing import list_without_factor
from mfa.services.notices import device_notice_writes, mail_notice, send_phone_notice
from mfa.services.policy import (
    are_enough,
    begin_grace,
    due_of,
    is_stopped,
    must_have,
    remind,
    require_factor,
)
from mfa.services.recovery import check_current, recovery_codes_left, replace_recovery_codes
from mfa.services.resetting import remove_leftovers, reset_writes
from mfa.services.totp import confirm_totp, get_totp_setup, start_totp
from mfa.services.verifying import is_last_free, notice_of, send_code, verify
from mfa.services.ways import first_method, methods_of, prefer_device, strongest_of, ways_of

__all__ = [
    "are_enough",
    "begin_grace",
    "check_current",
    "confirm_sent",
    "confirm_totp",
    "device_notice_writes",
    "due_of",
    "factors_without",
    "find_setup",
    "first_method",
    "get_owned_device",
    "get_totp_setup",
    "is_factor_mailbox",
    "is_last_free",
    "is_stopped",
    "list_without_factor",
    "mail_notice",
    "methods_of",
    "must_have",
    "notice_of",
    "overview",
    "prefer_device",
    "recovery_codes_left",
    "remind",
    "remove_device",
    "remove_leftovers",
    "rename_device",
    "replace_recovery_codes",
    "require_factor",
    "resend_code",
    "reset_writes",
    "send_code",
    "send_phone_notice",
    "start_email",
    "start_sms",
    "start_totp",
    "strongest_of",
    "use_for_alerts",
    "verify",
    "ways_of",
]
