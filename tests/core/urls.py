"""One door for each way a request can end, for the tests of the HTTP boundary."""

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import include, path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from rest_framework import serializers
from rest_framework.exceptions import Throttled
from rest_framework.permissions import AllowAny
from rest_framework.response import Response
from rest_framework.views import APIView

from core import errors
from core.api import CsrfProtected, StrictSerializer
from dynamo.cursor import CursorExpired, CursorForged
from dynamo.errors import ItemTooLarge, TableMissing, Unavailable
from dynamo.errors import Throttled as StorageThrottled


class TooManyKeys(errors.Conflict):
    code = "too_many_keys"
    message = _("You have ten keys already.")


SECRET_TEXT = "the text of a stray exception"
RAISED = {
    "conflict": TooManyKeys(),
    "invalid": errors.Invalid(errors={"name": [_("Choose a name.")]}),
    "not-found": errors.NotFound(),
    "forbidden": errors.Forbidden(),
    "unauthenticated": errors.Unauthenticated(),
    "reauthenticate": errors.ReauthenticationRequired(),
    "rate-limited": errors.RateLimited(retry_after=42),
    "service": errors.ServiceUnavailable(retry_after=7),
    "storage": Unavailable(SECRET_TEXT),
    "storage-throttled": StorageThrottled(SECRET_TEXT),
    "table-missing": TableMissing(SECRET_TEXT),
    "too-large": ItemTooLarge(SECRET_TEXT),
    "cursor-forged": CursorForged(SECRET_TEXT),
    "cursor-expired": CursorExpired(SECRET_TEXT),
    "http404": Http404(SECRET_TEXT),
    "denied": PermissionDenied(SECRET_TEXT),
    "suspicious": SuspiciousOperation(SECRET_TEXT),
    "drf-throttled": Throttled(wait=3.2),
    "bug": RuntimeError(SECRET_TEXT),
}


class Nested(StrictSerializer):
    city = serializers.CharField()


class Thing(StrictSerializer):
    name = serializers.CharField(max_length=10)
    count = serializers.IntegerField(required=False)
    open = serializers.BooleanField(required=False)
    tags = serializers.ListField(child=serializers.CharField(), required=False)
    places = Nested(many=True, required=False)
    made = serializers.CharField(read_only=True)


class Raising(APIView):
    permission_classes = [AllowAny]

    def get(self, request, name):
        raise RAISED[name]


class Things(APIView):
    permission_classes = [AllowAny]

    def get(self, request):
        return Response({"name": "lamp"})

    def post(self, request):
        thing = Thing(data=request.data)
        thing.is_valid(raise_exception=True)
        return Response(thing.validated_data, status=201)


class VisitorsDoor(Things):
    permission_classes = [CsrfProtected]


class MembersDoor(APIView):
    def get(self, request):
        return Response({"user": str(request.user.pk)})

    def post(self, request):
        return Response(status=204)


@login_not_required
def raise_by_page(request, name):
    raise RAISED[name]


@login_not_required
def page(request):
    return HttpResponse("a page")


@login_not_required
def to_sign_in(request):
    return redirect("/sign-in/?next=/row/")


@login_not_required
def form(request):
    return HttpResponse(request.POST.get("name", ""))


accounts = (
    [
        path("sign-in/", page, name="sign_in"),
        path("account/", lambda request: HttpResponse("members only"), name="overview"),
    ],
    "accounts",
)
urlpatterns = [
    path("", include(accounts)),
    path("", page, name="home"),
    path("page/", page, name="page"),
    path("to-sign-in/", to_sign_in, name="to_sign_in"),
    path("form/", form, name="form"),
    path("only-post/", login_not_required(require_POST(page)), name="only_post"),
    path("raise/<str:name>/", raise_by_page, name="raise"),
    path("api/v1/raise/<str:name>/", Raising.as_view(), name="api_raise"),
    path("api/v1/things/", Things.as_view(), name="things"),
    path("api/v1/visitors/", VisitorsDoor.as_view(), name="visitors"),
    path("api/v1/members/", MembersDoor.as_view(), name="members"),
    path("api/v1/plain/", login_not_required(require_POST(page)), name="plain"),
]
handler400 = "core.error_pages.handler400"
handler403 = "core.error_pages.handler403"
handler404 = "core.error_pages.handler404"
handler500 = "core.error_pages.handler500"
