from collections.abc import Iterator
from typing import Any

from django import forms

from alerts import services
from alerts.catalogue import CATEGORY_TEXTS, CHANNEL_TEXTS
from alerts.items import Category, Channel, Preferences


class PreferencesForm(forms.Form):
    """A box for each category and channel; those of mandatory categories are ticked and closed."""

    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput(attrs={"id": False}))

    def __init__(self, data: Any = None, *, preferences: Preferences) -> None:
        super().__init__(data, initial={"version": preferences.version})
        for category in Category:
            for channel in Channel:
                self.fields[f"{category}-{channel}"] = _box(category, channel, preferences)

    def rows(self) -> Iterator[dict[str, Any]]:
        for category, (label, text) in CATEGORY_TEXTS.items():
            boxes = [self[f"{category}-{channel}"] for channel in CHANNEL_TEXTS]
            is_mandatory = category in services.mandatory_categories()
            yield {"label": label, "text": text, "boxes": boxes, "is_mandatory": is_mandatory}

    def choices(self) -> dict[str, dict[str, bool]]:
        """What was sent about the categories that one may choose."""
        return {
            str(category): {
                str(channel): self.cleaned_data[f"{category}-{channel}"] for channel in Channel
            }
            for category in Category
            if category not in services.mandatory_categories()
        }


def _box(category: Category, channel: Channel, preferences: Preferences) -> forms.BooleanField:
    label = f"{CATEGORY_TEXTS[category][0]}: {CHANNEL_TEXTS[channel]}"
    return forms.BooleanField(
        required=False,
        disabled=category in services.mandatory_categories(),
        initial=preferences.wants(category, channel),
        label=label,
        widget=forms.CheckboxInput(attrs={"aria-label": label}),
    )
