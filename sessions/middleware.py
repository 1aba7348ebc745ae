"""The session of a request, and whether it is still good.

Storage that does not answer is 503 here, never "signed out".
"""

from contextlib import suppress
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions import middleware as django_sessions
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.exceptions import SessionInterrupted
from django.http import HttpRequest, HttpResponse
from django.utils.deprecation import MiddlewareMixin
from typing_extensions import override

from core.errors import ApplicationError
from core.http import page_response
from dynamo.errors import StorageError
from sessions import services
from sessions.backends.dynamodb import SessionStore


class SessionMiddleware(django_sessions.SessionMiddleware):
    """Django's, with the session's change of keys left to the save at the request's end.

    Notes after the save that a signed-in session is in use, at most once a minute, and never for
    a request that its view marked as `in_background`.
    """

    @override
    def process_request(self, request: HttpRequest) -> None:
        super().process_request(request)
        request.session.moves_at_save = True  # type: ignore[attr-defined]

    @override
    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """Raises SessionInterrupted (400) when the session was ended during the request."""
        try:
            response = super().process_response(request, response)
        except (StorageError, ApplicationError) as error:
            return _answer(request, error)
        session = getattr(request, "session", None)
        if response.status_code < 500 and isinstance(session, SessionStore) and session.user_sub:
            _after_save(request, response, session)
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> None:
        """A page that saved or changed the key of a session ended meanwhile: 400, as above."""
        if isinstance(exception, UpdateError):
            raise SessionInterrupted from exception


class EpochMiddleware(MiddlewareMixin):
    """Ends what "sign out everywhere" ended.

    It never deletes a row: the session of the very person who ended the others may have been
    read a moment before its new epoch was written.
    """

    def process_request(self, request: HttpRequest) -> HttpResponse | None:
        if request.session.session_key is None:
            return None
        try:
            if not _is_good(request):
                _make_anonymous(request)
        except StorageError as error:
            return _answer(request, error)
        except UpdateError as error:
            raise SessionInterrupted from error
        return None


def _after_save(request: HttpRequest, response: HttpResponse, session: SessionStore) -> None:
    if session.has_signed_in:
        services.limit_sessions(user_sub=session.user_sub, keep_hash=session.stored_hash)
    if getattr(request, "in_background", False):
        return  # a script asked, nobody may be there: the idle time goes on
    with suppress(StorageError):  # the page is ready, and the next one touches again
        if session.touch() and not session.get_expire_at_browser_close():
            _renew_cookie(response, session)


def _is_good(request: HttpRequest) -> bool:
    """True also for sessions that nobody is signed in to."""
    session = request.session
    if session.get(SESSION_KEY) is None:
        return True
    user = request.user
    if not user.is_authenticated:  # gone, or not active any more
        return False
    if not isinstance(session, SessionStore) or session.epoch >= user.session_epoch:
        return True
    epoch = session.read_epoch_again()
    return epoch is not None and epoch >= user.session_epoch


def _make_anonymous(request: HttpRequest) -> None:
    """For this request; SessionMiddleware removes the cookie of a session without a key."""
    anonymous = AnonymousUser()

    async def auser() -> AnonymousUser:
        return anonymous

    request.session = type(request.session)()
    request.session.moves_at_save = True  # type: ignore[attr-defined]
    request.user = anonymous
    request.auser = auser


def _renew_cookie(response: HttpResponse, session: SessionStore) -> None:
    response.set_cookie(
        settings.SESSION_COOKIE_NAME,
        str(session.session_key),
        max_age=session.get_expiry_age(),
        domain=settings.SESSION_COOKIE_DOMAIN,
        path=settings.SESSION_COOKIE_PATH,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=settings.SESSION_COOKIE_HTTPONLY,
        samesite=settings.SESSION_COOKIE_SAMESITE,  # type: ignore[arg-type]
    )


def _answer(request: HttpRequest, error: Any) -> HttpResponse:
    response = page_response(request, error)
    if response is None:
        raise error
    return response
