"""Keys to test with, and how a program sends one."""

from django.test import Client

from apikeys import services
from core.actor import Actor
from core.scopes import SCOPES
from dynamo.expressions import Update
from dynamo.schema import schema_named
from dynamo.table import Table

KEYS = "/api/v1/api-keys/"
PROFILE = "/api/v1/profile/"
USE = "use#"
ACTOR = Actor(user_sub=None, ip="192.0.2.7", user_agent="Mozilla/5.0 (X11; Linux) Firefox/140.0")


def issue(user, *scopes, name="ci deploy", days=90):
    """All scopes when none is named."""
    return services.create_key(
        user_sub=user.user_sub,
        name=name,
        scopes=scopes or tuple(SCOPES),
        expires_in_days=days,
        actor=ACTOR,
    )


def program(secret, *, header="Authorization", **extra):
    """A client without cookies that sends this key with every call."""
    value = f"Bearer {secret}" if header == "Authorization" else secret
    return Client(headers={header: value}, **extra)


def change_row(issued, **values):
    """Attributes of its row, as a change by its owner would leave them; None takes one away."""
    table, key = Table(schema_named("api_keys")), {"key_id": issued.key.key_id}
    update = Update().increment("version", 1)
    for name, value in values.items():
        update = update.remove(name) if value is None else update.set(name, value)
    table.update(key, update, condition=table.exists())


def rows():
    """Of keys, by their ids."""
    return {key_id: row for key_id, row in _all_rows() if not key_id.startswith(USE)}


def use_rows():
    return {key_id: row for key_id, row in _all_rows() if key_id.startswith(USE)}


def _all_rows():
    return [(row["key_id"], row) for row in Table(schema_named("api_keys")).scan()]
