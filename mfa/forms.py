from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from mfa.items import Method
from mfa.services.devices import NAME_LENGTH
from mfa.texts import CONSENT
from users import emails


class AddForm(forms.Form):
    name = forms.CharField(
        label=_("Name"),
        max_length=NAME_LENGTH,
        required=False,
        help_text=_("So that you know it again, such as “my phone”."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class RenameForm(forms.Form):
    name = forms.CharField(
        label=_("Name"),
        max_length=NAME_LENGTH,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autofocus": True}),
    )


class AddSmsForm(AddForm):
    phone = forms.CharField(
        label=_("Mobile number"),
        max_length=32,
        help_text=_(
            "With its country code, such as +49 151 23456789. We use it for nothing but what you"
            " agree to below."
        ),
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel", "autofocus": True}),
    )
    consent = forms.BooleanField(label=CONSENT, required=False)  # the service refuses without
    field_order = ("phone", "name", "consent")


class AddEmailForm(AddForm):
    address = forms.CharField(
        label=_("Email address"),
        max_length=emails.MAX_LENGTH,
        help_text=_("Another mailbox than the one that you sign in with."),
        widget=forms.EmailInput(attrs={"autocomplete": "email", "autofocus": True}),
    )
    field_order = ("address", "name")


class EndOthersForm(forms.Form):
    end_others = forms.BooleanField(
        label=_("Sign out everywhere else"), required=False, initial=True
    )


class LastForm(EndOthersForm):
    """For removing the last factor: its own tick, so that nobody does it by the way."""

    turns_off = forms.BooleanField(
        label=_("Turn two-step sign-in off: my password alone opens the account"),
        error_messages={"required": _("Tick this if you want to turn it off.")},
    )
    field_order = ("turns_off", "end_others")


class SavedForm(forms.Form):
    saved = forms.BooleanField(
        label=_("I saved them"),
        error_messages={"required": _("Tick this once you saved them; then go on.")},
    )


class CodeForm(EndOthersForm):
    code = forms.CharField(
        label=_("6-digit code"),
        max_length=20,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "one-time-code",
                "inputmode": "numeric",
                "class": "otp",
                "autofocus": True,
            }
        ),
    )
    field_order = ("code", "end_others")


ADD_FORMS: dict[Method, type[AddForm]] = {
    Method.TOTP: AddForm,
    Method.SMS: AddSmsForm,
    Method.EMAIL: AddEmailForm,
}
ADD_TITLES: dict[Method, str | Promise] = {
    Method.TOTP: _("Set up an authenticator app"),
    Method.SMS: _("Set up text messages"),
    Method.EMAIL: _("Set up codes by email"),
}
