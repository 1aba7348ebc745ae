"""Swagger UI from our own files: its script has an address of its own, as the CSP asks."""

from typing import Any

from csp.decorators import csp_update
from django.contrib.auth.decorators import login_not_required
from django.utils.decorators import method_decorator
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.request import Request
from rest_framework.response import Response

from core.theme import theme_of


@method_decorator(login_not_required, name="dispatch")
class SchemaView(SpectacularAPIView):
    """The OpenAPI 3.1 description of everything below /api/v1/."""


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
