from django.urls import URLPattern, URLResolver, path

from mfa import pages as doors
from mfa import recovery_pages as codes
from mfa.viewsets import MfaViewSet

pages: list[URLPattern | URLResolver] = [
    path("settings/mfa/", doors.overview, name="overview"),
    path("settings/mfa/recovery-codes/", codes.RecoveryCodesPage.as_view(), name="recovery"),
    path("settings/mfa/recovery-codes/download/", codes.download, name="recovery_download"),
    path("settings/mfa/recovery-codes/saved/", codes.saved, name="recovery_saved"),
    path("settings/mfa/<str:method>/add/", doors.AddPage.as_view(), name="add"),
    path("settings/mfa/<str:method>/<str:device_id>/", doors.SetupPage.as_view(), name="setup"),
    path("settings/mfa/<str:method>/<str:device_id>/resend/", doors.resend, name="resend"),
    path(
        "settings/mfa/<str:method>/<str:device_id>/alerts/",
        doors.use_for_alerts,
        name="use_for_alerts",
    ),
    path(
        "settings/mfa/<str:method>/<str:device_id>/rename/",
        doors.RenamePage.as_view(),
        name="rename",
    ),
    path("settings/mfa/<str:method>/<str:device_id>/prefer/", doors.prefer, name="prefer"),
    path(
        "settings/mfa/<str:method>/<str:device_id>/remove/",
        doors.RemovePage.as_view(),
        name="remove",
    ),
]
api: list[URLPattern | URLResolver] = [
    path("mfa/", MfaViewSet.as_view({"get": "list"}), name="overview"),
    path("mfa/totp/", MfaViewSet.as_view({"post": "create_totp"}), name="totp"),
    path("mfa/sms/", MfaViewSet.as_view({"post": "create_sms"}), name="sms"),
    path("mfa/email/", MfaViewSet.as_view({"post": "create_email"}), name="email"),
    path(
        "mfa/recovery-codes/",
        MfaViewSet.as_view({"post": "create_recovery_codes"}),
        name="recovery_codes",
    ),
    path(
        "mfa/<str:method>/<str:device_id>/",
        MfaViewSet.as_view({"patch": "partial_update", "delete": "destroy"}),
        name="detail",
    ),
    path(
        "mfa/<str:method>/<str:device_id>/prefer/",
        MfaViewSet.as_view({"post": "prefer"}),
        name="prefer",
    ),
    path(
        "mfa/<str:method>/<str:device_id>/confirm/",
        MfaViewSet.as_view({"post": "confirm"}),
        name="confirm",
    ),
    path(
        "mfa/<str:method>/<str:device_id>/resend/",
        MfaViewSet.as_view({"post": "resend"}),
        name="resend",
    ),
]
