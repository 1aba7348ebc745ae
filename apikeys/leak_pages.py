"""The page of whoever found a key: for visitors, as the API's door is."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_safe

from apikeys import services
from apikeys.leak_forms import ReportForm
from core.client_ip import client_ip
from core.errors import RateLimited
from core.form_errors import add_errors, told


@method_decorator([login_not_required, never_cache, sensitive_post_parameters()], name="dispatch")
class ReportPage(View):
    def get(self, request: HttpRequest) -> HttpResponse:
        return self.show(request, ReportForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = ReportForm(request.POST)
        if not form.is_valid():
            return self.show(request, form)
        try:
            services.report_leaked_keys(form.cleaned_data["text"], ip=client_ip(request))
        except RateLimited as error:
            add_errors(form, error)
            return told(self.show(request, form), error)
        return redirect("apikeys:reported")

    def show(self, request: HttpRequest, form: ReportForm) -> HttpResponse:
        return render(request, "apikeys/report.html", {"form": form})


@login_not_required
@require_safe
def reported(request: HttpRequest) -> HttpResponse:
    """The one answer, for every key."""
    return render(request, "apikeys/reported.html")
