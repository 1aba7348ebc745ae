"""A key that became public ends at the word of whoever holds its whole text, and of nobody else."""

import io
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.test import Client

from alerts.items import AlertKind
from alerts.repository import AlertRepository
from apikeys import peppers, services, texts
from apikeys.errors import UndoRefused
from apikeys.items import EndReason, KeyState, PendingSecret, PreviousSecret
from apikeys.repository import ApiKeyRepository
from apikeys.repository.rows import pending_map, previous_map
from core import clock, ids
from dynamo.errors import Unavailable
from dynamo.expressions import Update
from dynamo.metering import budget
from dynamo.schema import schema_named
from dynamo.table import Table
from tests.apikeys.calling import call
from tests.apikeys.keys import ACTOR, PROFILE, issue, program, rows

LEAKS = "/api/v1/api-key-leaks/"


def report(*keys, client=None, **extra):
    client = client or Client(enforce_csrf_checks=True)
    return client.post(LEAKS, {"keys": list(keys)}, content_type="application/json", **extra)


def told(user):
    """Kind and context of what its owner was told since its creation."""
    rows = AlertRepository().rows_of(user.user_sub)
    return [
        (row["kind"], row["context"]) for row in rows if row["kind"] != AlertKind.APIKEY_CREATED
    ]


def key_of(issued):
    return ApiKeyRepository().find(issued.key.key_id)


def put(issued, update):
    Table(schema_named("api_keys")).update({"key_id": issued.key.key_id}, update)


def secret_beside(issued):
    """A text of the same key with another secret, and what its row would hold of it."""
    secret = texts.new_secret()
    text = texts.text_of(issued.key.key_id, secret)
    digest = peppers.digest(issued.key.key_id, secret)
    return text, {"digest": digest, "hint": texts.hint_of(text)}


def with_previous(issued, *, ends=timedelta(hours=1)):
    text, stored = secret_beside(issued)
    previous = PreviousSecret(until=clock.now() + ends, **stored)
    put(issued, Update().set("previous", previous_map(previous)))
    return text


def with_pending(issued):
    text, stored = secret_beside(issued)
    pending = PendingSecret(overlap=timedelta(hours=1), **stored)
    put(issued, Update().set("pending", pending_map(pending)))
    return text


def test_a_reported_key_is_refused_at_the_next_call(alice):
    issued = issue(alice)
    client = program(issued.secret)
    assert client.get(PROFILE).status_code == 200
    answer = report(issued.secret)
    assert (answer.status_code, answer.json()) == (202, {})
    refused = client.get(PROFILE)
    assert (refused.status_code, refused.json()["code"]) == (401, "key_leaked")
    key = key_of(issued)
    assert (key.state, key.revoked_from, key.end_reason) == (
        KeyState.REVOKED,
        KeyState.ACTIVE,
        EndReason.LEAKED,
    )
    assert key.version == issued.key.version + 1


def test_its_owner_is_told_and_nothing_of_who_reported_it(alice):
    issued = issue(alice)
    report(issued.secret, headers={"User-Agent": "Buy at evil.example"}, REMOTE_ADDR="192.0.2.66")
    context = {"key": issued.key.name, "hint": issued.key.hint, "key_id": issued.key.key_id}
    assert told(alice) == [(AlertKind.APIKEY_LEAKED, context)]


def test_reporting_again_changes_and_tells_nothing(alice):
    issued = issue(alice)
    report(issued.secret, issued.secret)
    before, known = rows(), told(alice)
    assert report(issued.secret).status_code == 202
    assert (rows(), told(alice)) == (before, known)
    assert len(known) == 1


@pytest.mark.parametrize("state", [KeyState.DISABLED, KeyState.REVOKED])
def test_one_that_was_turned_off_before_is_ended_for_good(alice, state):
    issued = issue(alice)
    past = clock.text(clock.now() - timedelta(days=80))
    update = Update().set("state", str(state))
    if state is KeyState.REVOKED:
        update = update.set("end_reason", str(EndReason.OWNER)).set("revoked_at", past)
    put(issued, update)
    report(issued.secret)
    key = key_of(issued)
    assert (key.state, key.end_reason) == (KeyState.REVOKED, EndReason.LEAKED)
    assert (clock.text(key.revoked_at) == past) is (state is KeyState.REVOKED)
    assert [kind for kind, _ in told(alice)] == [AlertKind.APIKEY_LEAKED]


def test_a_leaked_key_never_comes_back(alice):
    issued = issue(alice)
    mine = {"user_sub": alice.user_sub, "key_id": issued.key.key_id, "actor": ACTOR}
    services.revoke_key(**mine)
    report(issued.secret)
    with pytest.raises(UndoRefused):
        services.undo_revoke(**mine)
    assert services.revoke_key(**mine).end_reason is EndReason.LEAKED


def test_of_one_that_expired_its_owner_hears_too(alice):
    """It may have been used before."""
    issued = issue(alice, days=7)
    with time_machine.travel(clock.now() + timedelta(days=8), tick=False):
        report(issued.secret)
        report(issued.secret)
    assert key_of(issued).end_reason is EndReason.LEAKED
    assert [kind for kind, _ in told(alice)] == [AlertKind.APIKEY_LEAKED]


@pytest.mark.parametrize("make", [with_previous, with_pending])
def test_of_a_rotation_only_the_reported_secret_ends(alice, make):
    issued = issue(alice)
    other = make(issued)
    assert report(other).status_code == 202
    key = key_of(issued)
    assert (key.previous, key.pending, key.state) == (None, None, KeyState.ACTIVE)
    assert key.version == issued.key.version + 1
    context = {"key": key.name, "hint": texts.hint_of(other), "key_id": key.key_id}
    assert told(alice) == [(AlertKind.APIKEY_OLD_SECRET_LEAKED, context)]
    assert program(issued.secret).get(PROFILE).status_code == 200


def test_the_secret_in_use_takes_the_one_beside_it_along(alice):
    issued = issue(alice)
    other = with_previous(issued)
    report(other, issued.secret)
    assert key_of(issued).end_reason is EndReason.LEAKED
    assert [kind for kind, _ in told(alice)] == [AlertKind.APIKEY_LEAKED]
    before = rows()
    report(other)
    assert rows() == before


def test_a_former_secret_whose_time_is_over_changes_nothing(alice):
    issued = issue(alice)
    other = with_previous(issued, ends=timedelta(seconds=-1))
    before = rows()
    assert report(other).status_code == 202
    assert (rows(), told(alice)) == (before, [])


def test_wrong_unknown_and_malformed_texts_get_the_same_answer_and_change_nothing(alice):
    issued = issue(alice)
    before = rows()
    sent = [
        texts.text_of(issued.key.key_id, texts.new_secret()),
        texts.text_of(ids.new_id(), texts.new_secret()),
        issued.secret[:-1],
        issued.key.hint,
        "",
        "é",
    ]
    answers = [report(text) for text in sent] + [report(*sent)]
    assert {(answer.status_code, answer.content) for answer in answers} == {(202, b"{}")}
    assert (rows(), told(alice)) == (before, [])


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "keys"),
        ({"keys": []}, "keys"),
        ({"keys": "lk_live_x"}, "keys"),
        ({"keys": ["x"] * 101}, "keys"),
        ({"keys": [7]}, "keys.1"),
        ({"keys": ["x" * 201]}, "keys.1"),
        ({"keys": ["fine"], "message": "Dear owner"}, "message"),
    ],
)
def test_what_is_wrong_with_a_report_is_named_and_not_repeated(alice, body, field):
    issued = issue(alice)
    keys = body.get("keys")
    sent = {**body, "keys": [issued.secret, *keys]} if isinstance(keys, list) and keys else body
    answer = Client().post(LEAKS, sent, content_type="application/json")
    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == [field]
    for text in ("xx", "Dear", issued.secret):
        assert text not in answer.content.decode()
    assert key_of(issued).state is KeyState.ACTIVE


def test_a_body_that_is_too_large_is_not_read(alice):
    answer = report("x" * 70_000)
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


def test_a_key_or_session_beside_it_counts_for_nothing(alice, mallory, client_for):
    issued, mallorys = issue(alice), issue(mallory)
    browser = client_for(mallory)
    answer = report(issued.secret, client=browser, headers={"X-API-Key": mallorys.secret})
    assert (answer.status_code, dict(answer.cookies)) == (202, {})
    assert "RateLimit" not in answer.headers
    assert key_of(issued).end_reason is EndReason.LEAKED
    assert key_of(mallorys).last_used_at is None
    assert report("x", headers={"Authorization": "Bearer broken"}).status_code == 202


def test_sixty_reports_an_hour_from_one_address(alice):
    issued = issue(alice)
    with time_machine.travel(clock.now(), tick=False):
        for _ in range(60):
            assert report("x", REMOTE_ADDR="192.0.2.1").status_code == 202
        answer = report(issued.secret, REMOTE_ADDR="192.0.2.1")
        assert answer.status_code == 429
        assert 0 < int(answer.headers["Retry-After"]) <= 3600
        assert key_of(issued).state is KeyState.ACTIVE
        assert report(issued.secret, REMOTE_ADDR="192.0.2.2").status_code == 202
    assert key_of(issued).end_reason is EndReason.LEAKED


def test_a_hundred_unknown_keys_cost_one_read():
    sent = [texts.text_of(ids.new_id(), texts.new_secret()) for _ in range(100)]
    with budget(calls=2, wru=1):  # with the limit's count
        assert report(*sent).status_code == 202


def test_storage_that_does_not_answer_is_503_and_a_repeat_ends_the_rest(
    alice, bob, faults, monkeypatch
):
    first, second = issue(alice), issue(bob)
    with faults.outage():
        assert report(first.secret, second.secret).status_code == 503
    assert report_broken_off(first, second, monkeypatch) == 503
    assert [key_of(each).state for each in (first, second)] == [KeyState.REVOKED, KeyState.ACTIVE]
    assert report(first.secret, second.secret).status_code == 202
    assert {key_of(each).end_reason for each in (first, second)} == {EndReason.LEAKED}
    assert len(told(alice)) == len(told(bob)) == 1


def report_broken_off(first, second, monkeypatch):
    """Storage goes away after the first key."""
    real, left = services.settling.transact, [None]

    def failing(writes):
        if not left:
            raise Unavailable
        left.pop()
        real(writes)

    with monkeypatch.context() as patch:
        patch.setattr("apikeys.services.settling.transact", failing)
        return report(first.secret, second.secret).status_code


def test_a_lost_answer_tells_once(alice, faults):
    issued = issue(alice)
    faults.lose_answer("TransactWriteItems")
    assert report(issued.secret).status_code == 202
    assert faults.hits == ["TransactWriteItems"]
    assert len(told(alice)) == 1


def test_a_key_that_is_changed_meanwhile_is_judged_anew(alice, monkeypatch):
    issued = issue(alice)
    real, changes = services.settling.transact, [Update().increment("version", 1)]

    def late(writes):
        while changes:
            put(issued, changes.pop())
        real(writes)

    monkeypatch.setattr("apikeys.services.settling.transact", late)
    assert report(issued.secret).status_code == 202
    assert (key_of(issued).end_reason, key_of(issued).version) == (EndReason.LEAKED, 3)


def test_a_key_that_keeps_changing_is_503(alice, monkeypatch):
    issued = issue(alice)
    real = services.settling.transact

    def late(writes):
        put(issued, Update().increment("version", 1))
        real(writes)

    monkeypatch.setattr("apikeys.services.settling.transact", late)
    assert report(issued.secret).status_code == 503
    assert (key_of(issued).state, told(alice)) == (KeyState.ACTIVE, [])


@pytest.mark.engine
def test_ten_reports_at_once_tell_once(alice):
    issued = issue(alice)
    with ThreadPoolExecutor(10) as reports:
        found = reports.map(services.end_leaked_keys, [[issued.secret]] * 10)
        assert sum(each.keys for each in found) == 1
    assert len(told(alice)) == 1
    assert key_of(issued).version == 2


def command(monkeypatch, text):
    said = io.StringIO()
    given = text if isinstance(text, bytes) else text.encode()
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(given), encoding="utf-8"))
    call_command("report_leaked_keys", stdout=said)
    return said.getvalue()


def test_the_command_reads_what_is_no_text_too(alice, monkeypatch):
    issued = issue(alice)
    command(monkeypatch, b"\xff\xfe " + issued.secret.encode() + b"\x00\xc3\n")
    assert call(issued) == "key_leaked"


def test_the_command_takes_keys_out_of_any_text(alice, bob, monkeypatch):
    mine, bobs, spared = issue(alice), issue(bob), issue(bob)
    old = with_previous(spared)
    unknown = texts.text_of(ids.new_id(), texts.new_secret())
    text = f'KEY="{mine.secret}"\nAuthorization: Bearer {bobs.secret}\n{old},{unknown}\n{old}x\n'
    said = command(monkeypatch, text)
    assert said.startswith("4 keys read: 2 revoked, 1 ended beside")
    assert mine.secret not in said
    assert key_of(mine).end_reason is key_of(bobs).end_reason is EndReason.LEAKED
    assert key_of(spared).state is KeyState.ACTIVE
    assert command(monkeypatch, text).startswith("4 keys read: 0 revoked, 0 ended")


def test_the_command_takes_no_key_as_an_argument(alice):
    issued = issue(alice)
    with pytest.raises(CommandError):
        call_command("report_leaked_keys", issued.secret)
    assert key_of(issued).state is KeyState.ACTIVE


def test_the_command_says_when_to_run_it_again(alice, monkeypatch, faults):
    issued = issue(alice)
    with faults.outage(), pytest.raises(CommandError, match="run it again"):
        command(monkeypatch, issued.secret)
    assert key_of(issued).state is KeyState.ACTIVE
