"""The OpenAPI document: what drf-spectacular finds, and the problems every door may answer."""

from typing import Any, Literal

from django.conf import settings
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema as SpectacularAutoSchema
from drf_spectacular.plumbing import ResolvedComponent, is_list_serializer
from rest_framework import serializers
from typing_extensions import override

from core.api import StrictSerializer
from core.http import PROBLEM_TYPE

Direction = Literal["request", "response"]
SAFE = ("GET", "HEAD", "OPTIONS", "TRACE")
_DESCRIPTIONS = {
    "400": "The request cannot be read, or `errors` names the fields that are wrong.",
    "401": "Nobody is signed in, or the API key is not one that works.",
    "403": "Not allowed, also by this API key; or the CSRF token is missing or wrong.",
    "404": "It does not exist, or it is another person's.",
    "406": "Only JSON is spoken here.",
    "409": "It was changed meanwhile, or the name is taken.",
    "412": "It is not what If-Match names any more: read it again.",
    "413": "The body is too large.",
    "415": "The body must be application/json.",
    "429": "Too many requests; Retry-After says how many seconds to wait.",
    "503": "Storage or a provider does not answer; Retry-After says when to try again.",
}
_RETRY_AFTER = {"description": "Seconds to wait.", "schema": {"type": "integer", "minimum": 1}}
_CHALLENGE = {"description": "How to sign in.", "schema": {"type": "string"}}
# Of a call with an API key, whatever its answer.
_KEY_HEADERS = {
    "RateLimit-Policy": 'What the key may spend, as `"default";q=600;w=60`: 600 in 60 s.',
    "RateLimit": 'What is left, as `"default";r=99;t=1`: 99 calls now, one more in a second.',
    "Sunset": "When the secret of this call, which was replaced, ends.",
}
_HEADERS = {
    "401": {"WWW-Authenticate": _CHALLENGE},
    "429": {"Retry-After": _RETRY_AFTER},
    "503": {"Retry-After": _RETRY_AFTER},
}


class ProblemSerializer(serializers.Serializer[Any]):
    """An RFC 9457 problem. `code` is stable; `title` and `detail` are for people."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField(min_value=400, max_value=599)
    detail = serializers.CharField(allow_blank=True)
    code = serializers.CharField()
    errors = serializers.DictField(  # type: ignore[assignment]  # Serializer.errors, unused here
        child=serializers.ListField(child=serializers.CharField()),
        help_text="Messages by field; nested fields are joined by dots.",
    )
    request_id = serializers.CharField()
    url = serializers.URLField(
        required=False, help_text="Where a person does in the browser what is missing."
    )

    @override
    def get_fields(self) -> dict[str, Any]:
        """With the member whose name is none in Python."""
        policies = serializers.ListField(
            child=serializers.CharField(),
            required=False,
            help_text="With `type` …#quota-exceeded: the names in `RateLimit-Policy`.",
        )
        return {**super().get_fields(), "violated-policies": policies}


class SessionScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "core.api.SessionAuthentication"
    name = "session"

    @override
    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "apiKey", "in": "cookie", "name": settings.SESSION_COOKIE_NAME}


class AutoSchema(SpectacularAutoSchema):
    @override
    def get_tags(self) -> list[str]:
        """The app that answers; what an operation names itself wins (extend_schema)."""
        return [self.view.__module__.partition(".")[0]]

    @override
    def _is_list_view(self, serializer: Any = None) -> bool:
        """Only `many=True` is an array: our lists are objects, `results` and what goes with it."""
        return is_list_serializer(serializer or self.get_response_serializers())

    @override
    def _get_response_bodies(self, direction: Direction = "response") -> dict[str, Any]:
        bodies = super()._get_response_bodies(direction)
        for status in self._problem_statuses():
            bodies.setdefault(status, self._problem(status))
        if any("apiKey" in accepted for accepted in self.get_auth()):
            headers = {name: self._header(name).ref for name in _KEY_HEADERS}
            for body in bodies.values():
                body["headers"] = {**body.get("headers", {}), **headers}
        return bodies

    def _header(self, name: str) -> Any:
        header = {"description": _KEY_HEADERS[name], "schema": {"type": "string"}}
        component = ResolvedComponent(  # type: ignore[no-untyped-call]
            name=name, type=ResolvedComponent.HEADER, object=name, schema=header
        )
        self.registry.register_on_missing(component)
        return component

    @override
    def _map_basic_serializer(self, serializer: Any, direction: Direction) -> Any:
        schema = super()._map_basic_serializer(serializer, direction)  # type: ignore[no-untyped-call]
        if isinstance(serializer, StrictSerializer) and direction == "request":
            schema["additionalProperties"] = False
        return schema

    def _problem_statuses(self) -> list[str]:
        unsafe = self.method not in SAFE
        asked = {
            "400": True,  # a cursor, a filter, a body, a path part
            "401": bool(self.view.get_authenticators()) and {} not in self.get_auth(),
            "403": True,
            "404": "{" in self.path or getattr(self.view, "is_hidden", False),
            "406": True,
            "409": unsafe,
            "412": any(
                getattr(parameter, "name", "") == "If-Match"
                for parameter in self.get_override_parameters()
            ),
            "413": self.method in ("POST", "PUT", "PATCH"),
            "415": self.method in ("POST", "PUT", "PATCH"),
            "429": True,
            "503": True,
        }
        return [status for status, may_happen in asked.items() if may_happen]

    def _problem(self, status: str) -> dict[str, Any]:
        component = self.resolve_serializer(ProblemSerializer, "response")
        body = {
            "description": _DESCRIPTIONS[status],
            "content": {PROBLEM_TYPE: {"schema": component.ref}},
        }
        return body | ({"headers": _HEADERS[status]} if status in _HEADERS else {})
