"""How the OpenAPI document tells which operations take a key, and with which scope."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from typing_extensions import override

from core.scopes import ANY_KEY, need_of_view


class ApiKeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "apikeys.authentication.ApiKeyAuthentication"
    name = "apiKey"

    @override
    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {
            "type": "http",
            "scheme": "bearer",
            "description": "An API key with the scope that the operation names; where it names"
            " none, any key. The header `X-API-Key` takes it too. An operation without this scheme"
            " takes no key.",
        }

    @override
    def get_security_requirement(self, auto_schema: Any) -> Any:
        """None where a key is of no use: then the document does not offer it."""
        needs = need_of_view(auto_schema.view, auto_schema.method)
        if needs is None:
            return None
        return {self.name: [] if needs is ANY_KEY else [str(needs)]}
