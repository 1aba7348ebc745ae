from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from mfa.items import Method, Way

DEVICE_LENGTH = 26  # of an id: what is longer names none


class FactorForm(forms.Form):
    """A code of one method; `method` says which, and is asked for before anything is read."""

    code = forms.CharField(label=_("6-digit code"), max_length=60)

    def __init__(self, *args: Any, method: Method, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        attrs = {"autocomplete": "one-time-code", "class": "otp", "autofocus": True}
        if method is Method.RECOVERY:
            self.fields["code"].label = _("Recovery code")
            self.fields["code"].widget = forms.TextInput(
                attrs={"autocomplete": "off", "autocapitalize": "characters", "autofocus": True}
            )
        else:
            self.fields["code"].widget = forms.TextInput(attrs={**attrs, "inputmode": "numeric"})


class SecondStepForm(FactorForm):
    trust_browser = forms.BooleanField(
        label=_("Trust this browser for 30 days"),
        help_text=_("The password is enough here then. Only on a device that is yours alone."),
        required=False,
    )


def chosen_method(text: str, allowed: tuple[Method, ...]) -> Method:
    """The one that was asked for; the first one for anything else."""
    return next((method for method in allowed if method == text), allowed[0])


def chosen_way(ways: tuple[Way, ...], method: str, device_id: str) -> Way:
    """That device's; else the first one of the method; else the first one."""
    same = [way for way in ways if way.method == method] or list(ways)
    exact = [way for way in same if device_id and way.device_id == device_id]
    return (exact or same)[0]
