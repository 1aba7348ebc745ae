from django import forms


class UnlockForm(forms.Form):
    """What the person was shown: only that price, in minor units, is paid, and only for that
    version."""

    price = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
