from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from typing_extensions import override

from apikeys import services, texts

LONGEST = 20_000


class NotShownAgain(forms.Textarea):
    """What was typed holds secrets: no answer repeats it."""

    @override
    def format_value(self, value: Any) -> str:
        return ""


class ReportForm(forms.Form):
    text = forms.CharField(
        label=gettext_lazy("What you found"),
        max_length=LONGEST,
        help_text=gettext_lazy("Whole keys, with whatever stands around them."),
        widget=NotShownAgain(attrs={"rows": 6, "autocomplete": "off", "spellcheck": "false"}),
    )

    def clean_text(self) -> list[str]:
        """The keys in it."""
        found = list(dict.fromkeys(texts.found_in(self.cleaned_data["text"])))
        if not found:
            start = {"start": f"{settings.API_KEYS_PREFIX}_{settings.API_KEYS_ENVIRONMENT}_"}
            raise ValidationError(
                _("There is no whole key of this site in it. One begins with %(start)s") % start
            )
        if len(found) > services.MOST_TEXTS:
            most = {"most": services.MOST_TEXTS}
            raise ValidationError(_("Send at most %(most)s keys at once.") % most)
        return found
