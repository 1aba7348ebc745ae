from django import forms
from django.utils.translation import gettext_lazy as _

from users import emails


class NewEmailForm(forms.Form):
    email = forms.CharField(
        label=_("New email address"),
        max_length=emails.MAX_LENGTH,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )


class EmailCodeForm(forms.Form):
    code = forms.CharField(
        label=_("Code from the email"),
        max_length=20,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "one-time-code",
                "autocapitalize": "characters",
                "class": "otp",
            }
        ),
    )
