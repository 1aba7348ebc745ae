"""The forms of API keys. What a service refuses lands at the field of the same name."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Any

from django import forms
from django.conf import settings
from django.forms.boundfield import BoundWidget
from django.utils.functional import lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy
from typing_extensions import override

from apikeys.items import ApiKey, RotationStart
from apikeys.services import DESCRIPTION_LENGTH, EXPIRIES, KEEP, OVERLAPS, Filter, KeyChanges
from apikeys.wording import AREA_TEXTS, Text, duration
from core import ids
from core.scopes import DESCRIPTIONS, SCOPES, Scope, scope_needed
from users.texts import NAME_LENGTH

NEVER, KEPT = "never", "keep"
LONGEST_LIST = 4000
UNUSED_FOR = (30, 90, 180, 365)  # days


def _days(count: int) -> object:
    return ngettext_lazy("%(count)d day", "%(count)d days", count) % {"count": count}


def _scope_label(scope: str, description: object) -> str:
    return f"{description} ({scope})"


_lazy_label = lazy(_scope_label, str)
ENDS = [*((str(days), _days(days)) for days in EXPIRIES), (NEVER, gettext_lazy("Never"))]


@dataclass(frozen=True, slots=True, kw_only=True)
class ScopeBox:
    """A tick box of the list."""

    widget: BoundWidget
    scope: Scope
    text: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class ScopeRow:
    """The boxes of one area, for reading and for writing; None where there is no such scope."""

    name: Text
    boxes: list[ScopeBox | None]


class NetworksField(forms.CharField):
    """A text to a list: one network a line, or separated by commas or spaces."""

    widget = forms.Textarea(attrs={"rows": 4, "spellcheck": "false", "autocomplete": "off"})

    @override
    def to_python(self, value: Any) -> Any:
        text = super().to_python(value) or ""
        return [part for part in re.split(r"[\s,;]+", text) if part]

    @override
    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list | tuple) else value

    @override
    def run_validators(self, value: Any) -> None:
        super().run_validators("\n".join(value))


class KeyForm(forms.Form):
    """What a new key and an edited one have in common."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=NAME_LENGTH,
        help_text=gettext_lazy("For you to recognise it later, such as the program that uses it."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    description = forms.CharField(
        label=gettext_lazy("Description"),
        required=False,
        max_length=DESCRIPTION_LENGTH,
        help_text=gettext_lazy("Where it runs, who looks after it, when it may go."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    scopes = forms.MultipleChoiceField(
        label=gettext_lazy("What it may do"),
        choices=[(str(name), _lazy_label(name, text)) for name, text in DESCRIPTIONS.items()],
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Nothing but what you tick. One line does not include another."),
    )
    allowed_networks = NetworksField(
        label=gettext_lazy("Where it works from"),
        required=False,
        max_length=LONGEST_LIST,
        help_text=gettext_lazy(
            "Addresses or networks, such as 198.51.100.7 or 2001:db8::/48, one a line, 20 at most."
            " Empty: from everywhere."
        ),
    )
    calls_per_minute = forms.IntegerField(
        label=gettext_lazy("Calls a minute"),
        required=False,
        min_value=1,
        # A field of numbers sends nothing for "60/min", which would lift the limit.
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        most = settings.API_KEYS_CALLS_PER_MINUTE
        text = _("At most %(most)d, which is also what an empty field means.")
        self.fields["calls_per_minute"].help_text = text % {"most": most}

    @property
    def scope_rows(self) -> Iterator[ScopeRow]:
        widgets = {box.data["value"]: box for box in self["scopes"].subwidgets}
        boxes = {
            scope: ScopeBox(widget=widgets[scope], scope=scope, text=text)
            for scope, text in DESCRIPTIONS.items()
        }
        for area, text in AREA_TEXTS.items():
            needed = [scope_needed(area, method) for method in ("GET", "POST")]
            yield ScopeRow(name=text, boxes=[boxes[scope] if scope else None for scope in needed])


class NewKeyForm(KeyForm):
    expires_in_days = forms.TypedChoiceField(
        label=gettext_lazy("Expires after"),
        choices=ENDS,
        initial="90",
        coerce=lambda value: None if value == NEVER else int(value),
        help_text=gettext_lazy("A key that is lost unnoticed is of use only until then."),
    )
    # Minted with the form: sending it twice makes one key.
    key_id = forms.CharField(widget=forms.HiddenInput(attrs={"id": False}), initial=ids.new_id)


def _later_end(value: str) -> Any:
    return KEEP if value == KEPT else None if value == NEVER else int(value)


class LaterEndField(forms.TypedChoiceField):
    """An end counted from now, or the one that the key has."""

    def __init__(self, **kwargs: Any) -> None:
        choices = [(KEPT, gettext_lazy("Leave as it is")), *ENDS]
        super().__init__(choices=choices, coerce=_later_end, initial=KEPT, **kwargs)


class EditKeyForm(KeyForm):
    """`version`: of the key that the form shows, so that nothing newer is overwritten."""

    expires_in_days = LaterEndField(
        label=gettext_lazy("Expires"), help_text=gettext_lazy("Days count from now.")
    )
    version = forms.IntegerField(widget=forms.HiddenInput(attrs={"id": False}))

    @classmethod
    def of(cls, key: ApiKey) -> "EditKeyForm":
        shown = {
            "name": key.name,
            "description": key.description,
            "scopes": [str(scope) for scope in key.sorted_scopes],
            "allowed_networks": key.allowed_networks,
            "calls_per_minute": key.calls_per_minute,
            "version": key.version,
        }
        return cls(initial=shown)

    def changes(self) -> KeyChanges:
        wanted = {name: value for name, value in self.cleaned_data.items() if name != "version"}
        return KeyChanges(**wanted)


class RotateForm(forms.Form):
    start = forms.TypedChoiceField(
        label=gettext_lazy("When the new secret takes over"),
        choices=[
            (
                str(RotationStart.NOW),
                gettext_lazy("Now. The old one ends after the time below."),
            ),
            (
                str(RotationStart.FIRST_USE),
                gettext_lazy(
                    "At its first use. Until then nothing changes and the time below begins then."
                ),
            ),
        ],
        initial=str(RotationStart.NOW),
        coerce=RotationStart,
        widget=forms.RadioSelect,
    )
    overlap_hours = forms.TypedChoiceField(
        label=gettext_lazy("How long the old secret works beside it"),
        choices=[(str(hours), duration(hours)) for hours in OVERLAPS],
        initial="24",
        coerce=int,
        help_text=gettext_lazy("If the old one may be in wrong hands, choose no time at all."),
    )
    expires_in_days = LaterEndField(
        label=gettext_lazy("Expires"),
        help_text=gettext_lazy(
            "Days count from now. A new end is for a secret that takes over now."
        ),
    )
    version = forms.IntegerField(widget=forms.HiddenInput(attrs={"id": False}))


class EndOldSecretForm(forms.Form):
    """`version`: of the key that the page showed, for another secret may be beside it by now."""

    version = forms.IntegerField(widget=forms.HiddenInput(attrs={"id": False}))


class ChooseKeysForm(forms.Form):
    """Which keys are to be revoked together. All that is chosen has to be so of a key."""

    unused_days = forms.TypedChoiceField(
        label=gettext_lazy("Not used for"),
        required=False,
        choices=[("", gettext_lazy("Any time")), *((str(n), _days(n)) for n in UNUSED_FOR)],
        coerce=int,
        empty_value=None,
    )
    created_before = forms.DateField(
        label=gettext_lazy("Created before"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    scope = forms.TypedChoiceField(
        label=gettext_lazy("With the scope"),
        required=False,
        choices=[("", gettext_lazy("Any scope")), *((name, name) for name in SCOPES)],
        coerce=Scope,
        empty_value=None,
    )

    def wanted(self) -> Filter:
        before = self.cleaned_data["created_before"]
        start = datetime.combine(before, time(), UTC) if before else None
        return Filter(**{**self.cleaned_data, "created_before": start})
