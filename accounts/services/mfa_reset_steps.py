"""What happens by itself while somebody waits for the removal of their factors: jobs come here."""

from django.urls import reverse

from accounts.items import MfaReset
from accounts.repository import MfaResetRepository
from accounts.services.mfa_reset import (
    Step,
    context_of,
    find_mfa_reset,
    link_write,
    step_write,
    told_everywhere,
)
from accounts.services.mfa_reset_finish import finish_url
from alerts.items import AlertKind
from core import clock, links, mail
from dynamo.table import Write
from users import mfa_reset as accounts
from users import services as users
from users.models import User

_resets = MfaResetRepository()


def run_step(*, user_sub: str, reset_id: str, step: Step) -> list[Write]:
    """The writes that end the job of that moment; none when the wait is gone or another one."""
    user, reset = users.find_user(user_sub), _resets.find(user_sub)
    if user is None or reset is None or reset.reset_id != reset_id:
        return []
    if step is Step.OVER or find_mfa_reset(user) is None:
        return [_resets.removing(reset), accounts.end_write(user_sub, due=reset.due)]
    if step is Step.SOON:
        return [_resets.checking(reset), *_tell(user, reset, AlertKind.MFA_RESET_SOON, Step.DUE)]
    told = _tell(user, reset, AlertKind.MFA_RESET_DUE, Step.OVER)
    return [_resets.checking(reset), *told, link_write(reset)]


def mail_link(*, user_sub: str, reset_id: str, message_id: str) -> None:
    """Nothing when the wait was stopped meanwhile. Raises what core.mail.send() raises."""
    user = users.find_user(user_sub)
    reset = find_mfa_reset(user) if user else None
    if user is None or reset is None or reset.reset_id != reset_id:
        return
    if not reset.is_due(clock.now()):
        return
    shown = {
        "handle": user.handle,
        "finish_url": links.absolute(finish_url(reset)),
        "security_url": links.absolute(reverse("accounts:security")),
        "ends": reset.ends_at,
    }
    mail.send("mfa_reset_ready", to=user.email, context=shown, message_id=message_id)


def _tell(user: User, reset: MfaReset, kind: AlertKind, following: Step) -> list[Write]:
    told = told_everywhere(user, kind, context_of(reset), None)
    return [*told, step_write(reset, following)]
