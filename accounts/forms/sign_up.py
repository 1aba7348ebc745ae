from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.fields import code_field, password_field
from users import emails, handles, passwords


class SignUpForm(forms.Form):
    email = forms.CharField(
        label=_("Email address"),
        max_length=emails.MAX_LENGTH,
        widget=forms.EmailInput(attrs={"autocomplete": "username", "autofocus": True}),
    )
    handle = forms.CharField(
        label=_("Handle"),
        max_length=handles.MAX_LENGTH + 1,
        help_text=_("Your public name: letters a to z, digits and underscores."),
        widget=forms.TextInput(attrs={"autocomplete": "nickname", "autocapitalize": "none"}),
    )
    password = password_field(
        _("Password"),
        "new-password",
        help_text=passwords.StrengthValidator().get_help_text,
    )


class VerifyEmailForm(forms.Form):
    """The fields that this browser needs: a code, or a password, or another handle."""

    code = code_field(autofocus=True)
    password = password_field(
        _("Password that you chose"),
        "current-password",
        help_text=_("Asked because this is not the browser in which you signed up."),
    )
    handle = forms.CharField(
        label=_("Another handle"),
        max_length=handles.MAX_LENGTH + 1,
        help_text=_("Somebody took the one you chose. Pick another one."),
    )

    def __init__(
        self,
        data: Any = None,
        *,
        asks_code: bool,
        asks_password: bool,
        asks_handle: bool = False,
    ) -> None:
        super().__init__(data)
        asked = {"code": asks_code, "password": asks_password, "handle": asks_handle}
        for name in [name for name, wanted in asked.items() if not wanted]:
            del self.fields[name]
