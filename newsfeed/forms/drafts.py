from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from newsfeed.forms.posts import PostForm


class MomentInput(forms.DateTimeInput):
    input_type = "datetime-local"


class LocalMomentField(forms.CharField):
    """A time by the person's own clock, from the browser's own control."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=32, widget=MomentInput, **kwargs)


def moment_of(typed: str, zone: ZoneInfo) -> tuple[datetime, bool]:
    """The moment, and whether the clock shows that time twice: then it is the first of the two.

    Raises ValidationError for what is no time, and for one that the clock skips.
    """
    try:
        local = datetime.fromisoformat(typed)
    except ValueError:
        raise forms.ValidationError(_("Type a date and a time.")) from None
    if local.tzinfo is not None:
        raise forms.ValidationError(_("Type a date and a time."))
    try:
        first, second = (local.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
        skipped = first.astimezone(zone).replace(tzinfo=None) != local
    except (OverflowError, ValueError):  # at the ends of the calendar
        raise forms.ValidationError(_("Type a date and a time.")) from None
    if skipped:
        raise forms.ValidationError(
            _("The clocks go forward then: that time does not exist on that day. Choose another.")
        )
    return first, first != second


class ScheduleForm(forms.Form):
    due = LocalMomentField(label=_("Publish at"))

    def __init__(self, *args: Any, zone: ZoneInfo, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone = zone
        self.twice = False
        self.fields["due"].help_text = _("By your clock (%(zone)s), within a year.") % {
            "zone": zone.key
        }

    def clean_due(self) -> datetime | None:
        typed = self.cleaned_data["due"]
        if not typed:
            return None
        moment, self.twice = moment_of(typed, self.zone)
        return moment


class ComposeForm(ScheduleForm, PostForm):
    """A post that is written, kept as a draft or published later. `token` is also the draft's
    id; `draft_version` that of the one this form came from, 0 for none."""

    draft_version = forms.IntegerField(
        required=False, min_value=0, initial=0, widget=forms.HiddenInput
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["due"].required = False


class EditForm(PostForm):
    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
