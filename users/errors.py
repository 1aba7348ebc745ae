from datetime import datetime

from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from core import clock
from core.errors import Conflict, NotFound, RateLimited


class UserNotFound(NotFound):
    code = "user_not_found"
    message = _("There is no such account.")


class EmailTaken(Conflict):
    code = "email_taken"
    message = _("There is already an account with this email address.")


class HandleTaken(Conflict):
    code = "handle_taken"
    message = _("This handle is taken. Choose another one.")


class ProfileChanged(Conflict):
    code = "profile_changed"
    message = _(
        "The profile was changed elsewhere meanwhile, so nothing was saved. Look at what is there"
        " now, then make your change again."
    )


class HandleChangeLimited(RateLimited):
    code = "handle_change_limited"

    def __init__(self, *, next_at: datetime) -> None:
        text = _("You changed your handle twice in 14 days. You can again on %(day)s UTC.")
        day = date_format(next_at, "j F Y, H:i")
        wait = next_at - clock.now()
        super().__init__(str(text) % {"day": day}, retry_after=int(wait.total_seconds()) + 1)
