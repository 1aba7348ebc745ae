from typing import Any

from django import forms


def password_field(label: Any, autocomplete: str, **extra: Any) -> forms.CharField:
    widget = forms.PasswordInput(attrs={"autocomplete": autocomplete})
    # A longer text is refused by the rule, with its own words; this only bounds the work.
    return forms.CharField(label=label, widget=widget, strip=False, max_length=4096, **extra)
