from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.services.approvals import REASON_LENGTH
from core import ids
from users import emails

AMOUNT_LENGTH = 20
ADD, TAKE, TAKE_INTO_DEBT, WRITE_OFF = "add", "take", "take_into_debt", "write_off"


class SearchForm(forms.Form):
    name = forms.CharField(
        label=_("Payment or person"),
        max_length=emails.MAX_LENGTH,
        help_text=_(
            "A payment's id, here or at its provider; a person's email address, handle or id."
        ),
    )


class _RequestForm(forms.Form):
    """`key` becomes the id of the request, so that a form sent twice is one request."""

    amount = forms.CharField(
        label=_("Amount"),
        max_length=AMOUNT_LENGTH,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )
    reason = forms.CharField(
        label=_("Reason"), max_length=REASON_LENGTH, widget=forms.Textarea(attrs={"rows": 3})
    )
    key = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["key"].initial = ids.new_id()

    def clean_key(self) -> str:
        key: str = self.cleaned_data["key"]
        return key if ids.is_id(key) else ids.new_id()


class RefundForm(_RequestForm):
    pass


class CorrectionForm(_RequestForm):
    effect = forms.ChoiceField(
        label=_("What to do"),
        choices=[
            (ADD, _("Add to the balance")),
            (TAKE, _("Take from the balance")),
            (TAKE_INTO_DEBT, _("Take from the balance; what is missing is owed")),
            (WRITE_OFF, _("Give up a part of the debt")),
        ],
        widget=forms.RadioSelect,
        error_messages=dict.fromkeys(
            ("required", "invalid_choice"), _("Choose what to do with the balance.")
        ),
    )
    field_order = ("effect", "amount", "reason")
