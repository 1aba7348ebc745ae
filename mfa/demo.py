"""The demo's staff account has an authenticator app, for staff get nothing without one."""

from collections.abc import Mapping
from typing import Final

from django.conf import settings

from core import clock
from core.actor import Actor
from mfa import totp
from mfa.items import Method
from mfa.services.devices import DEVICES, change, new_device, turn_on
from users import services as users

HANDLE: Final = "olga_ops"
SECRET: Final = "LATCHKEYDEMOLATCHKEYDEMOLATCHKEY"  # noqa: S105  (public: local demo data only)


def load(people: Mapping[str, str]) -> None:
    user_sub = people.get(HANDLE)
    user = users.find_user(user_sub) if user_sub else None
    if user is None or user.factors or settings.STORAGE != "local":
        return
    device, adding = new_device(
        user_sub=user.user_sub, method=Method.TOTP, name="Demo app", plain=SECRET, shown=""
    )
    change(adding)
    confirming = DEVICES[Method.TOTP].confirming(device, last_step=0)
    turn_on(user, device, [confirming], actor=Actor(user_sub=user.user_sub))


def code() -> str:
    """What that app shows now."""
    return totp.code_of(SECRET, totp.step_at(clock.now()))
