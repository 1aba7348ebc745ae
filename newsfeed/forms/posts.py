from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from core.errors import Invalid
from core.money import format_money, parse_money
from newsfeed.items import PRICE_MAX, PRICE_MIN, Visibility

CHOICES = {
    Visibility.PUBLIC: _("Everybody here"),
    Visibility.FOLLOWERS: _("My followers"),
    Visibility.PAID: _("Whoever unlocks it"),
    Visibility.PRIVATE: _("Only me"),
}


class PostForm(forms.Form):
    body = forms.CharField(
        label=_("Text"),
        help_text=_(
            "Markdown; an empty line begins a paragraph. In a paid post, a line with only"
            " <code>&lt;!-- more --&gt;</code> ends the free part."
        ),
        widget=forms.Textarea(attrs={"rows": 12, "data-post": ""}),
    )
    warning = forms.CharField(
        label=_("Content warning"),
        help_text=_("Shown in place of the post until a reader opens it, as in “Spiders”."),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    visibility = forms.ChoiceField(
        label=_("Who may read it"), widget=forms.RadioSelect, initial=Visibility.PUBLIC
    )
    unlock_price = forms.CharField(
        label=_("Price of a paid post"),
        required=False,
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )
    # Sending the form twice publishes one post.
    token = forms.CharField(max_length=26, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, may_sell: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(str(kind), label) for kind, label in CHOICES.items()]
        if not may_sell:
            choices = [(kind, label) for kind, label in choices if kind != Visibility.PAID]
            del self.fields["unlock_price"]
        else:
            self.fields["unlock_price"].help_text = _now(
                "From %(low)s to %(high)s. Leave it empty for other posts."
            ) % {
                "low": format_money(PRICE_MIN, settings.BILLING_CURRENCY),
                "high": format_money(PRICE_MAX, settings.BILLING_CURRENCY),
            }
        self.fields["visibility"].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        typed = self.cleaned_data
        paid = typed.get("visibility") == Visibility.PAID
        if paid and "unlock_price" in typed and typed["unlock_price"] is None:
            self.add_error("unlock_price", _("Type what it costs to unlock the post."))
        return typed

    def clean_unlock_price(self) -> int | None:
        typed = self.cleaned_data["unlock_price"].strip()
        if not typed:
            return None
        try:
            return parse_money(typed, settings.BILLING_CURRENCY, field="unlock_price")
        except Invalid as error:
            raise forms.ValidationError(error.errors["unlock_price"]) from None
