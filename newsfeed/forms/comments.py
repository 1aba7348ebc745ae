from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core import ids


class CommentForm(forms.Form):
    text = forms.CharField(
        label=_("Your comment"),
        help_text=_("Markdown works, as in **bold** and *italic*; line breaks stay."),
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off"}),
    )


class NewCommentForm(CommentForm):
    # Sending the form twice makes one comment.
    token = forms.CharField(
        max_length=26, required=False, initial=ids.new_id, widget=forms.HiddenInput
    )


class ReplyForm(NewCommentForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].label = _("Your reply")
