from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.fields import password_field
from users import emails, passwords


class AskResetForm(forms.Form):
    email = forms.CharField(
        label=_("Email address"),
        max_length=emails.MAX_LENGTH,
        widget=forms.EmailInput(attrs={"autocomplete": "username", "autofocus": True}),
    )


class SetPasswordForm(forms.Form):
    password = password_field(
        _("New password"),
        "new-password",
        help_text=passwords.StrengthValidator().get_help_text,
    )
