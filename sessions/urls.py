from django.urls import URLPattern, URLResolver, path

from sessions import pages as doors
from sessions.viewsets import SessionViewSet, TrustedBrowserViewSet

pages: list[URLPattern | URLResolver] = [
    path("settings/sessions/", doors.list_page, name="list"),
    path("settings/sessions/end-others/", doors.end_others, name="end_others"),
    path("settings/sessions/<str:sid>/end/", doors.end, name="end"),
    path("settings/trusted-browsers/remove/", doors.forget_all, name="forget_all"),
    path("settings/trusted-browsers/<str:browser_sid>/remove/", doors.forget, name="forget"),
]
# The list is mounted by accounts, whose POST to the same address signs in.
api: list[URLPattern | URLResolver] = [
    path("sessions/end-others/", SessionViewSet.as_view({"post": "end_others"}), name="end_others"),
    path(
        "sessions/trusted-browsers/",
        TrustedBrowserViewSet.as_view({"get": "list", "delete": "destroy_all"}),
        name="trusted",
    ),
    path(
        "sessions/trusted-browsers/<str:browser_sid>/",
        TrustedBrowserViewSet.as_view({"delete": "destroy"}),
        name="trusted_browser",
    ),
    path("sessions/<str:sid>/", SessionViewSet.as_view({"delete": "destroy"}), name="detail"),
]
