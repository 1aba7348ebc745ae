from django.http import HttpRequest
from rest_framework.request import Request

from users.models import User


def person_of(request: HttpRequest | Request) -> User:
    """Who is signed in, for doors that let nobody else in."""
    assert isinstance(request.user, User)
    return request.user
