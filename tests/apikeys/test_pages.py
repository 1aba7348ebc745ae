"""The pages of API keys."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from apikeys import services
from apikeys.items import RotationStart
from apikeys.pages.making import TRY
from apikeys.services import keys
from core import clock, ids
from core.scopes import Scope
from dynamo.metering import budget
from tests.apikeys.keys import PROFILE, issue, program, rows
from tests.apikeys.owners import do, rotate
from tests.apikeys.seen import LIST, NEW, text, used
from tests.dumps import dump_tables


def asked(**changed):
    return {
        "name": "ci deploy",
        "scopes": ["profile:read", "feed:read"],
        "expires_in_days": "90",
        "key_id": ids.new_id(),
        **changed,
    }


def test_without_keys_the_page_offers_to_make_one(alice, client_for):
    page = text(client_for(alice).get(LIST))
    assert "No API keys yet" in page
    assert page.count(f'href="{NEW}"') == 1


def test_a_key_is_made_and_shown_once(alice, client_for):
    client = client_for(alice)
    answer = client.post(NEW, asked())
    [secret] = re.findall(r"lk_live_\w{26}_\w{38}", text(answer))
    assert answer.status_code == 200
    assert "no-store" in answer.headers["Cache-Control"]
    cookies = "".join(morsel.value for morsel in client.cookies.values())
    assert secret not in cookies + dump_tables()
    page = text(client.get(LIST))
    assert secret not in page
    assert f"…{secret[-4:]}" in page
    assert "ci deploy" in page
    assert "Never used" in page
    assert program(secret).get(PROFILE).status_code == 200


def test_reloading_the_page_with_the_secret_makes_no_second_key(alice, client_for):
    client = client_for(alice)
    sent = asked()
    client.post(NEW, sent)
    answer = client.post(NEW, sent, follow=True)
    assert answer.redirect_chain == [(LIST, 302)]
    assert "That key was made already" in text(answer)
    assert len(rows()) == 1


def test_each_form_has_an_id_of_its_own(alice, client_for):
    client = client_for(alice)
    minted = {
        re.search(r'name="key_id" value="(\w{26})"', text(client.get(NEW)))[1] for _ in range(2)
    }
    assert len(minted) == 2


def test_it_never_expires_only_when_asked(alice, client_for):
    client_for(alice).post(NEW, asked(expires_in_days="never"))
    [row] = rows().values()
    assert "expires_at" not in row


@pytest.mark.parametrize("method", ["get", "post"])
def test_making_a_key_asks_who_it_is(alice, client_for, method):
    client = client_for(alice)
    with time_machine.travel(clock.now() + timedelta(minutes=6)):
        answer = getattr(client, method)(NEW, asked() if method == "post" else {})
    assert (answer.status_code, answer.url) == (302, f"/confirm/?next={NEW.replace('/', '%2F')}")
    assert rows() == {}


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"name": ""}, "This field is required."),
        ({"name": "x" * 81}, "at most 80 characters"),
        ({"name": "a\u202eb"}, "invisible characters"),
        ({"scopes": []}, "This field is required."),
        ({"scopes": ["keys:write"]}, "keys:write is not one of the available choices"),
        ({"expires_in_days": "8"}, "8 is not one of the available choices"),
        ({"key_id": "x"}, "Reload the page"),
        ({"description": "x" * 201}, "at most 200 characters"),
        ({"allowed_networks": "here"}, "here"),
        ({"calls_per_minute": "0"}, "greater than or equal to 1"),
        ({"calls_per_minute": "601"}, "from 1 to 600"),
    ],
)
def test_a_bad_form_is_shown_again_with_what_to_fix(alice, client_for, changed, said):
    answer = client_for(alice).post(NEW, asked(**changed))
    assert answer.status_code == 200
    assert said in text(answer)
    assert rows() == {}


def test_limits_are_told_on_the_form(alice, client_for, monkeypatch):
    client = client_for(alice)
    issue(alice)
    monkeypatch.setattr(keys, "MAX_LIVING", 1)
    assert "as many keys as an account may have" in text(client.post(NEW, asked()))
    monkeypatch.setattr(keys, "MAX_LIVING", 50)
    monkeypatch.setattr(keys, "CREATIONS", keys.Limit("api-key-create", times=1, seconds=86_400))
    answer = client.post(NEW, asked())
    assert (answer.status_code, "Too many tries" in text(answer)) == (429, True)
    assert len(rows()) == 1


def test_the_list_tells_of_each_key(alice, client_for):
    used = issue(alice, Scope.PROFILE_READ, name="used", days=None)
    program(used.secret, REMOTE_ADDR="198.51.100.7").get(PROFILE)
    page = text(client_for(alice).get(LIST))
    assert "from 198.51.100.7" in page
    assert "never expires" in page
    assert "profile:read" in page
    with time_machine.travel(clock.now() + timedelta(days=8)):
        issue(alice, name="short", days=7)
    with time_machine.travel(clock.now() + timedelta(days=16)):
        page = text(client_for(alice).get(LIST))
    assert page.count("Expired</span>") == 1
    assert page.count("Revoke…") == 1


def test_the_list_pages(alice, client_for, monkeypatch):
    monkeypatch.setattr(keys, "PAGE", 1)
    issue(alice, name="first")
    issue(alice, name="second")
    client = client_for(alice)
    newest = text(client.get(LIST))
    older = re.search(r'href="([^"]+)" rel="next"', newest)[1]
    assert "second" in newest
    assert "first" in text(client.get(older))
    with time_machine.travel(clock.now() + timedelta(hours=25)):
        answer = client_for(alice).get(older, follow=True)
    assert "had expired" in text(answer)
    assert client.get(LIST, {"after": "forged"}).status_code == 400


def test_the_list_costs_three_hops_beside_the_page_and_its_badge(alice, client_for):
    client = client_for(alice)
    issue(alice)
    with budget(hops=6, wru=0):
        client.get(LIST)


def test_the_list_tells_a_rotation_and_what_to_improve(alice, client_for):
    key = issue(alice, Scope.PROFILE_READ, days=None).key
    rotated = rotate(key)
    program(rotated.secret).get(PROFILE)
    page = text(client_for(alice).get(LIST))
    assert "Old secret works until" in page
    assert "Never expires</span>" in page
    end = rotate(issue(alice, name="other").key, start=RotationStart.FIRST_USE)
    assert end.key.pending
    assert "The new secret waits for its first use." in text(client_for(alice).get(LIST))


def test_the_list_shows_four_scopes_and_counts_the_others(alice, client_for):
    issue(alice)
    page = text(client_for(alice).get(LIST))
    assert page.count("<code>alerts:read</code>") == 1
    assert "and 7 more" in page
    assert "Every scope</span>" in page


def test_the_list_counts_the_calls_of_each_key(alice, client_for):
    used(issue(alice).key, ok=1203, refused=1)
    assert "1,204 calls in 30 days" in text(client_for(alice).get(LIST))


def test_the_list_can_show_the_current_or_the_ended_ones(alice, client_for):
    do(services.revoke_key, issue(alice, name="gone by now").key)
    issue(alice, name="still there")
    client = client_for(alice)
    living, ended = (text(client.get(LIST, {"status": each})) for each in ("living", "ended"))
    assert ("still there" in living, "gone by now" in living) == (True, False)
    assert ("still there" in ended, "gone by now" in ended) == (False, True)
    assert 'name="key"' not in ended
    assert "gone by now" in text(client.get(LIST, {"status": "nonsense"}))


def test_a_tab_without_keys_says_so_and_keeps_the_tabs(alice, client_for):
    issue(alice)
    page = text(client_for(alice).get(LIST, {"status": "ended"}))
    assert "Nothing here" in page
    assert f'href="{LIST}?status=living"' in page
    assert "No API keys yet" not in page


def test_what_the_networks_field_takes(alice, client_for):
    typed = "198.51.100.7, 203.0.113.0/24\n\n  2001:db8::/48"
    client_for(alice).post(NEW, asked(allowed_networks=typed, calls_per_minute="60"))
    [row] = rows().values()
    assert set(row["allowed_networks"]) == {"198.51.100.7/32", "203.0.113.0/24", "2001:db8::/48"}
    assert row["calls_per_minute"] == 60


def test_the_form_keeps_what_was_typed_and_says_the_network_that_was_meant(alice, client_for):
    answer = client_for(alice).post(NEW, asked(allowed_networks="198.51.100.7/24\n2001:db8::/48"))
    page = answer.content.decode()
    assert "198.51.100.0/24" in page
    assert "198.51.100.7/24\n2001:db8::/48</textarea>" in page
    assert rows() == {}


def test_the_page_with_the_secret_says_how_to_try_it(alice, client_for, settings):
    settings.SITE_URL = "https://keys.example.com"
    page = text(client_for(alice).post(NEW, asked()))
    command = (
        f"curl -s &quot;https://keys.example.com{TRY}&quot; -H &quot;Authorization: Bearer $KEY"
    )
    assert command in page
    [secret] = re.findall(r"lk_live_\w{26}_\w{38}", page)
    assert program(secret).get(TRY).json()["owner"]["handle"] == alice.handle


def test_a_visitor_signs_in_first_and_a_forged_form_does_nothing(alice, client_for):
    before = rows()
    for page in (LIST, NEW):
        assert Client().get(page).url == f"/sign-in/?next={page}"
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = client_for(alice).cookies
    assert strict.post(NEW, asked()).status_code == 403
    assert rows() == before


def test_a_hostile_name_is_only_text(alice, client_for):
    key = issue(alice, name="<b>x</b> {{ 1 }} %s").key
    for page in (LIST, f"{LIST}{key.key_id}/", f"{LIST}{key.key_id}/revoke/", f"{LIST}revoke/"):
        assert "<b>x</b>" not in text(client_for(alice).get(page))
