from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.fields import password_field
from users import emails


class SignInForm(forms.Form):
    login = forms.CharField(
        label=_("Email address or handle"),
        max_length=emails.MAX_LENGTH,
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "autocapitalize": "none", "autofocus": True}
        ),
    )
    password = password_field(_("Password"), "current-password")
    remember = forms.BooleanField(label=_("Keep me signed in on this device"), required=False)
