"""Who wants which category of alerts on which channel."""

from collections.abc import Mapping
from dataclasses import replace

from django.utils.translation import gettext as _

from alerts.catalogue import CATALOGUE, Entry
from alerts.errors import AlertMandatory, PreferencesChanged
from alerts.items import Category, Channel, Preferences
from alerts.repository import PreferenceRepository
from core.actor import Actor
from core.errors import Invalid
from dynamo.errors import ConditionFailed

Choices = Mapping[str, Mapping[str, bool]]

_preferences = PreferenceRepository()


def mandatory_categories() -> frozenset[Category]:
    """Those of which every kind is always sent."""
    optional = {entry.category for entry in CATALOGUE.values() if not entry.mandatory}
    return frozenset({entry.category for entry in CATALOGUE.values()} - optional)


def channels_for(entry: Entry, preferences: Preferences) -> frozenset[Channel]:
    if entry.mandatory:
        return entry.channels
    return frozenset(
        channel for channel in entry.channels if preferences.wants(entry.category, channel)
    )


def get_preferences(user_sub: str) -> Preferences:
    return _preferences.find(user_sub)


def change_preferences(
    *, user_sub: str, choices: Choices, version: int, actor: Actor
) -> Preferences:
    """Set what `choices` names (category -> channel -> wanted); all of it or nothing.

    Raises Invalid for a name that does not exist, AlertMandatory (both name the field as
    `choices.<category>.<channel>`), PreferencesChanged when `version` is not the stored one.
    """
    wanted = _checked(choices)
    old = _preferences.find(user_sub)
    merged = {
        category: {**old.choices.get(category, {}), **wanted.get(category, {})}
        for category in Category
    }
    try:
        _preferences.change(replace(old, choices=merged, version=version))
    except ConditionFailed as error:
        raise PreferencesChanged from error
    return replace(old, choices=merged, version=version + 1)


def _checked(choices: Choices) -> dict[Category, dict[Channel, bool]]:
    wanted: dict[Category, dict[Channel, bool]] = {}
    for category, channels in choices.items():
        for channel, is_wanted in channels.items():
            field = f"choices.{category}.{channel}"
            if category not in set(Category) or channel not in set(Channel):
                raise Invalid(errors={field: [_("There is no such choice.")]})
            if category in mandatory_categories() and not is_wanted:
                raise AlertMandatory(errors={field: [AlertMandatory.message]})
            wanted.setdefault(Category(category), {})[Channel(channel)] = is_wanted
    return wanted
