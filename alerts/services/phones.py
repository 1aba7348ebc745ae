"""The phone that gets alerts: one that its owner confirmed by a code, and chose for this."""

from dataclasses import replace

from django.conf import settings

from alerts.items import Channel, Phone, Preferences
from alerts.repository import PreferenceRepository
from alerts.services import storing
from core import clock, phone_numbers
from core.actor import Actor

_preferences = PreferenceRepository()


def is_texted(preferences: Preferences) -> bool:
    """False when the site no longer sends to the country of the phone for alerts."""
    if preferences.phone is None or not settings.SMS_COUNTRIES:
        return True
    return phone_numbers.is_allowed(preferences.phone_number)


def choose_phone(*, user_sub: str, number: str, actor: Actor) -> Preferences:
    """`number` is confirmed: only who asked its phone for a code calls this. The number before
    is told that it gets no more; what made it suspended holds back no other. Raises
    PreferencesChanged."""
    old = _preferences.find(user_sub)
    if old.phone_number == number:
        return old
    suspended = {
        channel: found
        for channel, found in old.suspended.items()
        if channel is not Channel.SMS or found.is_about(number)
    }
    new = replace(old, phone=Phone.of(number, user_sub=user_sub), suspended=suspended)
    return storing.store(old, new, actor=actor, now=clock.now())


def remove_phone(*, user_sub: str, actor: Actor, number: str = "") -> Preferences:
    """It is told so. With a `number`, only when it is that one. Raises PreferencesChanged."""
    old = _preferences.find(user_sub)
    if old.phone is None or (number and old.phone_number != number):
        return old
    return storing.store(old, replace(old, phone=None), actor=actor, now=clock.now())
