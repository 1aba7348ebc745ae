from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.services.approvals import REASON_LENGTH
from users import emails


def _reason_field(help_text: object) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": 3})
    return forms.CharField(
        label=_("Reason"),
        max_length=REASON_LENGTH,
        widget=widget,
        help_text=help_text,  # type: ignore[arg-type]
    )


class DecisionForm(forms.Form):
    """`decision` is the name of both buttons; what is neither decides nothing."""

    decision = forms.ChoiceField(
        choices=[("approve", "approve"), ("refuse", "refuse")],
        widget=forms.HiddenInput,
        error_messages=dict.fromkeys(
            ("required", "invalid_choice"), _("Approve the request or refuse it.")
        ),
    )
    reason = _reason_field(_("How you made sure. Staff see it; the person it is about does not."))


class MfaResetForm(forms.Form):
    account = forms.CharField(
        label=_("Account"),
        max_length=emails.MAX_LENGTH,
        help_text=_("The email address, the handle or the user_sub."),
    )
    reason = _reason_field(_("How you know that it is them, and why they cannot wait."))
