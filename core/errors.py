"""What can go wrong, in words of the product; core/http.py gives each category its status.

ApplicationError
    NotFound · Conflict · PreconditionFailed · Forbidden · Invalid · RateLimited
    · ReauthenticationRequired · Unauthenticated · ServiceUnavailable

An app names its own errors in its errors.py, one line each under a category. `code` is part of
the API's contract and never changes; `message` is shown to people, so it is lazy and translated.
"""

from collections.abc import Mapping, Sequence

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class ApplicationError(Exception):
    code = "error"
    message: str | Promise = _("That did not work.")
    challenge = ""  # WWW-Authenticate: how to prove who one is, or what the proof lacks
    page = ""  # the name of the URL where a person in the browser does what is missing
    problem_type = "about:blank"  # RFC 9457: a registered URI, where one fits
    members: Mapping[str, object] = {}  # what that type adds to the problem

    def __init__(
        self,
        message: str | Promise | None = None,
        *,
        errors: Mapping[str, Sequence[str | Promise]] | None = None,
    ) -> None:
        if message is not None:
            self.message = message
        self._errors = errors or {}
        super().__init__(self.code)

    @property
    def errors(self) -> dict[str, list[str]]:
        """Messages by field, in the language that is active now."""
        return {field: [str(text) for text in texts] for field, texts in self._errors.items()}


class NotFound(ApplicationError):
    code = "not_found"
    message = _("This does not exist, or it is not yours.")


class Conflict(ApplicationError):
    code = "conflict"
    message = _("This was changed meanwhile. Look at it again, then repeat the step.")


class PreconditionFailed(ApplicationError):
    """An If-Match that names another version than there is."""

    code = "precondition_failed"
    message = _("This was changed since you read it, so nothing was saved. Read it again.")


class Forbidden(ApplicationError):
    code = "forbidden"
    message = _("You may not do this.")


class Invalid(ApplicationError):
    code = "invalid"
    message = _("Some of this needs another look.")


class RateLimited(ApplicationError):
    """`retry_after` is in seconds, at least 1."""

    code = "rate_limited"
    message = _("Too many tries. Wait a moment, then try again.")

    def __init__(self, message: str | Promise | None = None, *, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = max(1, retry_after)


class Unauthenticated(ApplicationError):
    code = "not_authenticated"
    message = _("Sign in first.")
    challenge = "Session"


class ReauthenticationRequired(ApplicationError):
    code = "reauthentication_required"
    message = _("Confirm that it is you, then repeat the step.")


class ServiceUnavailable(ApplicationError):
    """Something we stand on does not answer; `retry_after` is in seconds, at least 1."""

    code = "unavailable"
    message = _("This does not work right now. Try again in a moment.")

    def __init__(self, message: str | Promise | None = None, *, retry_after: int = 5) -> None:
        super().__init__(message)
        self.retry_after = max(1, retry_after)
