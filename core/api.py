"""What every API door is built from: session sign-in, CSRF, strict JSON."""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NoReturn

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.utils.translation import gettext_lazy as _
from rest_framework import authentication, exceptions, fields, parsers, permissions, serializers
from rest_framework.request import Request
from typing_extensions import override

from core.scopes import refuse_keys

if TYPE_CHECKING:  # rest_framework.views loads this module, named in its settings
    from rest_framework.views import APIView


class CsrfFailed(exceptions.PermissionDenied):
    default_code = "csrf_failed"
    default_detail = _(
        "The CSRF token is missing or wrong. Send the page's token in the X-CSRFToken header."
    )


class SessionAuthentication(authentication.SessionAuthentication):
    """The browser's session. Anonymous requests get 401, not 403; unsafe ones need the token."""

    @override
    def authenticate_header(self, request: Request) -> str:
        return "Session"

    @override
    def enforce_csrf(self, request: Request) -> None:
        try:
            super().enforce_csrf(request)
        except exceptions.PermissionDenied:
            raise CsrfFailed from None


class CsrfProtected(permissions.BasePermission):
    """The permission of doors that are open to visitors (sign-in, sign-up, reset).

    DRF checks the CSRF token only of those who are signed in; without this, another site could
    sign a visitor in to an account of its choice. A key is of no use there.
    """

    @override
    def has_permission(self, request: Request, view: "APIView") -> bool:
        refuse_keys(request)
        SessionAuthentication().enforce_csrf(request)
        return True


class JSONParser(parsers.JSONParser):
    """UTF-8 JSON and nothing near it; bad input is 400, whatever is wrong with it.

    `max_bytes`: what a view takes at most, None = as Django takes of forms.
    """

    max_bytes: int | None = None

    @override
    def parse(
        self,
        stream: Any,
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        most = self.max_bytes or settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        body = stream.read(most + 1)
        if len(body) > most:
            raise RequestDataTooBig
        try:
            return json.loads(
                body.decode(),
                parse_constant=_refuse_number,
                parse_float=_finite,
                object_pairs_hook=_without_repeats,
            )
        except (ValueError, RecursionError) as error:
            detail = _("The request body is not JSON that can be read.")
            raise exceptions.ParseError(detail) from error


def _refuse_number(text: str) -> NoReturn:
    raise ValueError(text)


def _finite(text: str) -> float:
    number = float(text)
    if number in (float("inf"), float("-inf")):
        raise ValueError(text)
    return number


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A name given twice means one thing to us and another to a proxy that reads the first."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError
    return found


# Checked in this order: DRF itself would turn 0 into "0", "yes" into True and 1 into 1.0.
_JSON_TYPES: tuple[tuple[type[fields.Field[Any, Any, Any, Any]], type, Any], ...] = (
    (fields.BooleanField, bool, _("Must be true or false.")),
    (fields.IntegerField, int, _("Must be a whole number.")),
    (fields.CharField, str, _("Must be text.")),
    (fields.ListField, list, _("Must be a list.")),
)


class StrictSerializer(serializers.Serializer[Any]):
    """For input: refuses fields it does not know, and values of another JSON type or that are
    longer than the document says."""

    @override
    def to_internal_value(self, data: Any) -> Any:
        wrong = self._wrong_fields(data) if isinstance(data, Mapping) else {}
        try:
            value = super().to_internal_value(data)
        except exceptions.ValidationError as error:
            raise exceptions.ValidationError({**_detail(error), **wrong}) from None
        if wrong:
            raise exceptions.ValidationError(wrong)
        return value

    def _wrong_fields(self, data: Mapping[str, Any]) -> dict[str, Any]:
        writable = {field.field_name: field for field in self._writable_fields}
        wrong: dict[str, Any] = {
            str(name): [_("There is no such field.")] for name in data if name not in writable
        }
        for name, value in data.items():
            if name in writable and (problem := self._type_problem(writable[name], value)):
                wrong[name] = problem
        return wrong

    def _type_problem(self, field: Any, value: Any) -> Any:
        return _type_problem(field, value)


class QuerySerializer(StrictSerializer):
    """For what an address asks: there, a number is text."""

    @override
    def _type_problem(self, field: Any, value: Any) -> Any:
        problem = _length_error(field, value)
        return [] if problem is None else [problem]


def _detail(error: exceptions.ValidationError) -> dict[str, Any]:
    return dict(error.detail) if isinstance(error.detail, Mapping) else {}


def _type_problem(field: Any, value: Any) -> Any:
    """As DRF words it: a list of messages; of a list's members, one by index. Empty = none."""
    if isinstance(field, fields.ListField) and isinstance(value, list):
        found = {at: _type_problem(field.child, member) for at, member in enumerate(value)}
        return {at: problem for at, problem in found.items() if problem}
    message = _type_error(field, value)
    return [] if message is None else [message]


def _type_error(field: Any, value: Any) -> Any:
    for kind, expected, message in _JSON_TYPES:
        if value is not None and isinstance(field, kind):
            of_type = isinstance(value, expected) and not (
                expected is int and isinstance(value, bool)
            )
            return _length_error(field, value) if of_type else message
    return None


def _length_error(field: Any, value: Any) -> Any:
    """Of text as it was sent: DRF takes spaces around it away before it counts."""
    most = getattr(field, "max_length", None)
    if not isinstance(value, str) or most is None or len(value) <= most:
        return None
    return field.error_messages["max_length"].format(max_length=most)
