from django.http import HttpRequest
from rest_framework.request import Request

from sessions.backends.dynamodb import SessionStore
from users.models import User


def session_of(request: HttpRequest) -> SessionStore:
    """The request's session, by the type that SESSION_ENGINE gives it."""
    session = request.session
    assert isinstance(session, SessionStore)
    return session


def person_of(request: HttpRequest | Request) -> User:
    """Who is signed in, for doors that let nobody else in."""
    assert isinstance(request.user, User)
    return request.user
