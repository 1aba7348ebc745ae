"""A phone that was confirmed for codes may get alerts too, when its owner says so."""

from alerts import services as alerts
from core import crypto, phone_numbers
from core.actor import Actor
from mfa.errors import CountryNotTexted, DeviceNotFound
from mfa.items import Device, Method


def use_for_alerts(device: Device, *, actor: Actor) -> None:
    """Raises DeviceNotFound for what is no confirmed phone, CountryNotTexted, and alerts'
    PreferencesChanged."""
    if device.method is not Method.SMS or not device.confirmed_at:
        raise DeviceNotFound
    number = _number(device)
    if not phone_numbers.is_allowed(number):
        raise CountryNotTexted
    alerts.choose_phone(user_sub=device.user_sub, number=number, actor=actor)


def stop_alerts(device: Device, *, actor: Actor) -> None:
    """No alerts to a phone that is no longer confirmed; it is told so. Else nothing."""
    if device.method is Method.SMS and device.confirmed_at:
        alerts.remove_phone(user_sub=device.user_sub, number=_number(device), actor=actor)


def _number(device: Device) -> str:
    return crypto.decrypt(device.sealed, context=device.context)
