from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


def password_field(label: Any, autocomplete: str, **extra: Any) -> forms.CharField:
    widget = forms.PasswordInput(attrs={"autocomplete": autocomplete})
    # A longer text is refused by the rule, with its own words; this only bounds the work.
    return forms.CharField(label=label, widget=widget, strip=False, max_length=4096, **extra)


def code_field(**attributes: Any) -> forms.CharField:
    """For the eight letters that a mail carries."""
    widget = forms.TextInput(
        attrs={
            "autocomplete": "one-time-code",
            "autocapitalize": "characters",
            "class": "otp",
            **attributes,
        }
    )
    return forms.CharField(label=_("Code from the email"), max_length=20, widget=widget)
