from collections.abc import Sequence
from typing import Any

from django.contrib.auth import logout
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import status
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from typing_extensions import override

from accounts import services
from accounts.browser import device_of, remember_waiting, sign_in
from accounts.items import CheckedSignIn
from accounts.serializers.account import AccountSerializer
from accounts.serializers.sign_in import SecondStepNeededSerializer, SignInSerializer
from accounts.services.second_step import LIFETIME
from core.actor import actor_of
from core.api import CsrfProtected
from core.http import PROBLEM_TYPE
from core.openapi import ProblemSerializer
from mfa import services as mfa
from sessions.trust_cookie import trust_keys_of
from sessions.viewsets import SessionViewSet

WRONG = OpenApiResponse(ProblemSerializer, "`wrong_sign_in`: one answer, whatever was wrong.")


class SignInViewSet(SessionViewSet):
    """The collection of sessions, which also takes a new one: signing in."""

    not_for_keys = (*SessionViewSet.not_for_keys, "create", "end_current")

    @override
    def get_permissions(self) -> Sequence[Any]:
        opens = self.action == "create"
        return [AllowAny(), CsrfProtected()] if opens else [IsAuthenticated()]

    @extend_schema(
        operation_id="sessions_create",
        summary="Sign in",
        description="Sets the session cookie. The CSRF token changes: ask for the new one. 202"
        " for an account with two-step sign-in: nobody is signed in yet, and a cookie remembers"
        " for ten minutes that the password was right. Finish at `/sessions/second-step/`. 201 at"
        " once in a browser that the account trusts.",
        tags=["sessions"],
        request=SignInSerializer,
        responses={
            201: AccountSerializer,
            202: SecondStepNeededSerializer,
            (401, PROBLEM_TYPE): WRONG,
        },
    )
    def create(self, request: Request) -> Response:
        sent = SignInSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        data = sent.validated_data
        found = services.check_sign_in(
            login=data["login"],
            password=data["password"],
            device=device_of(request._request),
            actor=actor_of(request),
            trust_keys=trust_keys_of(request._request),
        )
        if found.user.factors and not found.trust:
            return _second_step(request, found, remember=data["remember"])
        response = Response(AccountSerializer(found.user).data, status=status.HTTP_201_CREATED)
        sign_in(
            request._request,
            found.user,
            remember=data["remember"],
            methods=["password"],
            response=response,
            browser=found.browser,
            trust=found.trust,
        )
        return response

    @extend_schema(
        operation_id="sessions_end_current",
        summary="Sign out",
        tags=["sessions"],
        responses={204: None},
    )
    def end_current(self, request: Request) -> Response:
        logout(request._request)
        return Response(status=status.HTTP_204_NO_CONTENT)


def _second_step(request: Request, found: CheckedSignIn, *, remember: bool) -> Response:
    waiting = services.begin_second_step(
        found, remember=remember, next_path="/", actor=actor_of(request)
    )
    asked = {
        "methods": mfa.methods_of(found.user),
        "ways": mfa.ways_of(found.user),
        "expires_at": waiting.began_at + LIFETIME,
    }
    shown = SecondStepNeededSerializer({"second_step": asked})
    response = Response(shown.data, status=status.HTTP_202_ACCEPTED)
    remember_waiting(response, waiting)
    return response
