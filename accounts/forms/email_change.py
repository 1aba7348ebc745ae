from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.fields import code_field
from users import emails


class NewEmailForm(forms.Form):
    email = forms.CharField(
        label=_("New email address"),
        max_length=emails.MAX_LENGTH,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )


class EmailCodeForm(forms.Form):
    code = code_field()
