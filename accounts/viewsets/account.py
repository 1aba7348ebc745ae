from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.serializers.account import AccountSerializer
from core.scopes import Area


class AccountView(APIView):
    scope_area = Area.PROFILE

    @extend_schema(
        operation_id="account_retrieve",
        summary="The signed-in account",
        tags=["account"],
        responses=AccountSerializer,
    )
    def get(self, request: Request) -> Response:
        return Response(AccountSerializer(request.user).data)
