"""Who does something, and from where: what services record without knowing the request."""

from dataclasses import dataclass

from django.http import HttpRequest

from core.client_ip import client_ip

USER_AGENT_LENGTH = 256


@dataclass(frozen=True, slots=True)
class Actor:
    """`user_sub` is None for a visitor; a command's actor has neither address nor browser."""

    user_sub: str | None
    ip: str = ""
    user_agent: str = ""


def actor_of(request: HttpRequest) -> Actor:
    user = getattr(request, "user", None)
    return Actor(
        user_sub=str(user.pk) if user is not None and user.is_authenticated else None,
        ip=client_ip(request),
        user_agent=str(request.META.get("HTTP_USER_AGENT", ""))[:USER_AGENT_LENGTH],
    )
