"""A key of Alice's that a dashboard could use. Nobody has its secret."""

from collections.abc import Mapping

from apikeys import services
from core.actor import Actor
from core.scopes import Scope

NAME = "Weekly numbers"
BROWSER = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
SCOPES = (Scope.FEED_READ, Scope.BILLING_READ)


def load(people: Mapping[str, str]) -> None:
    user_sub = people.get("alice")
    if user_sub is None or services.list_keys(user_sub=user_sub)[0]:
        return
    services.create_key(
        user_sub=user_sub,
        name=NAME,
        scopes=SCOPES,
        expires_in_days=90,
        actor=Actor(user_sub=user_sub, ip="198.51.100.24", user_agent=BROWSER),
    )
