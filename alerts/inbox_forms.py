from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from alerts.catalogue import CATEGORY_TEXTS
from alerts.items import Category, Severity
from alerts.services import Wanted
from alerts.services.searching import MOST_TEXT

SEVERITY_TEXTS = {
    Severity.NOTICE: _("All but small news"),
    Severity.WARNING: _("What needs a look"),
    Severity.HIGH: _("What needs a look soon"),
    Severity.CRITICAL: _("Only the worst"),
}


class FilterForm(forms.Form):
    """Sent by GET, so that a filtered list has an address."""

    q = forms.CharField(
        label=_("Search"),
        required=False,
        max_length=MOST_TEXT,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )
    category = forms.ChoiceField(
        label=_("About"),
        required=False,
        choices=[("", _("Everything")), *((str(c), CATEGORY_TEXTS[c][0]) for c in Category)],
    )
    min_severity = forms.ChoiceField(
        label=_("How serious"),
        required=False,
        choices=[("", _("Everything")), *((str(int(s)), t) for s, t in SEVERITY_TEXTS.items())],
    )
    unread = forms.BooleanField(label=_("Only new ones"), required=False)

    def wanted(self) -> Wanted:
        return wanted_of(self.cleaned_data)


def wanted_of(data: dict[str, Any]) -> Wanted:
    return Wanted(
        category=Category(data["category"]) if data["category"] else None,
        min_severity=int(data["min_severity"] or 0),
        unread=bool(data["unread"]),
        text=data["q"].strip(),
    )
