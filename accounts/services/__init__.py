from accounts.services.create import create_account
from accounts.services.sign_in import check_sign_in
from accounts.services.sign_up import (
    find_sign_up,
    resend_sign_up_mail,
    start_sign_up,
    verify_sign_up,
)

__all__ = [
    "check_sign_in",
    "create_account",
    "find_sign_up",
    "resend_sign_up_mail",
    "start_sign_up",
    "verify_sign_up",
]
