from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import status
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView
from rest_framework.viewsets import ViewSet

from accounts.browser import forget_waiting, waiting_of
from accounts.person import person_of
from accounts.serializers.lost_factors import (
    LostCodeSerializer,
    LostFactorsSerializer,
    MfaResetSerializer,
    TokenSerializer,
)
from accounts.services import lost_factors, mfa_reset, mfa_reset_finish
from core.actor import actor_of
from core.api import CsrfProtected
from core.errors import NotFound
from core.http import PROBLEM_TYPE
from core.openapi import ProblemSerializer

EXPIRED = OpenApiResponse(
    ProblemSerializer, "`sign_in_expired`: no sign-in waits in this client any more. Begin again."
)
NONE = OpenApiResponse(ProblemSerializer, "No wait runs.")


class LostFactorsViewSet(ViewSet):
    """For who lost every second factor; the cookie of the first step says whose it is."""

    permission_classes = [AllowAny, CsrfProtected]

    @extend_schema(
        operation_id="sessions_lost_retrieve",
        summary="Every factor lost: where it stands",
        tags=["sessions"],
        responses={200: LostFactorsSerializer, (401, PROBLEM_TYPE): EXPIRED},
    )
    def retrieve(self, request: Request) -> Response:
        found = lost_factors.find_lost_factors(waiting_of(request._request))
        return Response(LostFactorsSerializer(found).data)

    @extend_schema(
        operation_id="sessions_lost_send",
        summary="Every factor lost: mail a code",
        description="To the account's own address. Once the wait is over, the link again."
        " `staff_reset` for staff: another staff member helps them.",
        tags=["sessions"],
        request=None,
        responses={204: None, (401, PROBLEM_TYPE): EXPIRED},
    )
    def send(self, request: Request) -> Response:
        lost_factors.send_lost_mail(waiting_of(request._request), actor=actor_of(request))
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(
        operation_id="sessions_lost_create",
        summary="Every factor lost: begin the wait",
        description="By the mailed code. The factors can be removed 72 hours later, by the link"
        " that is mailed then; the owner is told on every channel and can stop it.",
        tags=["sessions"],
        request=LostCodeSerializer,
        responses={201: MfaResetSerializer, (401, PROBLEM_TYPE): EXPIRED},
    )
    def create(self, request: Request) -> Response:
        sent = LostCodeSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        reset = lost_factors.begin_by_code(
            waiting_of(request._request), code=sent.validated_data["code"], actor=actor_of(request)
        )
        return Response(MfaResetSerializer(reset).data, status=status.HTTP_201_CREATED)

    @extend_schema(
        operation_id="sessions_lost_finish",
        summary="Every factor lost: remove them",
        description="By the mailed link, after the wait. Every session ends; sign in by the"
        " password alone afterwards.",
        tags=["sessions"],
        request=TokenSerializer,
        responses={204: None, (401, PROBLEM_TYPE): EXPIRED},
    )
    def finish(self, request: Request) -> Response:
        sent = TokenSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        mfa_reset_finish.finish_mfa_reset(
            waiting_of(request._request), sent.validated_data["token"], actor=actor_of(request)
        )
        response = Response(status=status.HTTP_204_NO_CONTENT)
        forget_waiting(response)
        return response


class StopLinkView(APIView):
    permission_classes = [AllowAny, CsrfProtected]

    @extend_schema(
        operation_id="mfa_reset_stop_by_link",
        summary="Stop the removal of factors, by the mailed link",
        description="Works without being signed in, as long as the wait runs.",
        tags=["sessions"],
        request=TokenSerializer,
        responses={204: None},
    )
    def post(self, request: Request) -> Response:
        sent = TokenSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        mfa_reset.stop_by_link(sent.validated_data["token"], actor=actor_of(request))
        return Response(status=status.HTTP_204_NO_CONTENT)


class MfaResetView(APIView):
    """The wait that runs for the account of who is signed in."""

    @extend_schema(
        operation_id="account_mfa_reset_retrieve",
        summary="The removal of factors that waits",
        tags=["account"],
        responses={200: MfaResetSerializer, (404, PROBLEM_TYPE): NONE},
    )
    def get(self, request: Request) -> Response:
        reset = mfa_reset.find_mfa_reset(person_of(request))
        if reset is None:
            raise NotFound
        return Response(MfaResetSerializer(reset).data)

    @extend_schema(
        operation_id="account_mfa_reset_destroy",
        summary="Stop the removal of factors",
        tags=["account"],
        responses={204: None},
    )
    def delete(self, request: Request) -> Response:
        mfa_reset.stop_mfa_reset(user=person_of(request), actor=actor_of(request))
        return Response(status=status.HTTP_204_NO_CONTENT)
