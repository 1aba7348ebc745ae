"""What the pages of signing up and signing in share."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from accounts.browser import sign_in
from core.errors import ApplicationError, Invalid, RateLimited
from core.templatetags.ui import wait

__all__ = ["PUBLIC", "add_errors", "sign_in", "told", "words"]

PUBLIC = [login_not_required, never_cache, sensitive_post_parameters()]


def add_errors(form: Any, error: ApplicationError) -> None:
    """Each message at its field; what belongs to no field on top."""
    fields = error.errors if isinstance(error, Invalid) else {}
    for field, texts in fields.items():
        form.add_error(field if field in form.fields else None, texts)
    if not fields:
        form.add_error(None, words(error))


def told(response: HttpResponse, error: ApplicationError) -> HttpResponse:
    """A form that failed is shown again with 200; only a limit is told to programs too."""
    if isinstance(error, RateLimited):
        response.status_code = 429
        response.headers["Retry-After"] = str(error.retry_after)
    return response


def words(error: ApplicationError) -> str:
    if isinstance(error, RateLimited):
        return _("Too many tries. Try again in %(time)s.") % {"time": wait(error.retry_after)}
    return str(error.message)
