"""The ways in which a person can confirm, and which of them is asked for first."""

from collections.abc import Collection

from alerts.items import AlertKind
from core.actor import Actor
from dynamo.errors import TransactionCancelled
from dynamo.gather import gather
from dynamo.table import transact
from mfa.errors import DeviceNotFound, FactorsChanging, MethodNotOn
from mfa.items import FACTORS, SENT, Device, Method, Way
from mfa.repository import DEVICE_LABEL
from mfa.services import phones
from mfa.services.devices import DEVICES, confirmed_devices, get_owned_device, told
from users import services as users
from users.models import User


def methods_of(user: User) -> tuple[Method, ...]:
    """How the person can confirm, the strongest way first; empty without a second factor."""
    on = [method for method in FACTORS if method in user.factors]
    usable = [method for method in on if method is not Method.SMS or phones.takes_codes(user)]
    return (*usable, Method.RECOVERY) if on else ()


def strongest_of(user: User) -> Method | None:
    """None without a second factor."""
    found = methods_of(user)
    return found[0] if found else None


def first_method(user: User) -> Method | None:
    """Of what is asked for first at sign-in; None without a second factor."""
    found = methods_of(user)
    kind = user.preferred_factor.partition(":")[0]
    return next((method for method in found if method == kind), found[0] if found else None)


def ways_of(user: User, allowed: Collection[Method] = tuple(Method)) -> tuple[Way, ...]:
    """Those of the `allowed` methods: the preferred one first, then the strongest; of several
    devices of a kind the one that was turned on last, and last of all a phone that sent STOP. A
    recovery code is the last way."""
    methods = [method for method in methods_of(user) if method in allowed]
    sent = [method for method in methods if method in SENT]
    lists = gather(*[lambda m=method: _targets(user, m) for method in sent])
    devices = dict(zip(sent, lists, strict=True))
    ways = [way for method in methods for way in _ways(method, devices.get(method))]
    return tuple(sorted(ways, key=lambda way: not _is_preferred(user, way)))


def device_for(user: User, method: Method, device_id: str = "") -> Device:
    """Where a code goes: to that device of the person, or to the first one of its kind. Raises
    MethodNotOn."""
    if method not in SENT or method not in methods_of(user):
        raise MethodNotOn
    found = _targets(user, method)
    wanted = [device for device in found if device.device_id == device_id]
    if not device_id:
        wanted = [device for device in found if device.reference == user.preferred_factor]
        wanted = wanted or found[:1]
    if not wanted:
        raise MethodNotOn
    return wanted[0]


def prefer_device(*, user: User, method: Method, device_id: str, actor: Actor) -> None:
    """Ask for this one first at sign-in; its owner is told. Step-up asks for the strongest all
    the same. Nothing for the one that is asked for first already.

    Raises DeviceNotFound, FactorsChanging.
    """
    device = get_owned_device(user.user_sub, method, device_id)
    if not device.confirmed_at:
        raise DeviceNotFound
    if device.reference == user.preferred_factor:
        return
    chosen = users.prefer_factor_write(user.user_sub, device.reference)
    notice = told(user, AlertKind.MFA_PREFERRED_CHANGED, device, actor)
    try:
        transact([DEVICES[method].checking(device), chosen, *notice])
    except TransactionCancelled as error:
        raise DeviceNotFound if error.failed(DEVICE_LABEL) else FactorsChanging from error


def _ways(method: Method, devices: list[Device] | None) -> list[Way]:
    if devices is None:
        return [Way(method=method)]
    return [
        Way(
            method=method,
            device_id=device.device_id,
            name=device.name,
            hint=device.hint,
            is_stopped=device.opted_out_at is not None,
        )
        for device in devices
    ]


def _targets(user: User, method: Method) -> list[Device]:
    """Where codes can be sent, the one to begin with first."""
    if method is Method.SMS:
        return phones.usable_phones(user.user_sub)
    return confirmed_devices(user.user_sub, method)[::-1]


def _is_preferred(user: User, way: Way) -> bool:
    kind, _, device_id = user.preferred_factor.partition(":")
    return way.method == kind and (way.method not in SENT or way.device_id == device_id)
