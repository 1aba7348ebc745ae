from django.utils.translation import gettext_lazy as _

from core.errors import Conflict, NotFound


class UserNotFound(NotFound):
    code = "user_not_found"
    message = _("There is no such account.")


class EmailTaken(Conflict):
    code = "email_taken"
    message = _("There is already an account with this email address.")


class HandleTaken(Conflict):
    code = "handle_taken"
    message = _("This handle is taken. Choose another one.")
