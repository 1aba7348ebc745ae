"""People who used everything that leaves a trace."""

import pytest
from django.core.files.storage import storages

from accounts import services
from accounts.services import exports
from alerts import services as alerts
from alerts.items import AlertKind
from alerts.repository import ALERT_PREFS
from core import avatars
from core.actor import Actor
from dynamo.table import Table
from tests.accounts.mailbox import deliver
from users import services as users

USER_AGENT = "Mozilla/5.0 (Windows NT 10.0; rv:140.0) Firefox/140.0"


@pytest.fixture
def private_storage(settings, tmp_path):
    """Files of this test alone; returns their folder."""
    changed = {name: dict(value) for name, value in settings.STORAGES.items()}
    for name in ("exports", "avatars"):
        options = {**changed[name]["OPTIONS"], "location": tmp_path / name}
        changed[name]["OPTIONS"] = options
    settings.STORAGES = changed
    assert storages["exports"].location == str(tmp_path / "exports")
    return tmp_path


def live(user, client_for):
    """Sign in, change the address half-way, show a picture, ask for an export."""
    client = client_for(user, HTTP_USER_AGENT=USER_AGENT)
    actor = Actor(user_sub=user.user_sub, ip="192.0.2.7", user_agent=USER_AGENT)
    services.start_email_change(user=user, email=f"new_{user.email}", actor=actor)
    alerts.raise_alert(
        user_sub=user.user_sub, kind=AlertKind.NEW_DEVICE, context={"device": user.handle}
    )
    Table(ALERT_PREFS).put({"user_sub": user.user_sub, "time_zone": "Europe/Berlin"})
    show_picture(user, f"{user.handle} smiles".encode())
    exports.start_export(user=user, actor=actor)
    deliver()
    return client


def show_picture(user, content):
    from dynamo.table import transact

    name = avatars.new_name()
    avatars.save(name, content)
    old = users.get_profile(user.user_sub).avatar
    transact(users.change_avatar_writes(user.user_sub, old=old, new=name))
    return name


__all__ = ["live", "private_storage", "show_picture"]
