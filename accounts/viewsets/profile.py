from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.serializers.profile import (
    AvatarSerializer,
    ProfileChangeSerializer,
    ProfileSerializer,
)
from accounts.services import profile as profiles
from core.actor import actor_of
from core.scopes import Area
from users import services as users


class ProfileView(APIView):
    scope_area = Area.PROFILE

    @extend_schema(
        operation_id="profile_retrieve",
        summary="Your profile",
        tags=["profile"],
        responses=ProfileSerializer,
    )
    def get(self, request: Request) -> Response:
        return Response(ProfileSerializer(users.get_profile(str(request.user.pk))).data)

    @extend_schema(
        operation_id="profile_update",
        summary="Change your profile",
        description="All of it or nothing. 409 `profile_changed` or `handle_taken`; 429"
        " `handle_change_limited`.",
        tags=["profile"],
        request=ProfileChangeSerializer,
        responses=ProfileSerializer,
    )
    def patch(self, request: Request) -> Response:
        sent = ProfileChangeSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        profile = profiles.update_profile(
            user_sub=str(request.user.pk), actor=actor_of(request), **sent.validated_data
        )
        return Response(ProfileSerializer(profile).data)


class AvatarView(APIView):
    scope_area = Area.PROFILE
    parser_classes = [MultiPartParser]

    @extend_schema(
        operation_id="profile_avatar_set",
        summary="Show another picture",
        tags=["profile"],
        request={"multipart/form-data": AvatarSerializer},
        responses=ProfileSerializer,
    )
    def put(self, request: Request) -> Response:
        sent = AvatarSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        profile = profiles.set_avatar(
            user_sub=str(request.user.pk),
            upload=sent.validated_data["avatar"],
            actor=actor_of(request),
        )
        return Response(ProfileSerializer(profile).data)

    @extend_schema(
        operation_id="profile_avatar_remove",
        summary="Remove your picture",
        tags=["profile"],
        responses={204: None},
    )
    def delete(self, request: Request) -> Response:
        profiles.remove_avatar(user_sub=str(request.user.pk), actor=actor_of(request))
        return Response(status=status.HTTP_204_NO_CONTENT)
