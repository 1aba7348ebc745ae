from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ViewSet

from accounts import services
from accounts.browser import began_sign_up, forget_sign_up, remember_sign_up, sign_in
from accounts.serializers.account import AccountSerializer
from accounts.serializers.sign_up import AttemptSerializer, SignUpSerializer, VerifySerializer
from core.actor import actor_of
from core.api import CsrfProtected
from core.errors import Invalid


class SignUpViewSet(ViewSet):
    """The pages' sign-up in JSON: one answer, whether or not the address has an account."""

    permission_classes = [AllowAny, CsrfProtected]

    @extend_schema(
        operation_id="sign_ups_create",
        summary="Sign up",
        description="Sends one mail. Nothing is made before its code comes back.",
        tags=["sign-up"],
        request=SignUpSerializer,
        responses={202: AttemptSerializer},
    )
    def create(self, request: Request) -> Response:
        sent = SignUpSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        attempt = services.start_sign_up(**sent.validated_data, actor=actor_of(request))
        response = Response({"attempt": attempt}, status=status.HTTP_202_ACCEPTED)
        remember_sign_up(response, attempt)
        return response

    @extend_schema(
        operation_id="sign_ups_verify",
        summary="Verify the email address and sign in",
        description="Makes the account and sets the session cookie. One answer, `wrong_code`, for"
        " an unknown attempt and a wrong, used or expired code.",
        tags=["sign-up"],
        request=VerifySerializer,
        responses={201: AccountSerializer},
    )
    def verify(self, request: Request, attempt: str) -> Response:
        sent = VerifySerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        data = sent.validated_data
        user = services.verify_sign_up(
            attempt=attempt,
            code=data["code"],
            password=_typed_password(request, attempt, data),
            handle=data.get("handle", ""),
            actor=actor_of(request),
        )
        response = Response(AccountSerializer(user).data, status=status.HTTP_201_CREATED)
        methods = ["password", "email"]
        sign_in(request._request, user, remember=False, methods=methods, response=response)
        forget_sign_up(response)
        return response

    @extend_schema(
        operation_id="sign_ups_resend",
        summary="Send another code",
        description="The code before it stops working. An unknown attempt gets the same answer.",
        tags=["sign-up"],
        request=None,
        responses={204: None},
    )
    def resend(self, request: Request, attempt: str) -> Response:
        services.resend_sign_up_mail(attempt=attempt, actor=actor_of(request))
        return Response(status=status.HTTP_204_NO_CONTENT)


def _typed_password(request: Request, attempt: str, data: dict[str, Any]) -> str | None:
    """None in the browser that began the sign-up; any other one must send it."""
    if began_sign_up(request._request, attempt):
        return None
    if "password" not in data:
        message = _("Asked because this is not the browser in which you signed up.")
        raise Invalid(errors={"password": [message]})
    return str(data["password"])
