from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from billing import services
from billing.ways import Way, default_way, limits_of
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

    `ways` are saved methods that can be charged at once, and providers; with a single one there is
    nothing to choose.
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
    pay_with = forms.ChoiceField(
        label=gettext_lazy("Pay with"),
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": gettext_lazy("This way to pay is not available here.")},
    )
    save_method = forms.BooleanField(
        label=gettext_lazy("Save this way to pay for next time"),
        required=False,
    )
    # One sending of this form: sent twice, it is one payment.
    key = forms.CharField(max_length=KEY_LENGTH, widget=forms.HiddenInput(attrs={"id": False}))
    next = forms.CharField(required=False, widget=forms.HiddenInput(attrs={"id": False}))

    def __init__(
        self,
        *args: Any,
        ways: Sequence[Way],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self._saved = {way.value for way in ways if not way.anew}
        limits = limits_of(ways)
        self.fields["amount"].choices = _presets(*limits)  # type: ignore[attr-defined]
        self.fields["other"].help_text = _limits(*limits)
        self.fields["pay_with"].choices = [(way.value, _told(way)) for way in ways]  # type: ignore[attr-defined]
        self.initial.setdefault("pay_with", default_way(ways))
        self._offer_to_save([way for way in ways if way.anew])
        if len(ways) == 1:
            self.fields["pay_with"].widget = forms.HiddenInput(attrs={"id": False})

    def _offer_to_save(self, ways: Sequence[Way]) -> None:
        """Where it can be: a box that nobody may tick is no offer."""
        if not any(way.saves for way in ways):
            del self.fields["save_method"]
            return
        field = self.fields["save_method"]
        field.help_text = _("Your payment provider keeps it. This site never sees a card's number.")
        if self._saved:
            field.label = _("Save it for next time, when I pay on a provider's page")

    @property
    def minor_units(self) -> int:
        return int(self.cleaned_data["minor_units"])

    @property
    def has_saved(self) -> bool:
        return bool(self._saved)

    @property
    def saved_method(self) -> str:
        """The id of what was chosen of those; "" for a provider's page."""
        chosen = str(self.cleaned_data["pay_with"])
        return chosen if chosen in self._saved else ""

    def with_key(self, key: str) -> None:
        """The next sending is another payment: this one's came to its end."""
        self.data = {name: self.data.get(name) for name in self.data} | {"key": key}

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


def _told(way: Way) -> SafeString:
    return format_html("<span>{}<small>{}</small></span>", way.label, way.hint)


def preset_amounts(least: int, most: int) -> list[int]:
    """TOP_UP_PRESETS, or round sums, within these limits; in minor units."""
    unit = max(100, 10 ** exponent(settings.BILLING_CURRENCY))
    round_sums = [5 * unit, 10 * unit, 25 * unit, 50 * unit, 100 * unit]
    sums = settings.TOP_UP_PRESETS or round_sums
    return [amount for amount in sums if least <= amount <= most]


def _presets(least: int, most: int) -> list[tuple[str, str]]:
    amounts = preset_amounts(least, most)
    listed = [(str(amount), format_money(amount, settings.BILLING_CURRENCY)) for amount in amounts]
    return [*listed, (OTHER, _("Other"))]


def _limits(least: int, most: int) -> str:
    text = _("From %(least)s to %(most)s, at most %(daily)s a day. Used when “Other” is chosen.")
    daily = format_money(settings.TOP_UP_DAILY_MAX, settings.BILLING_CURRENCY)
    return text % {**services.shown_limits(least, most), "daily": daily}
