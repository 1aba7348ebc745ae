from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class CommentForm(forms.Form):
    text = forms.CharField(
        label=_("Your comment"),
        help_text=_("Markdown works, as in **bold** and *italic*; line breaks stay."),
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off"}),
    )


class ReplyForm(CommentForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].label = _("Your reply")
