"""The page of preferences as one form; what a service refuses lands at the field it is about."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta, tzinfo
from typing import Any

from django import forms
from django.forms.utils import flatatt
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alerts import schedule, services
from alerts.catalogue import CATEGORY_TEXTS, CHANNEL_TEXTS
from alerts.errors import AlertMandatory
from alerts.items import (
    MODES,
    Category,
    Channel,
    DigestTime,
    Mode,
    Preferences,
    QuietHours,
    Severity,
)
from core import clock, time_zones
from core.errors import Invalid

MODE_TEXTS = {
    Mode.NOW: gettext_lazy("At once"),
    Mode.DAILY: gettext_lazy("Daily"),
    Mode.WEEKLY: gettext_lazy("Weekly"),
    Mode.OFF: gettext_lazy("Off"),
}
ON_OFF_TEXTS = {Mode.NOW: gettext_lazy("On"), Mode.OFF: gettext_lazy("Off")}
LEAST_TEXTS = {
    0: gettext_lazy("Everything"),
    int(Severity.NOTICE): gettext_lazy("Notices and up"),
    int(Severity.WARNING): gettext_lazy("Warnings and up"),
    int(Severity.HIGH): gettext_lazy("Serious and up"),
    int(Severity.CRITICAL): gettext_lazy("Only critical"),
}
DAYS = [
    (0, gettext_lazy("Monday")),
    (1, gettext_lazy("Tuesday")),
    (2, gettext_lazy("Wednesday")),
    (3, gettext_lazy("Thursday")),
    (4, gettext_lazy("Friday")),
    (5, gettext_lazy("Saturday")),
    (6, gettext_lazy("Sunday")),
]
SELECTED = mark_safe(" selected")
USUAL_QUIET = QuietHours(start=time(22), end=time(7))
# How a service names a field, and how the form does.
FIELDS = {
    "time_zone": "time_zone",
    "quiet.start": "quiet_start",
    "quiet.end": "quiet_end",
    "quiet.days": "quiet_days",
    "digest.hour": "digest_hour",
    "digest.weekday": "digest_weekday",
    "mute_until": "mute",
}
KEEP, HOUR, TOMORROW, WEEK, END = "keep", "hour", "tomorrow", "week", "end"


class LongSelect(forms.Select):
    """Django renders a template for each option, which takes long for some hundreds of them."""

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None
    ) -> SafeString:
        options = format_html_join(
            "\n",
            '<option value="{}"{}>{}</option>',
            ((each, SELECTED if each == value else "", label) for each, label in self.choices),
        )
        own = self.build_attrs(self.attrs, {**(attrs or {}), "name": name})
        return format_html("<select{}>{}</select>", flatatt(own), options)


class PreferencesForm(forms.Form):
    """A choice for each category and channel; those of mandatory categories are closed."""

    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput(attrs={"id": False}))
    quiet_on = forms.BooleanField(label=gettext_lazy("Keep quiet hours"), required=False)
    quiet_start = forms.TimeField(
        label=gettext_lazy("From"),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )
    quiet_end = forms.TimeField(
        label=gettext_lazy("Until"),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )
    quiet_days = forms.TypedMultipleChoiceField(
        label=gettext_lazy("On which days they start"),
        choices=DAYS,
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    digest_hour = forms.TypedChoiceField(
        label=gettext_lazy("At"), choices=[(h, f"{h:02}:00") for h in range(24)], coerce=int
    )
    digest_weekday = forms.TypedChoiceField(
        label=gettext_lazy("Weekly ones on"), choices=DAYS, coerce=int
    )
    time_zone = forms.ChoiceField(label=gettext_lazy("Time zone"), widget=LongSelect)
    mute = forms.ChoiceField(label=gettext_lazy("Mute"))

    def __init__(self, data: Any = None, *, preferences: Preferences) -> None:
        super().__init__(data, initial=_initial(preferences))
        self.preferences = preferences
        for category in Category:
            for channel in Channel:
                self.fields[f"{category}-{channel}"] = _choice(category, channel, preferences)
        for channel in Channel:
            self.fields[f"least-{channel}"] = _least(channel, preferences)
        self._field("time_zone").choices = _zones(preferences.time_zone)
        self._field("mute").choices = _mutes(preferences)

    def rows(self) -> Iterator[dict[str, Any]]:
        for category, (label, text) in CATEGORY_TEXTS.items():
            cells = [
                {"label": channel_label, "field": self[f"{category}-{channel}"]}
                for channel, channel_label in CHANNEL_TEXTS.items()
            ]
            is_mandatory = category in services.mandatory_categories()
            yield {"label": label, "text": text, "cells": cells, "is_mandatory": is_mandatory}

    def severities(self) -> list[forms.BoundField]:
        return [self[f"least-{channel}"] for channel in CHANNEL_TEXTS]

    def clean(self) -> dict[str, Any]:
        """A closed field that is sent all the same is refused, not passed over."""
        cleaned = super().clean() or self.cleaned_data
        for category in Category:
            for channel in Channel:
                name = f"{category}-{channel}"
                if services.is_fixed(category, channel) and self.data.get(name, "now") != "now":
                    self.add_error(name, str(AlertMandatory.message))
        if not cleaned.get("quiet_on"):  # times that are not used may be anything
            for name in ("quiet_start", "quiet_end"):
                self.errors.pop(name, None)
        return cleaned

    def changes(self) -> services.Changes:
        cleaned = self.cleaned_data
        changes = services.Changes(
            choices=_choices(cleaned),
            min_severity={str(channel): cleaned[f"least-{channel}"] for channel in Channel},
            time_zone=cleaned["time_zone"],
            quiet=_quiet(cleaned),
            digest=DigestTime(hour=cleaned["digest_hour"], weekday=cleaned["digest_weekday"]),
        )
        if cleaned["mute"] != KEEP:
            zone = cleaned["time_zone"]
            changes["mute_until"] = mute_until(cleaned["mute"], now=clock.now(), zone_name=zone)
        return changes

    def refuse(self, error: Invalid) -> None:
        """Puts what a service said at the fields."""
        for field, texts in error.errors.items():
            named = field.removeprefix("choices.").replace("min_severity.", "least-")
            name = FIELDS.get(field, named.replace(".", "-"))
            self.add_error(name if name in self.fields else None, list(texts))

    def _field(self, name: str) -> forms.ChoiceField:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        return field


def mute_until(preset: str, *, now: datetime, zone_name: str) -> datetime | None:
    """None for the one that ends it."""
    if preset == TOMORROW:
        return schedule.tomorrow(now, time_zones.zone_of(zone_name))
    lengths = {HOUR: timedelta(hours=1), WEEK: timedelta(days=7)}
    return now + lengths[preset] if preset in lengths else None


def clock_text(moment: datetime, zone: tzinfo) -> str:
    return date_format(moment.astimezone(zone), "j F Y, H:i")


def _initial(preferences: Preferences) -> dict[str, Any]:
    quiet = preferences.quiet or USUAL_QUIET
    return {
        "version": preferences.version,
        "quiet_on": preferences.quiet is not None,
        "quiet_start": quiet.start,
        "quiet_end": quiet.end,
        "quiet_days": sorted(quiet.days),
        "digest_hour": preferences.digest.hour,
        "digest_weekday": preferences.digest.weekday,
        "time_zone": time_zones.zone_of(preferences.time_zone).key,
        "mute": KEEP,
    }


def _choice(category: Category, channel: Channel, preferences: Preferences) -> forms.ChoiceField:
    label = f"{CATEGORY_TEXTS[category][0]}: {CHANNEL_TEXTS[channel]}"
    mode = preferences.mode(category, channel)
    lacks_phone = channel is Channel.SMS and preferences.phone is None and mode is Mode.OFF
    texts = MODE_TEXTS if len(MODES[channel]) > len(ON_OFF_TEXTS) else ON_OFF_TEXTS
    return forms.ChoiceField(
        choices=[(str(each), texts[each]) for each in MODES[channel]],
        disabled=lacks_phone or services.is_fixed(category, channel),
        initial=str(Mode.NOW if services.is_fixed(category, channel) else mode),
        label=label,
        widget=forms.Select(attrs={"aria-label": label}),
    )


def _least(channel: Channel, preferences: Preferences) -> forms.TypedChoiceField:
    """A value that only the API can give is one more choice."""
    least = preferences.least(channel)
    texts = {**LEAST_TEXTS, **({} if least in LEAST_TEXTS else {least: str(least)})}
    return forms.TypedChoiceField(
        choices=sorted(texts.items()),
        coerce=int,
        initial=least,
        label=str(CHANNEL_TEXTS[channel]),
    )


def _zones(stored: str) -> list[tuple[str, str]]:
    names = time_zones.names()
    current = time_zones.zone_of(stored).key
    listed = names if current in names else (current, *names)
    return [(name, name.replace("_", " ")) for name in listed]


def _mutes(preferences: Preferences) -> list[tuple[str, str]]:
    until = preferences.mute_until
    presets = [
        (HOUR, _("For an hour")),
        (TOMORROW, _("Until tomorrow morning")),
        (WEEK, _("For a week")),
    ]
    if until is None or until <= clock.now():
        return [(KEEP, _("Not muted")), *presets]
    at = clock_text(until, time_zones.zone_of(preferences.time_zone))
    return [(KEEP, _("Muted until %(at)s") % {"at": at}), (END, _("Not muted")), *presets]


def _choices(cleaned: dict[str, Any]) -> dict[str, dict[str, str]]:
    """What was sent about the choices that one has."""
    return {
        str(category): {
            str(channel): cleaned[f"{category}-{channel}"]
            for channel in Channel
            if not services.is_fixed(category, channel)
        }
        for category in Category
    }


def _quiet(cleaned: dict[str, Any]) -> QuietHours | None:
    if not cleaned["quiet_on"]:
        return None
    return QuietHours(
        start=cleaned["quiet_start"],
        end=cleaned["quiet_end"],
        days=frozenset(cleaned["quiet_days"]),
    )
