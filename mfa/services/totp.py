"""Setting up an authenticator app: it counts once it has shown one code."""

from datetime import timedelta

from django.conf import settings

from core import clock, crypto
from core.actor import Actor
from core.ratelimit import Limit, hit
from mfa import totp
from mfa.errors import DeviceNotFound, WrongFactorCode
from mfa.items import Device, Method, TotpSetup
from mfa.services.devices import DEVICES, change, get_owned_device, new_device, turn_on
from users.models import User

SETUP_LIFETIME = timedelta(hours=1)
SET_UPS = Limit(name="mfa_set_up", times=20, seconds=3600)
CONFIRMS = Limit(name="mfa_confirm", times=10, seconds=300)


def start_totp(*, user: User, name: str, actor: Actor) -> TotpSetup:
    """A new secret, not in use yet. Raises TooManyDevices, FactorsChanging, RateLimited."""
    hit(SET_UPS, user.user_sub)
    device, writes = new_device(
        user_sub=user.user_sub, method=Method.TOTP, name=name, plain=totp.new_secret(), shown=""
    )
    change(writes)
    return _setup(user, device)


def get_totp_setup(user: User, device_id: str) -> TotpSetup:
    """Raises DeviceNotFound, also once it is confirmed: nothing shows a secret in use."""
    return _setup(user, _waiting(user, device_id))


def confirm_totp(*, user: User, device_id: str, code: str, actor: Actor) -> tuple[str, ...]:
    """Turn it on by one of its codes, which counts as used. Returns the recovery codes that the
    first factor brings, else nothing.

    Raises WrongFactorCode, DeviceNotFound, FactorsChanging, RateLimited.
    """
    hit(CONFIRMS, user.user_sub)
    device = _waiting(user, device_id)
    step = totp.matching_step(_secret(device), code, moment=clock.now(), after=0)
    if step is None:
        raise WrongFactorCode
    confirming = DEVICES[Method.TOTP].confirming(device, last_step=step)
    return turn_on(user, device, [confirming], actor=actor)


def _waiting(user: User, device_id: str) -> Device:
    device = get_owned_device(user.user_sub, Method.TOTP, device_id)
    if device.confirmed_at or clock.now() - device.created_at > SETUP_LIFETIME:
        raise DeviceNotFound
    return device


def _setup(user: User, device: Device) -> TotpSetup:
    secret = _secret(device)
    uri = totp.uri_of(secret, account=user.email, issuer=settings.SITE_NAME)
    return TotpSetup(device_id=device.device_id, name=device.name, secret=secret, uri=uri)


def _secret(device: Device) -> str:
    return crypto.decrypt(device.sealed, context=device.context)
