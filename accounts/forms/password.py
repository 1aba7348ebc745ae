from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.fields import password_field
from users import passwords


class PasswordForm(forms.Form):
    current_password = password_field(_("Current password"), "current-password")
    new_password = password_field(
        _("New password"),
        "new-password",
        help_text=passwords.StrengthValidator().get_help_text,
    )
    end_others = forms.BooleanField(
        label=_("Sign out everywhere else"),
        help_text=_("Every other browser and device has to sign in again, with the new password."),
        required=False,
        initial=True,
    )
