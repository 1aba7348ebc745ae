from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import status
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ViewSet

from accounts import services
from accounts.browser import device_of, forget_waiting, sign_in, waiting_of
from accounts.serializers.account import AccountSerializer
from accounts.serializers.sign_in import SecondStepSerializer, SendCodeSerializer
from core.actor import actor_of
from core.api import CsrfProtected
from core.http import PROBLEM_TYPE
from core.openapi import ProblemSerializer

EXPIRED = OpenApiResponse(
    ProblemSerializer, "`sign_in_expired`: no sign-in waits in this client any more. Begin again."
)


class SecondStepViewSet(ViewSet):
    """The pages' second step in JSON; the cookie of the first step says whose it is."""

    permission_classes = [AllowAny, CsrfProtected]

    @extend_schema(
        operation_id="sessions_second_step",
        summary="Sign in: the second step",
        description="Sets the session cookie. `wrong_code` for a code that is wrong, used or too"
        " old; after five of them `sign_in_expired`.",
        tags=["sessions"],
        request=SecondStepSerializer,
        responses={201: AccountSerializer, (401, PROBLEM_TYPE): EXPIRED},
    )
    def create(self, request: Request) -> Response:
        sent = SecondStepSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        waiting = waiting_of(request._request)
        found = services.check_second_step(
            waiting,
            **sent.choice(),
            code=sent.validated_data["code"],
            device=device_of(request._request),
            actor=actor_of(request),
            trust_browser=sent.validated_data["trust_browser"],
        )
        response = Response(AccountSerializer(found.user).data, status=status.HTTP_201_CREATED)
        sign_in(
            request._request,
            found.user,
            remember=waiting.remember,
            methods=["password", found.method],
            response=response,
            browser=found.browser,
            trust_browser=sent.validated_data["trust_browser"],
        )
        forget_waiting(response)
        return response

    @extend_schema(
        operation_id="sessions_second_step_send",
        summary="Send a code for the second step",
        description="By text message or email. The code before it stops working.",
        tags=["sessions"],
        request=SendCodeSerializer,
        responses={204: None, (401, PROBLEM_TYPE): EXPIRED},
    )
    def send(self, request: Request) -> Response:
        sent = SendCodeSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        services.send_sign_in_code(
            waiting_of(request._request), **sent.choice(), actor=actor_of(request)
        )
        return Response(status=status.HTTP_204_NO_CONTENT)
