from django.utils.translation import gettext_lazy as _

from core.errors import Conflict, Invalid, NotFound, Unauthenticated


class SessionNotFound(NotFound):
    code = "session_not_found"
    message = _("There is no such session. It may have ended already.")


class TrustedBrowserNotFound(NotFound):
    """One answer for an unknown one, one of somebody else, and one that is trusted no more."""

    code = "trusted_browser_not_found"
    message = _("There is no such trusted browser. It may have been removed already.")


class TrustNotAllowed(Invalid):
    code = "trust_not_allowed"
    message = _("A staff account confirms each sign-in. No browser can skip that.")


class SessionEnded(Unauthenticated):
    code = "session_ended"
    message = _("Your session has ended. Sign in again.")


class SessionsChanging(Conflict):
    code = "sessions_changing"
    message = _("Your sessions are being changed elsewhere. Try again in a moment.")


class SessionTooLarge(Invalid):
    """Raised by the engine on save; nothing was written."""

    code = "session_too_large"
    message = _("This would make the session too large. Ask for less in one step.")

    def __init__(self, *, size: int, limit: int) -> None:
        super().__init__()
        self.size = size
        self.limit = limit

    def __str__(self) -> str:
        return f"the session would hold {self.size} bytes; SESSION_MAX_BYTES is {self.limit}"
