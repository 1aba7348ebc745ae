"""Confirming that it is you: the guard at both doors, its page, and what was typed meanwhile."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.http import HttpResponse
from django.test import Client
from django.urls import include, path
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.services.step_up import PER_USER
from config import urls as product
from core import clock, kept
from core.stepup import STEP_UP_SECONDS, StepUpRequired, step_up_required
from tests.accounts.mailbox import deliver
from tests.dumps import dump_tables
from tests.factories import PASSWORD

WRONG = "not the password at all"
CONFIRM, GO_ON, GUARDED = "/confirm/", "/confirm/go-on/", "/guarded/?page=2"
done = []


@step_up_required
def guarded(request):
    if request.method == "POST":
        done.append(request.POST.dict())
    return HttpResponse("inside")


class GuardedView(APIView):
    permission_classes = [IsAuthenticated, StepUpRequired]

    def post(self, request):
        done.append(request.data)
        return Response({})


urlpatterns = [
    path("guarded/", guarded),
    path("api/v1/guarded/", GuardedView.as_view()),
    path("", include(product.urlpatterns)),
]
pytestmark = pytest.mark.urls(__name__)


@pytest.fixture
def time():
    done.clear()
    with time_machine.travel(clock.now(), tick=False) as time:
        yield time


@pytest.fixture
def stale(client_for, alice, time):
    """Alice's browser, six minutes after she signed in."""
    client = client_for(alice)
    time.shift(timedelta(seconds=STEP_UP_SECONDS + 60))
    return client


def confirm(client, password=PASSWORD, **extra):
    return client.post(CONFIRM, {"password": password, **extra})


def test_a_sign_in_of_the_last_five_minutes_is_enough(client_for, alice, time):
    client = client_for(alice)
    time.shift(timedelta(seconds=STEP_UP_SECONDS - 1))
    assert client.get(GUARDED).content == b"inside"
    time.shift(timedelta(seconds=1))
    assert client.get(GUARDED).url == "/confirm/?next=%2Fguarded%2F%3Fpage%3D2"


def test_the_password_opens_the_page_it_was_asked_for_and_for_five_minutes(stale, time):
    assert confirm(stale, next=GUARDED).url == GUARDED
    assert stale.get(GUARDED).content == b"inside"
    time.shift(timedelta(seconds=STEP_UP_SECONDS))
    assert stale.get(GUARDED).status_code == 302


def test_the_session_gets_a_new_key_and_the_old_one_is_dead(stale):
    before = stale.cookies["sessionid"].value
    confirm(stale)
    assert stale.cookies["sessionid"].value != before
    thief = Client()
    thief.cookies["sessionid"] = before
    assert thief.get("/account/").status_code == 302
    assert stale.get("/account/").status_code == 200


def test_a_step_up_does_not_move_the_absolute_end(stale, time):
    for _ in range(4):
        time.shift(timedelta(hours=6) - timedelta(minutes=2))
        confirm(stale)
    assert stale.get("/account/").status_code == 200
    time.shift(timedelta(minutes=3))
    assert stale.get("/account/").status_code == 302


def test_a_stale_mark_is_refused_at_the_page_and_the_api_and_nothing_happens(stale):
    before = dump_tables("users")
    assert stale.post(GUARDED, {"bio": "new"}).status_code == 302
    answer = stale.post("/api/v1/guarded/", {"bio": "new"}, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (403, "reauthentication_required")
    assert (done, dump_tables("users")) == ([], before)


def test_the_api_goes_on_after_its_own_confirmation(stale):
    answer = stale.post(
        "/api/v1/account/confirm/", {"password": PASSWORD}, content_type="application/json"
    )
    assert answer.status_code == 204
    answer = stale.post("/api/v1/guarded/", {"bio": "new"}, content_type="application/json")
    assert (answer.status_code, done) == (200, [{"bio": "new"}])


def test_a_visitor_of_the_api_is_told_to_sign_in(client, time):
    answer = client.post("/api/v1/guarded/", {}, content_type="application/json")
    assert answer.status_code == 401


def test_a_wrong_password_changes_nothing(stale):
    key = stale.cookies["sessionid"].value
    answer = confirm(stale, WRONG, next=GUARDED)
    assert "That is not your password." in answer.content.decode()
    assert WRONG not in answer.content.decode()
    assert stale.cookies["sessionid"].value == key
    assert stale.get(GUARDED).status_code == 302


def test_the_sixth_try_waits_whatever_the_password_and_its_owner_is_told(stale, time):
    for _ in range(PER_USER.free):
        confirm(stale, WRONG)
    answer = confirm(stale)
    assert answer.status_code == 429
    assert stale.get(GUARDED).status_code == 302
    deliver()
    assert [sent.subject for sent in mail.outbox] == ["A wrong password in your session (Latchkey)"]
    time.shift(timedelta(seconds=PER_USER.window))
    assert confirm(stale).status_code == 302


@pytest.mark.parametrize(
    "target", ["//evil.example", "https://evil.example/", "/\\evil.example", "javascript:alert(1)"]
)
def test_it_leads_to_no_other_site(stale, target):
    page = stale.get(CONFIRM, {"next": target}).content.decode()
    assert f'name="next" value="{target}"' not in page
    assert confirm(stale, next=target).url == "/account/"


def test_htmx_leaves_for_the_confirmation_and_comes_back_to_its_page(stale):
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/settings/?tab=1"}
    answer = stale.post(GUARDED, headers=headers)
    assert answer.status_code == 204
    assert answer.headers["HX-Redirect"] == "/confirm/?next=%2Fsettings%2F%3Ftab%3D1"


def hidden(page, name):
    return re.search(rf'<input type="hidden" name="{name}" value="([^"]*)"', page).group(1)


def test_what_was_typed_is_shown_after_the_confirmation_and_sent_by_a_click(stale):
    target = stale.post(GUARDED, {"bio": "<b>long</b> text", "password": PASSWORD}).url
    assert stale.get(target).status_code == 200
    assert confirm(stale, next=GUARDED).url == GO_ON
    page = stale.get(GO_ON).content.decode()
    assert f'action="{GUARDED}"' in page
    assert "&lt;b&gt;long&lt;/b&gt; text" in page
    assert PASSWORD not in page
    assert done == []
    stale.post(GUARDED, {"bio": "<b>long</b> text"})
    assert done == [{"bio": "<b>long</b> text"}]
    assert stale.get(GO_ON).url == "/account/"


def test_it_is_kept_for_ten_minutes_and_never_in_clear(stale, time):
    stale.post(GUARDED, {"bio": "my own words"})
    assert "my own words" not in dump_tables("sessions")
    time.shift(kept.LIFETIME + timedelta(seconds=1))
    assert confirm(stale, next=GUARDED).url == GUARDED
    assert stale.get(GO_ON).url == "/account/"


def test_too_much_is_not_kept_and_the_confirmation_still_works(stale):
    stale.post(GUARDED, {"bio": "x" * kept.MAX_BYTES})
    assert confirm(stale, next=GUARDED).url == GUARDED


def test_a_form_sent_after_the_session_ended_keeps_what_was_typed(client, alice, time):
    answer = client.post(GUARDED, {"bio": "long text", "code": "BCDF-GHJK"})
    page = answer.content.decode()
    assert answer.status_code == 403
    assert "long text" not in page
    sealed = hidden(page, "kept")
    again = client.post("/sign-in/", {"login": alice.email, "password": WRONG, "kept": sealed})
    assert hidden(again.content.decode(), "kept") == sealed
    answer = client.post("/sign-in/", {"login": alice.email, "password": PASSWORD, "kept": sealed})
    assert answer.url == GO_ON
    page = client.get(GO_ON).content.decode()
    assert hidden(page, "bio") == "long text"
    assert "BCDF" not in page
    assert done == []


@pytest.mark.parametrize("sealed", ["nonsense", "k1.AAAA", "x" * 100_000])
def test_a_forged_package_is_ignored(client, alice, time, sealed):
    data = {"login": alice.email, "password": PASSWORD, "kept": sealed, "next": "/settings/"}
    assert client.post("/sign-in/", data).url == "/settings/"
    assert client.get(GO_ON).url == "/account/"


def test_the_continue_page_is_for_those_who_are_signed_in(client, time):
    assert client.get(GO_ON).url.startswith("/sign-in/")
    assert client.get(CONFIRM).url.startswith("/sign-in/")
