from django.http import HttpRequest

from sessions.backends.dynamodb import SessionStore


def session_of(request: HttpRequest) -> SessionStore:
    """The request's session, by the type that SESSION_ENGINE gives it."""
    session = request.session
    assert isinstance(session, SessionStore)
    return session
