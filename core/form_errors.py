"""Showing a service's refusal at the form that asked for it."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from core.errors import ApplicationError, RateLimited
from core.templatetags.ui import wait


def add_errors(
    form: Any, error: ApplicationError, *, moved: Mapping[str, str] = MappingProxyType({})
) -> None:
    """Each message at its field (`moved`: the form's name of it); what has none on top."""
    for field, texts in error.errors.items():
        name = moved.get(field, field)
        form.add_error(name if name in form.fields else None, texts)
    if not error.errors:
        form.add_error(None, words(error))


def told(response: HttpResponse, error: ApplicationError) -> HttpResponse:
    """A form that failed is shown again with 200; only a limit is told to programs too."""
    if isinstance(error, RateLimited):
        response.status_code = 429
        response.headers["Retry-After"] = str(error.retry_after)
    return response


def words(error: ApplicationError) -> str:
    if type(error) is RateLimited:
        return _("Too many tries. Try again in %(time)s.") % {"time": wait(error.retry_after)}
    if isinstance(error, RateLimited):
        again = _("Try again in %(time)s.") % {"time": wait(error.retry_after)}
        return f"{error.message} {again}"
    return str(error.message)
