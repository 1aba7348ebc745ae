from django import forms


class UnlockForm(forms.Form):
    """The price that the person was shown, in minor units: only that one is ever paid."""

    price = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
