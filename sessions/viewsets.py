from django.contrib.auth import logout
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ViewSet

from core.actor import actor_of
from core.scopes import Area
from sessions import services
from sessions.current import session_of
from sessions.serializers import SessionListSerializer


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
        )
        return Response(status=status.HTTP_204_NO_CONTENT)
