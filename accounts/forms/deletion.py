from django import forms
from django.utils.translation import gettext_lazy as _

from users import emails


class DeletionForm(forms.Form):
    email = forms.CharField(
        label=_("Your email address"),
        max_length=emails.MAX_LENGTH,
        help_text=_("Type it to confirm that you mean this account."),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
