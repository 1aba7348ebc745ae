from django import forms
from django.utils.translation import gettext_lazy as _

from newsfeed.items import Choices, NotificationKind

TEXTS = {
    NotificationKind.FOLLOWED: _("Somebody follows me"),
    NotificationKind.COMMENTED: _("Somebody comments on a post of mine"),
    NotificationKind.REPLIED: _("Somebody replies to a comment of mine"),
    NotificationKind.REACTED: _("Somebody reacts to a post of mine"),
    NotificationKind.UNLOCKED: _("Somebody unlocks a post of mine"),
}


class ChoicesForm(forms.Form):
    """A box for each kind that one can turn off."""

    def __init__(self, *args: object, choices: Choices, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        for kind, wanted in choices.items():
            self.fields[str(kind)] = forms.BooleanField(
                label=TEXTS[kind], required=False, initial=wanted
            )

    def choices(self) -> Choices:
        return {NotificationKind(name): on for name, on in self.cleaned_data.items()}
