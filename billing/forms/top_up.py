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

    `providers` are (name, label) of those that are on, `saved` (id, label) of cards that can be
    charged at once; with a single way there is nothing to choose.
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
        label=gettext_lazy("Save this card for next time"),
        required=False,
        help_text=gettext_lazy("Your payment provider keeps it. This site never sees its number."),
    )
    # One sending of this form: sent twice, it is one payment.
    key = forms.CharField(max_length=KEY_LENGTH, widget=forms.HiddenInput(attrs={"id": False}))
    next = forms.CharField(required=False, widget=forms.HiddenInput(attrs={"id": False}))

    def __init__(
        self,
        *args: Any,
        providers: Iterable[tuple[str, Any]],
        saved: Iterable[tuple[str, str]] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self._saved = dict(saved)
        ways = [*self._saved.items(), *_ways(providers, anew=bool(self._saved))]
        self.fields["amount"].choices = _presets()  # type: ignore[attr-defined]
        self.fields["other"].help_text = _limits()
        self.fields["pay_with"].choices = ways  # type: ignore[attr-defined]
        self.initial.setdefault("pay_with", next((name for name, _ in ways), ""))
        if self._saved:
            self.fields["save_method"].label = _("Save the other card for next time")
        if len(ways) == 1:
            self.fields["pay_with"].widget = forms.HiddenInput(attrs={"id": False})

    @property
    def minor_units(self) -> int:
        return int(self.cleaned_data["minor_units"])

    @property
    def has_saved(self) -> bool:
        return bool(self._saved)

    @property
    def saved_method(self) -> str:
        """The id of the card that was chosen; "" for a provider's page."""
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


def _ways(providers: Iterable[tuple[str, Any]], *, anew: bool) -> list[tuple[str, Any]]:
    """`anew`: beside saved cards, whose own provider this may be."""
    if not anew:
        return list(providers)
    text = _("Another card, on the page of %(provider)s")
    return [(name, text % {"provider": label}) for name, label in providers]


def preset_amounts() -> list[int]:
    """TOP_UP_PRESETS, or round sums within the limits; in minor units."""
    if settings.TOP_UP_PRESETS:
        return list(settings.TOP_UP_PRESETS)
    unit = max(100, 10 ** exponent(settings.BILLING_CURRENCY))
    sums = (5 * unit, 10 * unit, 25 * unit, 50 * unit, 100 * unit)
    return [amount for amount in sums if settings.TOP_UP_MIN <= amount <= settings.TOP_UP_MAX]


def _presets() -> list[tuple[str, str]]:
    listed = [(str(n), format_money(n, settings.BILLING_CURRENCY)) for n in preset_amounts()]
    return [*listed, (OTHER, _("Other"))]


def _limits() -> str:
    currency = settings.BILLING_CURRENCY
    text = _("From %(least)s to %(most)s, at most %(daily)s a day. Used when “Other” is chosen.")
    return text % {
        "least": format_money(settings.TOP_UP_MIN, currency),
        "most": format_money(settings.TOP_UP_MAX, currency),
        "daily": format_money(settings.TOP_UP_DAILY_MAX, currency),
    }
