from django import forms
from django.utils.translation import gettext_lazy as _

from alerts.catalogue import CATEGORY_TEXTS
from alerts.items import Category, Severity
from core import ids
from core.targets import MAX_URL
from users.texts import NAME_LENGTH

SEVERITY_TEXTS = {
    Severity.INFO: _("Everything"),
    Severity.NOTICE: _("All but small news (40 or more)"),
    Severity.WARNING: _("What needs a look (60 or more)"),
    Severity.HIGH: _("What needs a look soon (80 or more)"),
    Severity.CRITICAL: _("Only the worst (90 or more)"),
}


class NewWebhookForm(forms.Form):
    name = forms.CharField(
        label=_("Name"),
        max_length=NAME_LENGTH,
        help_text=_("For you to recognise it later, such as the program that listens there."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    url = forms.CharField(
        label=_("Address"),
        max_length=MAX_URL,
        help_text=_("It begins with https:// and is on the public internet, port 443 or 8443."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "url"}),
    )
    categories = forms.MultipleChoiceField(
        label=_("Alerts about"),
        choices=[(str(category), CATEGORY_TEXTS[category][0]) for category in Category],
        initial=[str(category) for category in Category],
        widget=forms.CheckboxSelectMultiple,
    )
    min_severity = forms.TypedChoiceField(
        label=_("How serious"),
        choices=[(str(int(severity)), text) for severity, text in SEVERITY_TEXTS.items()],
        initial=str(int(Severity.INFO)),
        coerce=int,
    )
    # Minted with the form: sending it twice adds one webhook.
    endpoint_id = forms.CharField(widget=forms.HiddenInput(attrs={"id": False}), initial=ids.new_id)
