from accounts.services.create import create_account
from accounts.services.email_change import (
    cancel_email_change,
    confirm_email_change,
    find_email_change,
    resend_email_change_mail,
    start_email_change,
)
from accounts.services.history import list_sign_ins
from accounts.services.not_me import find_not_me, open_not_me_link, say_not_me
from accounts.services.password import change_password
from accounts.services.password_reset import (
    ask_password_reset,
    confirm_password_reset,
    reset_is_open,
)
from accounts.services.second_step import (
    begin_second_step,
    check_second_step,
    person_waiting,
    send_sign_in_code,
)
from accounts.services.sign_in import check_sign_in
from accounts.services.sign_up import (
    find_sign_up,
    resend_sign_up_mail,
    start_sign_up,
    verify_sign_up,
)
from accounts.services.step_up import confirm_methods, confirm_person, send_confirm_code

__all__ = [
    "ask_password_reset",
    "begin_second_step",
    "cancel_email_change",
    "change_password",
    "check_second_step",
    "check_sign_in",
    "confirm_email_change",
    "confirm_methods",
    "confirm_password_reset",
    "confirm_person",
    "create_account",
    "find_email_change",
    "find_not_me",
    "find_sign_up",
    "list_sign_ins",
    "open_not_me_link",
    "person_waiting",
    "resend_email_change_mail",
    "resend_sign_up_mail",
    "reset_is_open",
    "say_not_me",
    "send_confirm_code",
    "send_sign_in_code",
    "start_email_change",
    "start_sign_up",
    "verify_sign_up",
]
