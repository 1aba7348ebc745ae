"""The project's pages, and some whose session is ended elsewhere while they run."""

from django.http import HttpResponse
from django.urls import path

from config import urls
from config.urls import handler400, handler403, handler404, handler500
from sessions.backends.dynamodb import SessionStore

__all__ = ["handler400", "handler403", "handler404", "handler500"]


def ended_meanwhile(request, then):
    request.session["cart"] = 1
    SessionStore(request.session.session_key).delete()
    if then != "answer":
        getattr(request.session, then)()
    return HttpResponse("done")


def fill(request, size):
    request.session["cart"] = "x" * size
    return HttpResponse("done")


def fail(request):
    request.session["cart"] = 1
    request.session.cycle_key()
    raise ZeroDivisionError


urlpatterns = [
    path("ended/<str:then>/", ended_meanwhile),
    path("api/v1/ended/<str:then>/", ended_meanwhile),
    path("fill/<int:size>/", fill),
    path("fail/", fail),
    *urls.urlpatterns,
]
