from typing import Any

from django.contrib.auth.backends import BaseBackend
from django.http import HttpRequest

from users import services
from users.models import User


class DynamoBackend(BaseBackend):
    """Loads the person of a session. Signing in goes through accounts.services, never here:
    a second path to a session would skip its limits and second factors."""

    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> None:
        return None

    def get_user(self, user_id: str) -> User | None:
        user = services.find_user(user_id)
        return user if user and user.is_active else None
