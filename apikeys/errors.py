from django.utils.translation import gettext_lazy as _

from core.errors import Conflict, Forbidden, NotFound, RateLimited, Unauthenticated
from core.scopes import Scope


class KeyNotFound(NotFound):
    code = "key_not_found"
    message = _("There is no such API key, or it is not yours.")


class KeyLimitReached(Conflict):
    code = "key_limit_reached"
    message = _("You have as many keys as an account may have. Revoke one first.")


class KeyExists(Conflict):
    """The form was sent twice."""

    code = "key_exists"
    message = _(
        "That key was made already, and its secret was shown then. If you did not keep it, revoke"
        " the key and create another one."
    )


class KeyChanged(Conflict):
    code = "key_changed"
    message = _("This key was changed meanwhile. Look at it again, then repeat the step.")


class KeyEnded(Conflict):
    """Revoked or expired: nothing of it can be changed."""

    code = "key_ended"
    message = _("This key is revoked or has expired. Create another one.")


class RotationInProgress(Conflict):
    code = "rotation_in_progress"
    message = _("This key has two secrets at the moment. End the old or unused one first.")


class UndoRefused(Conflict):
    code = "undo_refused"
    message = _("A key can be brought back for an hour, and only if you revoked it yourself.")


class KeyRefused(Unauthenticated):
    """One answer for a key that is malformed, unknown or wrong."""

    code = "key_invalid"
    message = _("This API key is not valid.")
    challenge = 'Bearer error="invalid_token"'


class KeyRevoked(KeyRefused):
    code = "key_revoked"
    message = _("This API key was revoked.")


class KeyExpired(KeyRefused):
    code = "key_expired"
    message = _("This API key has expired. Create another one.")


class KeyDisabled(KeyRefused):
    code = "key_disabled"
    message = _("This API key is disabled. Its owner can enable it again.")


class KeyLeaked(KeyRefused):
    code = "key_leaked"
    message = _("This API key became public and was revoked. Create another one.")


class KeyOwnerDisabled(KeyRefused):
    code = "key_owner_disabled"
    message = _("The account of this API key is disabled.")


class KeyRequired(Forbidden):
    code = "key_required"
    message = _("This tells an API key about itself. Send one in the header Authorization.")


class AddressNotAllowed(Forbidden):
    code = "address_not_allowed"
    message = _("This API key does not work from this network address.")
    challenge = 'Bearer error="invalid_token"'


class ScopeMissing(Forbidden):
    code = "scope_missing"

    def __init__(self, scope: Scope) -> None:
        super().__init__(_("This API key lacks the scope %(scope)s.") % {"scope": scope})
        self.challenge = f'Bearer error="insufficient_scope", scope="{scope}"'


class KeyLimitExceeded(RateLimited):
    """The calls of the key are spent for now."""

    message = _("This API key has made as many calls as it may for now. Wait, then go on.")
    problem_type = "https://iana.org/assignments/http-problem-types#quota-exceeded"
    members = {"violated-policies": ["default"]}
