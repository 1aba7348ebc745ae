from django.urls import URLPattern, URLResolver, path

from apikeys import leak_pages
from apikeys import pages as doors
from apikeys.leak_viewsets import LeakViewSet
from apikeys.viewsets import ApiKeyViewSet

pages: list[URLPattern | URLResolver] = [
    path("settings/api-keys/", doors.list_page, name="list"),
    path("settings/api-keys/new/", doors.NewKeyPage.as_view(), name="new"),
    path("settings/api-keys/<str:key_id>/revoke/", doors.RevokePage.as_view(), name="revoke"),
    path("security/report-key/", leak_pages.ReportPage.as_view(), name="report"),
    path("security/report-key/thanks/", leak_pages.reported, name="reported"),
]
api: list[URLPattern | URLResolver] = [
    path("api-keys/", ApiKeyViewSet.as_view({"get": "list", "post": "create"}), name="keys"),
    path(
        "api-keys/<str:key_id>/",
        ApiKeyViewSet.as_view({"get": "retrieve", "delete": "destroy"}),
        name="key",
    ),
    path("api-key-leaks/", LeakViewSet.as_view({"post": "create"}), name="leaks"),
]
