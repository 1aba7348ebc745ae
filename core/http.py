"""The HTTP boundary's one table: which category of error has which status, at both doors.

API paths answer `application/problem+json` (RFC 9457), pages the error page of the status; every
detail shown comes from an ApplicationError or from this module, never from a stray exception.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.template.loader import select_template
from django.urls import reverse
from django.utils.translation import gettext as _
from rest_framework.exceptions import APIException, ValidationError

from core import errors, links
from core.theme import theme_of
from dynamo.cursor import CursorError, CursorExpired
from dynamo.errors import ItemTooLarge, Unavailable

API_PREFIX = "/api/"
PROBLEM_TYPE = "application/problem+json"

STATUS: dict[type[errors.ApplicationError], int] = {
    errors.Invalid: 400,
    errors.Unauthenticated: 401,
    errors.Forbidden: 403,
    errors.ReauthenticationRequired: 403,
    errors.NotFound: 404,
    errors.Conflict: 409,
    errors.PreconditionFailed: 412,
    errors.RateLimited: 429,
    errors.ServiceUnavailable: 503,
}
# DRF's codes, where our own word for the same thing differs.
_CODES = {"permission_denied": "forbidden", "throttled": "rate_limited", "error": "server_error"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """`for_people`: the detail says more than the page of its status says anyway. `url`: where a
    person does what is missing. `members`: what a `type` of its own adds."""

    status: int
    code: str
    detail: str = ""
    for_people: bool = False
    url: str = ""
    errors: dict[str, list[str]] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    type: str = "about:blank"
    members: Mapping[str, object] = field(default_factory=dict)


def status_of(error: errors.ApplicationError) -> int:
    return next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)


def problem_of(exc: BaseException) -> Problem | None:
    """None for what nobody foresaw: that is a bug, and its answer is 500."""
    match exc:
        case errors.ApplicationError():
            return _problem_of_application(exc)
        case Unavailable():
            return unavailable(exc.retry_after)
        case APIException():
            return _problem_of_drf(exc)
        case Http404():
            return not_found()
        case PermissionDenied():
            return forbidden()
        case ItemTooLarge() | RequestDataTooBig():
            return too_large()
        case CursorError():
            return _problem_of_cursor(exc)
    return None


def bad_request() -> Problem:
    detail = _("The server could not make sense of this request.")
    return Problem(status=400, code="bad_request", detail=detail)


def needs_https() -> Problem:
    detail = _("This site speaks https only. What was sent went over the network in the clear.")
    return Problem(status=403, code="https_required", detail=detail, for_people=True)


def no_such_method(methods: Iterable[str]) -> Problem:
    headers = {"Allow": ", ".join(methods)}
    detail = _("This method is not used here.")
    return Problem(status=405, code="method_not_allowed", detail=detail, headers=headers)


def not_found() -> Problem:
    return Problem(status=404, code="not_found", detail=_("There is nothing at this address."))


def forbidden() -> Problem:
    return Problem(status=403, code="forbidden", detail=str(errors.Forbidden.message))


def csrf_failed() -> Problem:
    detail = _("This form is no longer fresh. Go back, reload the page and send it again.")
    return Problem(status=403, code="csrf_failed", detail=detail, for_people=True)


def too_large() -> Problem:
    detail = _("This is too large. Make it shorter.")
    return Problem(status=413, code="too_large", detail=detail, for_people=True)


def server_error() -> Problem:
    detail = _("Something broke on our side. It is noted under the id below.")
    return Problem(status=500, code="server_error", detail=detail)


def unavailable(retry_after: int) -> Problem:
    return Problem(
        status=503,
        code="unavailable",
        detail=str(errors.ServiceUnavailable.message),
        headers={"Retry-After": str(retry_after)},
    )


def problem_response(exc: Exception, context: dict[str, Any]) -> HttpResponse | None:
    """DRF's EXCEPTION_HANDLER; None lets Django answer what nobody foresaw."""
    problem = problem_of(exc)
    return None if problem is None else json_response(context["request"], problem)


def page_response(request: HttpRequest, exc: BaseException) -> HttpResponse | None:
    """The same for everything outside DRF; None for what nobody foresaw. Reads no storage."""
    problem = problem_of(exc)
    return None if problem is None else error_response(request, problem)


def is_api(request: HttpRequest) -> bool:
    return request.path_info.startswith(API_PREFIX)


def error_response(request: HttpRequest, problem: Problem) -> HttpResponse:
    return (json_response if is_api(request) else html_response)(request, problem)


def json_response(request: Any, problem: Problem) -> HttpResponse:
    body = {
        **problem.members,
        "type": problem.type,
        "title": HTTPStatus(problem.status).phrase,
        "status": problem.status,
        "detail": problem.detail,
        "code": problem.code,
        "errors": problem.errors,
        "request_id": getattr(request, "request_id", ""),
    }
    if problem.url:
        body["url"] = problem.url
    headers = dict(problem.headers)
    return JsonResponse(body, status=problem.status, content_type=PROBLEM_TYPE, headers=headers)


def html_response(request: HttpRequest, problem: Problem) -> HttpResponse:
    """Rendered without the request: no context processor, so no read of session or user."""
    names = [problem.status, 400 if problem.status < 500 else 500]
    page = select_template([f"errors/{name}.html" for name in names]).render(
        {
            "status": problem.status,
            "code": problem.code,
            "message": problem.detail if problem.for_people else "",
            "retry_after": int(problem.headers.get("Retry-After", 0)),
            "request_id": getattr(request, "request_id", ""),
            "theme": theme_of(request),
        }
    )
    return HttpResponse(page, status=problem.status, headers=dict(problem.headers))


def give_body(request: HttpRequest, response: HttpResponseBase) -> None:
    """In place: an error under /api/ that is not JSON, or a page without a word, gets its body."""
    if not isinstance(response, HttpResponse) or not _lacks_body(request, response):
        return
    phrase = HTTPStatus(response.status_code).phrase
    code = phrase.lower().replace(" ", "_")
    proper = error_response(request, Problem(status=response.status_code, code=code))
    response.content = proper.content
    response.headers["Content-Type"] = proper.headers["Content-Type"]
    response.headers["Content-Length"] = str(len(proper.content))


def _lacks_body(request: HttpRequest, response: HttpResponse) -> bool:
    if not is_api(request):
        return not response.content and request.method != "HEAD"
    kind = response.headers.get("Content-Type", "").partition(";")[0]
    return kind not in ("application/json", PROBLEM_TYPE)


def _problem_of_application(error: errors.ApplicationError) -> Problem:
    headers = {}
    if isinstance(error, errors.RateLimited | errors.ServiceUnavailable):
        headers["Retry-After"] = str(error.retry_after)
    if error.challenge:
        headers["WWW-Authenticate"] = error.challenge
    return Problem(
        status=status_of(error),
        code=error.code,
        detail=str(error.message),
        for_people=type(error) not in STATUS or "message" in vars(error),
        url=links.absolute(reverse(error.page)) if error.page else "",
        errors=error.errors,
        headers=headers,
        type=error.problem_type,
        members=error.members,
    )


def _problem_of_drf(exc: APIException) -> Problem:
    headers = {}
    if challenge := getattr(exc, "auth_header", None):
        headers["WWW-Authenticate"] = challenge
    if wait := getattr(exc, "wait", None):
        headers["Retry-After"] = str(int(wait))
    if isinstance(exc, ValidationError):
        return Problem(
            status=exc.status_code,
            code=errors.Invalid.code,
            detail=str(errors.Invalid.message),
            errors=dict(_by_field(exc.detail)),
            headers=headers,
        )
    code = str(exc.get_codes())
    return Problem(
        status=exc.status_code,
        code=_CODES.get(code, code),
        detail=str(exc.detail),
        headers=headers,
    )


def _by_field(detail: Any, path: str = "") -> Iterator[tuple[str, list[str]]]:
    """Nested names are joined: `{"to": [{}, {"name": ["…"]}]}` becomes `to.1.name`."""
    children = detail.items() if isinstance(detail, Mapping) else enumerate(detail)
    if not isinstance(detail, Mapping) and all(isinstance(child, str) for child in detail):
        yield path or "non_field_errors", [str(text) for text in detail]
        return
    for name, child in children:
        yield from _by_field(child, f"{path}.{name}" if path else str(name))


def _problem_of_cursor(exc: CursorError) -> Problem:
    if isinstance(exc, CursorExpired):
        detail = _("This page link has expired. Start again from the first page.")
        return Problem(status=400, code="cursor_expired", detail=detail)
    detail = _("This page link is not one of ours. Start again from the first page.")
    return Problem(status=400, code="cursor_invalid", detail=detail)
