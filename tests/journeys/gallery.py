"""Every component in every state on two pages, for axe and for the eye."""

from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.template import engines
from django.urls import include, path

from config.urls import handler400, handler403, handler404, handler500
from config.urls import urlpatterns as real

PERSON = SimpleNamespace(
    is_authenticated=True,
    pk="01KB0T9Z5S5Z6H0E9QW3N3V7AB",
    name="Maximiliane-Charlotte von Hohenstein-Untergassenbach the Third",
    email="a.very.long.address.that.some.people.really.have@mail.example.com",
)


class ExampleForm(forms.Form):
    name = forms.CharField(help_text="For you to recognise it later.")
    password = forms.CharField(widget=forms.PasswordInput(attrs={"autocomplete": "off"}))
    code = forms.CharField(widget=forms.TextInput(attrs={"class": "otp"}))
    kind = forms.ChoiceField(choices=[("a", "First"), ("b", "Second")])
    scopes = forms.MultipleChoiceField(
        choices=[("r", "Read"), ("w", "Write")], widget=forms.CheckboxSelectMultiple
    )
    note = forms.CharField(widget=forms.Textarea, required=False)
    agree = forms.BooleanField(label="Keep me signed in", help_text="For 30 days.", required=False)

    def clean(self):
        if self.cleaned_data.get("name") == "taken":
            raise forms.ValidationError("That name and that code do not go together.")
        return self.cleaned_data


def page(name, request):
    template = engines["django"].from_string((Path(__file__).parent / name).read_text())
    context = {
        "form": ExampleForm(request.POST if request.method == "POST" else None),
        "moment": datetime(2026, 11, 23, 4, 0, tzinfo=UTC),
        "long": "Firefox on a computer with a remarkably long name that never seems to end " * 2,
        "unbroken": "w" * 120,
    }
    return HttpResponse(template.render(context, request))


@login_not_required
def manage(request):
    request.user = PERSON
    if "quiet" in request.GET:
        return page("gallery_manage.html", request)
    for add in (messages.success, messages.error, messages.warning, messages.info):
        add(request, f"What {add.__name__} says.")
    return page("gallery_manage.html", request)


@login_not_required
def entrance(request):
    return page("gallery_entrance.html", request)


@login_not_required
def saved(request):
    return HttpResponse("Saved", headers={"HX-Trigger": '{"toast": "It is saved"}'})


urlpatterns = [
    path("gallery/saved/", saved),
    path("gallery/manage/", manage),
    path("gallery/entrance/", entrance),
    path("", include(real)),
]

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]
