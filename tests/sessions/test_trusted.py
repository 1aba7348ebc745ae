"""The list of trusted browsers, as page and API."""

import pytest
from django.test import Client

from alerts import services as alerts
from alerts.items import AlertKind
from core import clock, personal_data
from core.scopes import Scope
from dynamo.metering import budget
from dynamo.table import transact
from sessions import keys, trusted
from tests import shell
from tests.apikeys.keys import issue, program
from tests.dumps import dump_tables
from tests.mfa.people import again, turn_on_totp
from tests.mfa.trust import COOKIE, trust, trusts
from tests.sessions import stores
from tests.sessions.stores import client_of

LIST, SESSIONS = "/settings/sessions/", "/api/v1/sessions/"
PAGES, API = "/settings/trusted-browsers/", "/api/v1/sessions/trusted-browsers/"


def client(user, key=""):
    found = client_of(stores.sign_in(again(user)))
    if key:
        found.cookies[COOKIE] = key
    return found


def sids(user):
    return [row["sid"] for row in trusts() if row["user_sub"] == user.user_sub]


def kinds(user):
    return [alert.kind for alert in alerts.list_alerts(user_sub=user.user_sub).items]


@pytest.fixture
def with_factor(alice):
    turn_on_totp(alice)
    return alice


def test_the_page_shows_them_with_this_browser_and_no_key(with_factor):
    this, _ = trust(with_factor), trust(with_factor)
    page = client(with_factor, this).get(LIST).content.decode()
    assert "Browsers that skip the second step" in page
    assert page.count("This browser") == 1
    assert all(f"{PAGES}{sid}/remove/" in page for sid in sids(with_factor))
    assert f"{PAGES}remove/" in page
    assert this not in page


def test_the_api_shows_them_newest_first_with_their_ends(with_factor):
    trust(with_factor)
    this = trust(with_factor)
    answer = client(with_factor, this).get(API)
    newest, oldest = answer.json()["results"]
    assert (newest["current"], oldest["current"]) == (True, False)
    assert (newest["label"], newest["ip"]) == ("Firefox on Windows", stores.ADDRESS)
    lasts = clock.parse(newest["expires_at"]) - clock.parse(newest["created_at"])
    assert round(lasts.total_seconds() / 86_400, 3) == 30
    assert this not in answer.content.decode()
    assert keys.trust_hash_of(this, with_factor.user_sub) not in answer.content.decode()


def test_the_list_has_this_browser_before_the_index_knows_it(with_factor, faults):
    this = client(with_factor, trust(with_factor))
    faults.answer("Query", lambda answer: answer | {"Items": [], "Count": 0}, times=9)
    assert [row["current"] for row in this.get(API).json()["results"]] == [True]


def test_without_a_second_step_nothing_is_read_or_shown(alice):
    found = client(alice)
    with budget(calls=4 + shell.CALLS):
        assert "Browsers that skip" not in found.get(LIST).content.decode()
    with budget(calls=2):
        assert found.get(API).json() == {"results": []}


def test_the_page_costs_two_calls_more_and_no_hop(with_factor):
    found = client(with_factor, trust(with_factor))
    with budget(calls=6 + shell.CALLS, hops=4 + shell.HOPS, wru=0):
        found.get(LIST)


@pytest.mark.parametrize("door", ["page", "api"])
def test_one_is_removed_and_its_owner_told(with_factor, door):
    trust(with_factor)
    trust(with_factor)
    removed, kept = sids(with_factor)
    this = client(with_factor)
    if door == "page":
        answer = this.post(f"{PAGES}{removed}/remove/", follow=True)
        assert "asks for the second step" in answer.content.decode()
    else:
        assert this.delete(f"{API}{removed}/").status_code == 204
    assert sids(with_factor) == [kept]
    assert kinds(with_factor)[0] is AlertKind.BROWSER_FORGOTTEN
    assert this.get(SESSIONS).status_code == 200  # nobody is signed out


@pytest.mark.parametrize("door", ["page", "api"])
def test_all_are_removed_even_those_no_index_names(with_factor, faults, door):
    trust(with_factor)
    epoch = again(with_factor).trust_epoch
    this = client(with_factor, trust(with_factor))
    faults.answer("Query", lambda answer: answer | {"Items": [], "Count": 0}, times=9)
    answer = this.post(f"{PAGES}remove/") if door == "page" else this.delete(API)
    assert answer.status_code == (302 if door == "page" else 204)
    assert again(with_factor).trust_epoch == epoch + 1
    assert AlertKind.BROWSER_FORGOTTEN in dump_tables("alerts")


@pytest.mark.parametrize("door", ["page", "api"])
def test_removing_all_of_none_changes_nothing(with_factor, door):
    this = client(with_factor)
    before = dump_tables("users", "alerts")
    answer = this.post(f"{PAGES}remove/") if door == "page" else this.delete(API)
    assert answer.status_code == (302 if door == "page" else 204)
    assert dump_tables("users", "alerts") == before


def test_removed_rows_are_gone(with_factor):
    trust(with_factor)
    client(with_factor).delete(API)
    assert trusts() == []


def test_htmx_gets_the_row_that_takes_the_place(with_factor):
    trust(with_factor)
    (sid,) = sids(with_factor)
    answer = client(with_factor).post(f"{PAGES}{sid}/remove/", headers={"HX-Request": "true"})
    assert f'id="browser-{sid}"' in answer.content.decode()
    assert "<html" not in answer.content.decode()


@pytest.mark.parametrize("whose", ["nobody's", "somebody else's", "a session's", "a dead one's"])
def test_every_other_id_is_the_same_404_and_changes_nothing(with_factor, mallory, whose):
    turn_on_totp(mallory)
    trust(with_factor)
    (sid,) = sids(with_factor)
    this = client(mallory if whose == "somebody else's" else with_factor)
    if whose == "a session's":
        sid = this.get(SESSIONS).json()["results"][0]["sid"]
    elif whose == "nobody's":
        sid = "x" * 22
    elif whose == "a dead one's":
        transact([trusted.users.end_trust_write(with_factor.user_sub)])
    before = (trusts(), dump_tables("alerts", "users"))
    answer = this.delete(f"{API}{sid}/")
    assert (answer.status_code, answer.json()["code"]) == (404, "trusted_browser_not_found")
    assert this.post(f"{PAGES}{sid}/remove/").status_code == 404
    assert (trusts(), dump_tables("alerts", "users")) == before


@pytest.mark.parametrize("path", ["x/remove/", "remove/"])
def test_a_get_or_a_post_without_a_token_changes_nothing(with_factor, path):
    trust(with_factor)
    path = path.replace("x", sids(with_factor)[0])
    before = trusts()
    assert client(with_factor).get(PAGES + path).status_code == 405
    forged = client_of(stores.sign_in(again(with_factor)), enforce_csrf_checks=True)
    assert forged.post(PAGES + path).status_code == 403
    assert forged.delete(API).json()["code"] == "csrf_failed"
    assert Client().post(PAGES + path).status_code in (302, 403)
    assert Client().delete(API).status_code == 401
    assert trusts() == before


def test_a_key_lists_and_removes_as_far_as_its_scopes_go_and_never_all(with_factor):
    trust(with_factor)
    (sid,) = sids(with_factor)
    reads = program(issue(with_factor, Scope.SESSIONS_READ).secret)
    writes = program(issue(with_factor, Scope.SESSIONS_WRITE).secret)
    assert [row["sid"] for row in reads.get(API).json()["results"]] == [sid]
    assert reads.delete(f"{API}{sid}/").json()["code"] == "scope_missing"
    assert writes.delete(API).json()["code"] == "key_not_allowed"
    assert sids(with_factor) == [sid]
    assert writes.delete(f"{API}{sid}/").status_code == 204


def test_the_export_has_them_without_digests_and_erasing_takes_them(with_factor, bob):
    turn_on_totp(bob)
    trust(with_factor)
    trust(bob)
    found = personal_data.export(with_factor.user_sub)["sessions"]["trusted_browsers"]
    assert [row["sid"] for row in found] == sids(with_factor)
    assert "session_hash" not in found[0]
    personal_data.erase(with_factor.user_sub)
    assert (sids(with_factor), len(sids(bob))) == ([], 1)
