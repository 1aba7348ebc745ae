from accounts.repository.approvals import APPROVAL_LABEL, ApprovalRepository
from accounts.repository.email_change import EMAIL_CHANGE_LABEL, EmailChangeRepository
from accounts.repository.exports import EXPORT_LABEL, RUNNING_LABEL, ExportRepository
from accounts.repository.history import HistoryRepository
from accounts.repository.mfa_reset import (
    MFA_RESET_CODE_LABEL,
    MFA_RESET_LABEL,
    MfaResetCodeRepository,
    MfaResetRepository,
)
from accounts.repository.not_me import NOT_ME_LABEL, NotMeRepository
from accounts.repository.password_reset import PASSWORD_RESET_LABEL, PasswordResetRepository
from accounts.repository.sign_up import SIGN_UP_LABEL, SignUpRepository

__all__ = [
    "APPROVAL_LABEL",
    "EMAIL_CHANGE_LABEL",
    "EXPORT_LABEL",
    "MFA_RESET_CODE_LABEL",
    "MFA_RESET_LABEL",
    "NOT_ME_LABEL",
    "PASSWORD_RESET_LABEL",
    "RUNNING_LABEL",
    "SIGN_UP_LABEL",
    "ApprovalRepository",
    "EmailChangeRepository",
    "ExportRepository",
    "HistoryRepository",
    "MfaResetCodeRepository",
    "MfaResetRepository",
    "NotMeRepository",
    "PasswordResetRepository",
    "SignUpRepository",
]
