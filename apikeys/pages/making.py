from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables

from apikeys import services
from apikeys.errors import KeyExists, KeyLimitReached
from apikeys.forms import NewKeyForm
from apikeys.items import IssuedKey
from core.actor import actor_of
from core.client_ip import client_ip
from core.errors import Invalid, RateLimited
from core.form_errors import add_errors, told
from core.links import absolute
from core.stepup import step_up_required

TRY = "/api/v1/api-keys/@current"  # whatever its scopes, a key may ask who it is


@method_decorator([never_cache, step_up_required], name="dispatch")
class NewKeyPage(View):
    """Asks for a step-up first; what was typed is kept."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.show(request, NewKeyForm())

    @method_decorator(sensitive_variables("issued"))
    def post(self, request: HttpRequest) -> HttpResponse:
        """Answers with the secret itself: no redirect, message or cookie carries it."""
        form = NewKeyForm(request.POST)
        if not form.is_valid():
            return self.show(request, form)
        try:
            issued = services.create_key(
                user_sub=str(request.user.pk), actor=actor_of(request), **form.cleaned_data
            )
        except KeyExists as error:
            messages.warning(request, str(error.message))
            return redirect("apikeys:list")
        except (Invalid, KeyLimitReached, RateLimited) as error:
            add_errors(form, error)
            return told(self.show(request, form), error)
        return secret_page(request, "apikeys/created.html", issued)

    def show(self, request: HttpRequest, form: NewKeyForm) -> HttpResponse:
        shown = {"form": form, "your_address": client_ip(request)}
        return render(request, "apikeys/new.html", shown)


@sensitive_variables("issued")
def secret_page(
    request: HttpRequest, template: str, issued: IssuedKey, **more: object
) -> HttpResponse:
    command = f'curl -s "{absolute(TRY)}" -H "Authorization: Bearer $KEY"'
    return render(request, template, {"issued": issued, "command": command, **more})
