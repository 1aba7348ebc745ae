from django import forms
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from apikeys.services import EXPIRIES
from core import ids
from core.scopes import DESCRIPTIONS
from users.texts import NAME_LENGTH

NEVER = "never"


def _days(count: int) -> object:
    return ngettext_lazy("%(count)d day", "%(count)d days", count) % {"count": count}


def _scope_label(scope: str, description: object) -> str:
    return f"{description} ({scope})"


_lazy_label = lazy(_scope_label, str)


class NewKeyForm(forms.Form):
    name = forms.CharField(
        label=_("Name"),
        max_length=NAME_LENGTH,
        help_text=_("For you to recognise it later, such as the program that uses it."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    expires_in_days = forms.TypedChoiceField(
        label=_("Expires after"),
        choices=[*((str(days), _days(days)) for days in EXPIRIES), (NEVER, _("Never"))],
        initial="90",
        coerce=lambda value: None if value == NEVER else int(value),
        help_text=_("A key that is lost unnoticed is of use only until then."),
    )
    scopes = forms.MultipleChoiceField(
        label=_("What it may do"),
        choices=[(str(name), _lazy_label(name, text)) for name, text in DESCRIPTIONS.items()],
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Nothing but what you tick. One line does not include another."),
    )
    # Minted with the form: sending it twice makes one key.
    key_id = forms.CharField(widget=forms.HiddenInput(attrs={"id": False}), initial=ids.new_id)
