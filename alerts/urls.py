from django.urls import URLPattern, URLResolver, path

from alerts import pages as doors
from alerts.viewsets import AlertViewSet, PreferencesView

pages: list[URLPattern | URLResolver] = [
    path("alerts/", doors.list_page, name="list"),
    path("alerts/read-all/", doors.read_all, name="read_all"),
    path("alerts/<str:alert_id>/", doors.detail, name="detail"),
    path("alerts/<str:alert_id>/read/", doors.read, name="read"),
    path("settings/alerts/", doors.PreferencesPage.as_view(), name="preferences"),
]
api: list[URLPattern | URLResolver] = [
    path("alerts/", AlertViewSet.as_view({"get": "list"}), name="list"),
    path("alerts/unread/", AlertViewSet.as_view({"get": "unread"}), name="unread"),
    path("alerts/read-all/", AlertViewSet.as_view({"post": "read_all"}), name="read_all"),
    path("alerts/preferences/", PreferencesView.as_view(), name="preferences"),
    path("alerts/<str:alert_id>/", AlertViewSet.as_view({"get": "retrieve"}), name="detail"),
    path("alerts/<str:alert_id>/read/", AlertViewSet.as_view({"post": "read"}), name="read"),
]
