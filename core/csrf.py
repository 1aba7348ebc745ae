"""The CSRF token for programs that run in the browser; the cookie beside it they cannot read."""

from django.middleware.csrf import get_token
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.authentication import BaseAuthentication
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView


class TokenSerializer(serializers.Serializer[object]):
    token = serializers.CharField(help_text="For the header X-CSRFToken, until the next sign-in.")


@method_decorator(never_cache, name="dispatch")
class CsrfTokenView(APIView):
    authentication_classes: list[type[BaseAuthentication]] = []  # it reads no session
    permission_classes = [AllowAny]

    @extend_schema(
        operation_id="csrf_retrieve",
        summary="The CSRF token of this browser",
        description="Also sets the cookie that belongs to it. Other sites cannot read the answer.",
        tags=["sessions"],
        responses=TokenSerializer,
    )
    def get(self, request: Request) -> Response:
        return Response({"token": get_token(request._request)})
