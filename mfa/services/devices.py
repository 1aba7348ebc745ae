"""The devices of a person: what is there, and turning a factor on and off."""

from dataclasses import replace

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from alerts import services as alerts
from alerts.items import AlertKind
from core import clock, crypto, ids
from core.actor import Actor
from core.errors import Invalid
from dynamo.errors import TransactionCancelled
from dynamo.gather import gather
from dynamo.table import Write, transact
from mfa.errors import (
    DeviceNotFound,
    EmailFactorRefused,
    FactorsChanging,
    LastFactor,
    LastFactorRequired,
    TooManyDevices,
    WrongFactorCode,
)
from mfa.items import FACTORS, Device, Method, Overview, device_context
from mfa.repository import DEVICE_LABEL, DeviceRepository, RecoveryRepository
from mfa.services import policy
from mfa.services.alert_phones import stop_alerts
from mfa.services.recovery import new_codes_writes
from mfa.texts import LABELS
from sessions.device import place_of
from users import services as users
from users.models import User
from users.texts import clean_display_name

MOST = {Method.TOTP: 5, Method.SMS: 3, Method.EMAIL: 5}
NAME_LENGTH = 50

DEVICES = {method: DeviceRepository(method) for method in FACTORS}
_recovery = RecoveryRepository()


def overview(user: User) -> Overview:
    """Only what is turned on is read; nothing at all for an account without factors."""
    kinds = [method for method in FACTORS if method in user.factors]
    if not kinds:
        return Overview(devices=(), recovery_codes=0)
    codes, *lists = gather(
        lambda: _recovery.hashes_of(user.user_sub),
        *[lambda m=method: confirmed_devices(user.user_sub, m) for method in kinds],
    )
    devices = tuple(device for found in lists for device in found)
    preferred = user.preferred_factor.partition(":")[2]
    return Overview(devices=devices, recovery_codes=len(codes), preferred=preferred)


def confirmed_devices(user_sub: str, method: Method) -> list[Device]:
    return [device for device in DEVICES[method].list_of(user_sub) if device.confirmed_at]


def get_owned_device(user_sub: str, method: Method, device_id: str) -> Device:
    """Raises DeviceNotFound."""
    known = method in DEVICES and ids.is_id(device_id)
    device = DEVICES[method].find(user_sub, device_id) if known else None
    if device is None:
        raise DeviceNotFound
    return device


def new_device(
    *,
    user_sub: str,
    method: Method,
    name: str,
    plain: str,
    shown: str,
    consent_version: str = "",
) -> tuple[Device, list[Write]]:
    """A device that waits for its code, and the writes that add it; they take the place of any
    other that waits. Raises TooManyDevices, Invalid at `name`."""
    found = DEVICES[method].list_of(user_sub)
    if sum(device.confirmed_at is not None for device in found) >= MOST[method]:
        raise TooManyDevices
    device_id = ids.new_id()
    device = Device(
        user_sub=user_sub,
        device_id=device_id,
        method=method,
        name=_clean_name(name) or str(LABELS[method]),
        sealed=crypto.encrypt(plain, context=device_context(method, user_sub, device_id)),
        hint=shown,
        created_at=clock.now(),
        consent_version=consent_version,
        consent_at=clock.now() if consent_version else None,
    )
    writes = [DEVICES[method].removing(old) for old in found if not old.confirmed_at]
    return device, [*writes, DEVICES[method].adding(device)]


def turn_on(
    user: User, device: Device, confirming: list[Write], *, actor: Actor
) -> tuple[str, ...]:
    """Make a confirmed device count. The first factor is the preferred one and brings recovery
    codes, which are returned this one time. Raises WrongFactorCode when the code was used
    meanwhile, FactorsChanging."""
    is_first, factors = not user.factors, user.factors | {device.method}
    preferred = device.reference if is_first else None
    codes, code_writes = new_codes_writes(user.user_sub) if is_first else ((), [])
    kind = AlertKind.MFA_ENABLED if is_first else AlertKind.MFA_METHOD_ADDED
    change(
        [
            *confirming,
            users.set_factors_write(user, factors, preferred=preferred),
            *code_writes,
            *told(user, kind, device, actor),
        ]
    )
    user.factor_names = " ".join(sorted(factors))  # the page that answers is right already
    return codes


def rename_device(*, user: User, method: Method, device_id: str, name: str, actor: Actor) -> Device:
    """As it is called now; its owner is told both names. Raises Invalid at `name`,
    DeviceNotFound."""
    device = get_owned_device(user.user_sub, method, device_id)
    clean = _clean_name(name)
    if not clean:
        raise Invalid(errors={"name": [_("Type a name.")]})
    renamed = replace(device, name=clean)
    notice = told(user, AlertKind.MFA_METHOD_RENAMED, renamed, actor, before=device.name)
    try:
        transact([DEVICES[method].renaming(device, clean), *notice])
    except TransactionCancelled as error:
        raise DeviceNotFound from error
    return renamed


def remove_device(
    *, user: User, method: Method, device_id: str, actor: Actor, turns_off: bool = False
) -> None:
    """The last factor takes the recovery codes along; `turns_off`: its owner knows that.

    Raises LastFactor, LastFactorRequired, EmailFactorRefused, DeviceNotFound, FactorsChanging.
    """
    device = get_owned_device(user.user_sub, method, device_id)
    writes = [DEVICES[method].removing(device)]
    if device.confirmed_at:
        writes += _leaving_writes(user, device, actor, turns_off=turns_off)
    stop_alerts(device, actor=actor)
    change(writes)


def _leaving_writes(user: User, device: Device, actor: Actor, *, turns_off: bool) -> list[Write]:
    left = factors_without(user, device)
    if not left and not turns_off:
        raise LastFactor
    if user.is_staff and left == {Method.EMAIL}:
        raise EmailFactorRefused
    preferred = "" if device.reference == user.preferred_factor else None
    writes = [users.set_factors_write(user, left, preferred=preferred)]
    if not left:
        hashes = _recovery.hashes_of(user.user_sub)
        writes += _recovery.removing(user.user_sub, hashes)
    kind = AlertKind.MFA_METHOD_REMOVED if left else AlertKind.MFA_DISABLED
    return [*writes, *told(user, kind, device, actor)]


def factors_without(user: User, device: Device) -> frozenset[str]:
    """The kinds of factor that stay when it goes. Raises LastFactorRequired when they are too few
    for somebody who must have one."""
    if not device.confirmed_at:
        return user.factors
    others = confirmed_devices(user.user_sub, device.method)
    stays = any(other.device_id != device.device_id for other in others)
    left = user.factors if stays else user.factors - {device.method}
    if policy.must_have(user) and not policy.are_enough(user, left):
        raise LastFactorRequired
    return left


def _clean_name(name: str) -> str:
    try:
        clean = clean_display_name(name)
    except ValidationError as error:
        raise Invalid(errors={"name": list(error.messages)}) from None
    if len(clean) > NAME_LENGTH:
        too_long = _("Use at most %(most)d characters.") % {"most": NAME_LENGTH}
        raise Invalid(errors={"name": [too_long]})
    return clean


def told(
    user: User, kind: AlertKind, device: Device | None, actor: Actor, **context: str
) -> list[Write]:
    if device:
        context["method"] = f"{LABELS[device.method]} ({device.name})"
    return alerts.alert_writes(
        user_sub=user.user_sub, kind=kind, context={**context, **place_of(actor)}
    )


def change(writes: list[Write]) -> None:
    """Raises FactorsChanging, or WrongFactorCode when it is the code that was used meanwhile."""
    try:
        transact(writes)
    except TransactionCancelled as error:
        if error.failed(users.ACCOUNT_LABEL) or error.failed(DEVICE_LABEL):
            raise FactorsChanging from error
        raise WrongFactorCode from error
