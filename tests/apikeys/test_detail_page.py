"""The page of one key: what its owner may know of it, and what else nobody may."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from apikeys import services
from apikeys.items import EndReason, KeyState, RotationStart
from core import clock, ids
from core.ratelimit import Limit
from core.scopes import Scope
from dynamo.metering import budget
from tests.apikeys.keys import ACTOR, PROFILE, issue, program, rows
from tests.apikeys.owners import alerts_of, do, edit, put, rotate
from tests.apikeys.seen import LIST, page_of, text, used

ASKS_AND_DOES = ["edit/", "rotate/", "end-old-secret/", "revoke/"]
DOES = ["disable/", "enable/", "undo-revoke/"]
OPENS = ["edit/", "rotate/", "enable/", "undo-revoke/"]


def test_it_tells_what_a_key_may_do_where_from_and_how_often(alice, client_for):
    key = issue(alice, Scope.FEED_READ, Scope.FEED_WRITE).key
    edit(
        key,
        description="On the machine in the cellar.\nAsk Bob.",
        allowed_networks=["198.51.100.0/24"],
        calls_per_minute=60,
    )
    page = text(client_for(alice).get(page_of(key)))
    assert "On the machine in the cellar.<br>Ask Bob." in page
    assert "<code>198.51.100.0/24</code>" in page
    assert "<dt>Calls a minute</dt><dd>60</dd>" in page
    assert "Post, comment, follow and hide as you <code>feed:write</code>" in page
    assert key.hint in page


def test_it_tells_the_last_use(alice, client_for):
    issued = issue(alice, Scope.PROFILE_READ)
    assert "<dt>Last used</dt><dd>Never" in text(client_for(alice).get(page_of(issued.key)))
    program(issued.secret, REMOTE_ADDR="198.51.100.7").get(PROFILE)
    page = text(client_for(alice).get(page_of(issued.key)))
    assert "from 198.51.100.7" in page
    assert "<dt>Used from</dt><dd>1 network</dd>" in page
    put(issued.key, seen_networks={f"network {n}" for n in range(20)})
    assert "20 networks or more" in text(client_for(alice).get(page_of(issued.key)))


def test_it_counts_calls_by_day_and_outcome(alice, client_for):
    key = issue(alice).key
    used(key, ok=1203, refused=2)
    used(key, days_ago=29, ok=5)
    used(key, days_ago=30, ok=1000)
    page = text(client_for(alice).get(page_of(key)))
    today, oldest = (f"{day:%-d %b}" for day in (clock.now(), clock.now() - timedelta(days=29)))
    row = '<th scope="row">{}</th><td class="r num">{}</td><td class="r num">{}</td>'
    assert row.format(today, "1,203", 2) in page
    assert row.format(oldest, 5, 0) in page
    assert "Answered</dt><dd>1,208</dd>" in page
    assert "1,205 on the busiest one" in page


def test_each_part_of_a_day_can_be_seen_and_none_leaves_the_picture(alice, client_for):
    key = issue(alice).key
    used(key, ok=100_000, refused=1, server_error=1)
    used(key, days_ago=1, ok=1)
    shown = client_for(alice).get(page_of(key)).context["use"]
    bars = list(shown.bars)
    assert [bar.outcome for bar in bars] == ["ok", "ok", "refused", "server_error"]
    assert all(bar.height >= 2 and 0 <= bar.y <= shown.height - bar.height for bar in bars)
    assert {bar.x + bar.width for bar in bars} <= set(range(shown.width + 1))


def test_what_to_improve_is_told_while_it_lives(alice, client_for):
    key = issue(alice, days=None).key
    client = client_for(alice)
    assert str(services.HINT_TEXTS[services.Hint.NEVER_EXPIRES]) in text(client.get(page_of(key)))
    do(services.revoke_key, key)
    assert "What to look at" not in text(client.get(page_of(key)))


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        (EndReason.LEAKED, "Somebody reported its secret"),
        (EndReason.NOT_ME, "you said was not you"),
        (EndReason.OWNER, "You revoked it"),
    ],
)
def test_a_key_that_ended_says_why_and_offers_nothing(alice, client_for, reason, said):
    key = issue(alice).key
    put(
        key,
        state=str(KeyState.REVOKED),
        revoked_from=str(KeyState.ACTIVE),
        revoked_at=clock.text(clock.now() - timedelta(minutes=61)),
        end_reason=str(reason),
    )
    page = text(client_for(alice).get(page_of(key)))
    assert said in page
    assert all(page_of(key, step) not in page for step in (*ASKS_AND_DOES, *DOES))


def test_an_expired_key_says_so_and_offers_nothing(alice, client_for):
    key = issue(alice, days=7).key
    with time_machine.travel(clock.now() + timedelta(days=8)):
        page = text(client_for(alice).get(page_of(key)))
        assert "This key has expired" in page
        assert all(page_of(key, step) not in page for step in (*ASKS_AND_DOES, *DOES))


def test_it_costs_two_hops_beside_the_page_and_its_badge(alice, client_for):
    client, key = client_for(alice), issue(alice).key
    with budget(hops=5, wru=0):
        client.get(page_of(key))


def test_disabling_needs_no_step_up_and_refuses_calls_until_it_is_enabled(alice, client_for):
    issued = issue(alice)
    client = client_for(alice)
    with time_machine.travel(clock.now() + timedelta(minutes=6)):
        answer = client.post(page_of(issued.key, "disable/"), follow=True)
        assert "The key is disabled." in text(answer)
        assert program(issued.secret).get(PROFILE).json()["code"] == "key_disabled"
    answer = client.post(page_of(issued.key, "enable/"), follow=True)
    assert "The key is enabled." in text(answer)
    assert program(issued.secret).get(PROFILE).status_code == 200


@pytest.mark.parametrize("step", ["disable/", "enable/"])
def test_a_key_that_ended_is_neither_disabled_nor_enabled(alice, client_for, step):
    key = do(services.revoke_key, issue(alice).key)
    before, told = rows(), alerts_of(alice)
    answer = client_for(alice).post(page_of(key, step), follow=True)
    assert "This key is revoked or has expired" in text(answer)
    assert (rows(), alerts_of(alice)) == (before, told)


def test_a_limit_of_changes_is_told(alice, client_for, monkeypatch):
    few = Limit("api-key-change", times=1, seconds=86_400)
    monkeypatch.setattr("apikeys.services.changing.CHANGES", few)
    key = do(services.disable_key, edit(issue(alice).key, name="one change"))
    client = client_for(alice)
    before = rows()
    assert "Too many tries" in text(client.post(page_of(key, "enable/"), follow=True))
    assert rows() == before


@pytest.mark.parametrize("step", OPENS)
def test_what_opens_asks_who_it_is(alice, client_for, step):
    key = issue(alice).key
    if step == "enable/":
        do(services.disable_key, key)
    if step == "undo-revoke/":
        do(services.revoke_key, key)
    client, before = client_for(alice), rows()
    with time_machine.travel(clock.now() + timedelta(minutes=6)):
        answer = client.post(page_of(key, step))
    assert (answer.status_code, answer.url.partition("?")[0]) == (302, "/confirm/")
    assert rows() == before


@pytest.mark.parametrize(
    ("method", "step"),
    [
        ("get", ""),
        *(("get", step) for step in ASKS_AND_DOES),
        *(("post", step) for step in (*ASKS_AND_DOES, *DOES)),
    ],
)
@pytest.mark.parametrize("whose", ["alice's", "nobody's", "no id"])
def test_a_key_of_somebody_else_is_404_and_stays(alice, mallory, client_for, method, step, whose):
    key = rotate(issue(alice).key).key
    sent = {"version": key.version} if method == "post" else {}
    key_id = {"alice's": key.key_id, "nobody's": ids.new_id(), "no id": "x"}[whose]
    before, told = rows(), alerts_of(alice)
    answer = getattr(client_for(mallory), method)(f"{LIST}{key_id}/{step}", sent)
    assert answer.status_code == 404
    assert (rows(), alerts_of(alice)) == (before, told)


def test_nothing_is_done_by_a_link_nor_by_a_forged_form(alice, client_for):
    key = rotate(issue(alice).key, start=RotationStart.FIRST_USE).key
    client = client_for(alice)
    before, told = rows(), alerts_of(alice)
    for step in DOES:
        assert client.get(page_of(key, step)).status_code == 405
    for step in ASKS_AND_DOES:
        client.get(page_of(key, step))
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = client.cookies
    for step in (*ASKS_AND_DOES, *DOES):
        assert strict.post(page_of(key, step), {"version": key.version}).status_code == 403
        assert Client().get(page_of(key, step)).url.startswith("/sign-in/")
    assert (rows(), alerts_of(alice)) == (before, told)


def test_whoever_acts_is_told_of(alice, client_for):
    key = issue(alice).key
    client_for(alice).post(page_of(key, "disable/"), REMOTE_ADDR="203.0.113.9")
    context = alerts_of(alice)[-1]["context"]
    assert (context["ip"], context["key"]) == ("203.0.113.9", key.name)
    assert context["ip"] != ACTOR.ip
