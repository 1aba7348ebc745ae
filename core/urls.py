from django.urls import URLPattern, path

from core import api_docs
from core import pages as views

pages: list[URLPattern] = [
    path("", views.home, name="home"),
    path("theme/", views.theme, name="theme"),
    path("robots.txt", views.robots, name="robots"),
    path("dev/inbox/", views.dev_inbox, name="dev_inbox"),
    path("dev/inbox/<str:message_id>/", views.dev_mail, name="dev_mail"),
    path("api/schema/", api_docs.SchemaView.as_view(), name="api_schema"),
    path("api/docs/", api_docs.DocsView.as_view(), name="api_docs"),
]
api: list[URLPattern] = []
