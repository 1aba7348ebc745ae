from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.fields import password_field


class ConfirmForm(forms.Form):
    password = password_field(_("Password"), "current-password")
