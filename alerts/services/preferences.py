"""Who wants which category of alerts on which channel, and when."""

from collections.abc import Mapping
from datetime import datetime
from typing import TypedDict, Unpack

from alerts.catalogue import Entry
from alerts.errors import PreferencesChanged
from alerts.items import (
    ALWAYS_ON,
    UNMUTABLE,
    Category,
    Channel,
    DigestTime,
    Mode,
    Preferences,
    QuietHours,
)
from alerts.repository import PreferenceRepository
from alerts.services import checking, storing
from core import clock
from core.actor import Actor
from core.ratelimit import Limit, hit

TURN_OFF_TRIES = 3
CHANGES = Limit("alerts.preferences", times=60, seconds=3600)

_preferences = PreferenceRepository()


class Changes(TypedDict, total=False):
    """What one changes; what is left out stays. None turns quiet hours and muting off."""

    choices: Mapping[str, Mapping[str, str]]  # category -> channel -> mode
    min_severity: Mapping[str, int]  # channel -> severity
    time_zone: str
    quiet: QuietHours | None
    digest: DigestTime
    mute_until: datetime | None


def mandatory_categories() -> frozenset[Category]:
    return ALWAYS_ON


def is_fixed(category: Category, channel: Channel) -> bool:
    """Whether there is nothing to choose: mandatory, and a channel that it always goes to."""
    return channel in UNMUTABLE and category in ALWAYS_ON


def get_preferences(user_sub: str) -> Preferences:
    return _preferences.find(user_sub)


def change_preferences(
    *, user_sub: str, version: int, actor: Actor, **changes: Unpack[Changes]
) -> Preferences:
    """All of it or nothing. Raises Invalid and AlertMandatory, both with the fields named
    (`choices.<category>.<channel>`), PreferencesChanged when `version` is not the stored one.

    Where security goes less far than before, the channel that loses it is told.
    """
    now = clock.now()
    old = _preferences.find(user_sub)
    wanted = checking.checked(old, changes, now=now)
    if old.version != version:
        raise PreferencesChanged
    hit(CHANGES, user_sub)
    return storing.store(old, wanted, actor=actor, now=now)


def turn_off(*, user_sub: str, category: Category, channel: Channel, actor: Actor) -> None:
    """Whatever else is being changed meanwhile; a repeat changes nothing.

    Raises AlertMandatory, and PreferencesChanged when others keep changing them.
    """
    for tries_left in reversed(range(TURN_OFF_TRIES)):
        old = _preferences.find(user_sub)
        if not old.wants(category, channel):
            return
        try:
            change_preferences(
                user_sub=user_sub,
                version=old.version,
                actor=actor,
                choices={category: {channel: Mode.OFF}},
            )
            return
        except PreferencesChanged:
            if not tries_left:
                raise


def lift_suspension(*, user_sub: str, channel: Channel, actor: Actor) -> None:
    """Its owner says that it works again; the next bounce suspends it again."""
    _preferences.lift_suspension(user_sub, channel)


def channels_for(entry: Entry, preferences: Preferences) -> frozenset[Channel]:
    """Where it goes without regard to time. See resolving.resolve() for all of it."""
    return frozenset(
        channel
        for channel in entry.channels
        if (entry.mandatory and channel in UNMUTABLE) or preferences.wants(entry.category, channel)
    )
