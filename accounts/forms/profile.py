from django import forms
from django.utils.translation import gettext_lazy as _

from users import handles


class VersionedForm(forms.Form):
    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput(attrs={"id": False}))


class TextsForm(VersionedForm):
    display_name = forms.CharField(
        label=_("Display name"),
        required=False,
        help_text=_("At most 80 characters. Empty shows your handle."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    bio = forms.CharField(
        label=_("Bio"),
        required=False,
        help_text=_("At most 300 characters of plain text; line breaks stay."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class HandleForm(VersionedForm):
    handle = forms.CharField(
        label=_("Handle"),
        max_length=handles.MAX_LENGTH + 1,
        help_text=_(
            "Letters a to z, digits and underscores. You can change it twice in 14 days; for 14"
            " days nobody else can take the old one. Links with the old one stop working."
        ),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none"}),
    )


class AvatarForm(forms.Form):
    # Not an ImageField: that would decode a stranger's file in this very process.
    avatar = forms.FileField(
        label=_("New picture"),
        help_text=_("JPEG, PNG or WebP, at most 5 MB. The middle of it is shown."),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
    )
