"""Swagger UI from our own files: its script has an address of its own, as the CSP asks."""

from typing import Any

from csp.decorators import csp_update
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest
from django.utils.decorators import method_decorator
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.request import Request
from rest_framework.response import Response

from core.theme import theme_of


@method_decorator(login_not_required, name="dispatch")
class SchemaView(SpectacularAPIView):
    """The OpenAPI 3.1 description of everything below /api/v1/."""

    def initialize_request(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Request:
        """Without the parameters of the library's view: Django would keep a catalogue for every
        `lang` anybody sends, and `version` would enter a header."""
        asked = request.GET.copy()
        for name in ("lang", "version"):
            asked.pop(name, None)
        request.GET = asked  # type: ignore[assignment]
        return super().initialize_request(request, *args, **kwargs)


# Swagger UI's stylesheet holds its icons as data: images.
@method_decorator(csp_update({"img-src": ["data:"]}), name="dispatch")
@method_decorator(login_not_required, name="dispatch")
class DocsView(SpectacularSwaggerSplitView):
    url_name = "api_schema"

    @extend_schema(exclude=True)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        response: Response = super().get(request, *args, **kwargs)  # type: ignore[no-untyped-call]
        response.data["theme"] = theme_of(request)
        return response
