from django.contrib.auth import logout
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ViewSet

from core.actor import actor_of
from core.scopes import Area
from sessions import services, trusted
from sessions.current import person_of, session_of
from sessions.serializers import SessionListSerializer, TrustedBrowserListSerializer
from sessions.trust_cookie import trust_keys_of


class SessionViewSet(ViewSet):
    scope_area = Area.SESSIONS
    not_for_keys: tuple[str, ...] = ("end_others",)  # a key has no session that could stay

    @extend_schema(
        operation_id="sessions_list",
        summary="Where you are signed in",
        description="The session of this request first, then the last used one.",
        tags=["sessions"],
        responses=SessionListSerializer,
    )
    def list(self, request: Request) -> Response:
        found = services.list_sessions(
            user_sub=str(request.user.pk), current_key=request.session.session_key
        )
        return Response(SessionListSerializer({"results": found}).data)

    @extend_schema(
        operation_id="sessions_end",
        summary="Sign one session out",
        tags=["sessions"],
        responses={204: None},
    )
    def destroy(self, request: Request, sid: str) -> Response:
        is_current = sid == session_of(request._request).sid
        services.end_session(user_sub=str(request.user.pk), sid=sid, actor=actor_of(request))
        if is_current:
            logout(request._request)
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(
        operation_id="sessions_end_others",
        summary="Sign every other session out",
        tags=["sessions"],
        request=None,
        responses={204: None},
    )
    def end_others(self, request: Request) -> Response:
        services.end_other_sessions(
            user_sub=str(request.user.pk),
            request_session=session_of(request._request),
            actor=actor_of(request),
            trust_keys=trust_keys_of(request._request),
        )
        return Response(status=status.HTTP_204_NO_CONTENT)


class TrustedBrowserViewSet(ViewSet):
    """Browsers in which the password is enough."""

    scope_area = Area.SESSIONS
    not_for_keys: tuple[str, ...] = ("destroy_all",)

    @extend_schema(
        operation_id="trusted_browsers_list",
        summary="Browsers that skip the second step",
        description="The newest first.",
        tags=["sessions"],
        responses=TrustedBrowserListSerializer,
    )
    def list(self, request: Request) -> Response:
        found = trusted.list_trusted(person_of(request), trust_keys_of(request._request))
        return Response(TrustedBrowserListSerializer({"results": found}).data)

    @extend_schema(
        operation_id="trusted_browsers_remove",
        summary="Trust one browser no more",
        description="Its next sign-in asks for the second step. Nobody is signed out.",
        tags=["sessions"],
        responses={204: None},
    )
    def destroy(self, request: Request, browser_sid: str) -> Response:
        trusted.forget(user=person_of(request), sid=browser_sid, actor=actor_of(request))
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(
        operation_id="trusted_browsers_remove_all",
        summary="Trust no browser any more",
        tags=["sessions"],
        responses={204: None},
    )
    def destroy_all(self, request: Request) -> Response:
        trusted.forget_all(
            user=person_of(request),
            browser_keys=trust_keys_of(request._request),
            actor=actor_of(request),
        )
        return Response(status=status.HTTP_204_NO_CONTENT)
