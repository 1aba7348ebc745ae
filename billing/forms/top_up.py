from collections.abc import Iterable
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.errors import Invalid
from core.money import exponent, format_money, parse_money

OTHER = "other"
KEY_LENGTH = 64


class Presets(forms.RadioSelect):
    """Drawn as a row of buttons (money.css)."""

    def __init__(self) -> None:
        super().__init__(attrs={"class": "presets"})


class TopUpForm(forms.Form):
    """An amount of the list or one of one's own; `minor_units` is what was chosen.

    `providers` are (name, label) of those that are on; with one there is nothing to choose.
    """

    amount = forms.ChoiceField(
        label=gettext_lazy("Amount"),
        widget=Presets,
        error_messages={
            "required": gettext_lazy("Choose an amount."),
            "invalid_choice": gettext_lazy("Choose an amount from the list, or another one."),
        },
    )
    other = forms.CharField(
        label=gettext_lazy("Other amount"),
        required=False,
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )
    provider = forms.ChoiceField(
        label=gettext_lazy("Pay with"),
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": gettext_lazy("This way to pay is not available here.")},
    )
    save_method = forms.BooleanField(
        label=gettext_lazy("Save this card for next time"),
        required=False,
        help_text=gettext_lazy("Your payment provider keeps it. This site never sees its number."),
    )
    # One sending of this form: sent twice, it is one payment.
    key = forms.CharField(max_length=KEY_LENGTH, widget=forms.HiddenInput(attrs={"id": False}))
    next = forms.CharField(required=False, widget=forms.HiddenInput(attrs={"id": False}))

    def __init__(self, *args: Any, providers: Iterable[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = list(providers)
        self.fields["amount"].choices = _presets()  # type: ignore[attr-defined]
        self.fields["other"].help_text = _limits()
        self.fields["provider"].choices = offered  # type: ignore[attr-defined]
        if len(offered) == 1:
            self.fields["provider"].widget = forms.HiddenInput(attrs={"id": False})
            self.initial["provider"] = offered[0][0]

    @property
    def minor_units(self) -> int:
        return int(self.cleaned_data["minor_units"])

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        chosen = cleaned.get("amount")
        if chosen == OTHER:
            cleaned["minor_units"] = self._typed(cleaned.get("other", ""))
        elif chosen:
            cleaned["minor_units"] = int(chosen)
        return cleaned

    def _typed(self, text: str) -> int:
        if not text:
            self.add_error("other", _("Type the amount that you want to add."))
            return 0
        try:
            return parse_money(text, settings.BILLING_CURRENCY, field="other")
        except Invalid as error:
            self.add_error("other", error.errors["other"])
            return 0


def preset_amounts() -> list[int]:
    """Round sums within the limits, in minor units."""
    unit = max(100, 10 ** exponent(settings.BILLING_CURRENCY))
    sums = (5 * unit, 10 * unit, 25 * unit, 50 * unit, 100 * unit)
    return [amount for amount in sums if settings.TOP_UP_MIN <= amount <= settings.TOP_UP_MAX]


def _presets() -> list[tuple[str, str]]:
    listed = [(str(n), format_money(n, settings.BILLING_CURRENCY)) for n in preset_amounts()]
    return [*listed, (OTHER, _("Other"))]


def _limits() -> str:
    currency = settings.BILLING_CURRENCY
    return _("From %(least)s to %(most)s. Used when “Other” is chosen.") % {
        "least": format_money(settings.TOP_UP_MIN, currency),
        "most": format_money(settings.TOP_UP_MAX, currency),
    }
