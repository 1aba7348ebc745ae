"""A person's copy of their data: everything of theirs, nothing of others, and no key to a door."""

import json
import re
import stat
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
import time_machine
from django.core import mail
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.errors import ExportRunning
from accounts.services import exports
from core import clock
from core.actor import Actor
from core.errors import RateLimited
from dynamo.table import Table
from tests.accounts.lives import live, private_storage, show_picture  # noqa: F401
from tests.accounts.mailbox import deliver
from tests.dumps import dump_tables
from users import services as users

pytestmark = pytest.mark.usefixtures("private_storage")
ACTOR = Actor(user_sub=None, ip="192.0.2.7")


PUBLIC = {"created_at", "email", "handle", "alert_id", "export_id", "job_id", "sid", "digest"}


def ready_export(client):
    assert client.post("/settings/data/").status_code == 302
    deliver()
    page = client.get("/settings/data/").content.decode()
    return re.search(r'href="(/settings/data/[^"]+/)"', page).group(1)


def document(user):
    return json.loads(exports.collect(users.get_user(user.user_sub)))


def rows_of(user):
    from dynamo.schema import all_schemas

    for schema in all_schemas():
        for item in Table(schema).scan() if schema.table_name else ():
            if item.get("user_sub") == user.user_sub:
                yield schema.logical, item


def test_it_is_asked_for_built_and_downloaded(client_for, alice):
    client = client_for(alice)
    path = ready_export(client)
    answer = client.get(path)
    assert answer.status_code == 200
    name = rf'attachment; filename="latchkey-{alice.handle}-\d{{4}}-\d\d-\d\d\.json"'
    assert re.fullmatch(name, answer.headers["Content-Disposition"])
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"
    data = answer.json()["data"]
    assert data["users"]["account"][0]["email"] == alice.email


def test_both_steps_are_told_by_mail_without_a_token(client_for, alice):
    path = ready_export(client_for(alice))
    subjects = [message.subject for message in mail.outbox]
    assert any("was asked for" in subject for subject in subjects)
    ready = next(message.body for message in mail.outbox if "is ready" in message.subject)
    assert "http://testserver/settings/data/\n" in ready
    assert path not in ready


def test_it_holds_every_row_of_the_person(client_for, alice):
    live(alice, client_for)
    exported = exports.collect(users.get_user(alice.user_sub))
    rows = list(rows_of(alice))
    assert len(rows) > 12
    for table, row in rows:
        for name in PUBLIC & row.keys():
            assert f'"{row[name]}"' in exported, (table, row)


def test_it_has_every_kind_of_row_and_the_picture(client_for, alice):
    live(alice, client_for)
    show_picture(alice, b"the picture")
    data = document(alice)["data"]
    assert set(data["users"]) == {"account", "profile", "sign_ins", "known_browsers", "names"}
    assert {"exports", "email_change", "pictures"} == set(data["accounts"])
    assert {"alerts", "preferences"} == set(data["alerts"])
    assert data["sessions"]["sessions"]
    assert data["jobs"]["waiting"]
    assert data["accounts"]["pictures"][0]["base64"] == "dGhlIHBpY3R1cmU="
    assert [name["name"] for name in data["users"]["names"]] == [
        f"EMAIL#{alice.email}",
        f"HANDLE#{alice.handle}",
    ]


def test_it_holds_nothing_of_anybody_else(client_for, alice, bob):
    live(alice, client_for)
    live(bob, client_for)
    exported = exports.collect(users.get_user(alice.user_sub))
    for mine in (bob.user_sub, bob.email, bob.handle, bob.display_name):
        assert mine not in exported


def test_it_opens_no_door(client_for, alice):
    client = live(alice, client_for)
    exported = exports.collect(users.get_user(alice.user_sub))
    secrets = [
        str(value)
        for _, row in rows_of(alice)
        for name, value in row.items()
        if re.search(r"password$|hash|digest$|token|secret", name) and len(str(value)) > 10
    ]
    assert any(text.startswith("argon2") for text in secrets)
    hashes = [
        row["sk"].partition("#")[2] for _, row in rows_of(alice) if "DEVICE#" in row.get("sk", "")
    ]
    assert hashes
    for secret in [*secrets, *hashes, client.cookies["sessionid"].value]:
        assert secret not in exported


def test_the_file_is_encrypted_and_the_owners_alone(client_for, alice, private_storage):  # noqa: F811
    ready_export(client_for(alice))
    (file,) = (private_storage / "exports").iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert alice.email.encode() not in file.read_bytes()


def test_a_stranger_cannot_download_it(client_for, alice, mallory):
    path = ready_export(client_for(alice))
    assert client_for(mallory).get(path).status_code == 404
    assert (
        client_for(mallory).get("/api/v1/account/exports/" + path.split("/")[3] + "/").status_code
        == 404
    )
    answer = Client().get(path)
    assert answer.status_code == 302
    assert "/sign-in/" in answer.url


@pytest.mark.parametrize("export_id", ["nothing", "01ARZ3NDEKTSV4RRFFQ69G5FAV", "..%2Fx", "A%23B"])
def test_an_unknown_one_is_404(client_for, alice, export_id):
    assert client_for(alice).get(f"/settings/data/{export_id}/").status_code == 404


def test_it_cannot_be_downloaded_after_seven_days_whether_or_not_the_job_ran(client_for, alice):
    with time_machine.travel(clock.now(), tick=False) as time:
        path = ready_export(client_for(alice))
        time.shift(timedelta(days=7, seconds=1))
        assert client_for(alice).get(path).status_code == 404


def test_its_file_and_row_are_removed_after_seven_days(client_for, alice, private_storage):  # noqa: F811
    with time_machine.travel(clock.now(), tick=False) as time:
        ready_export(client_for(alice))
        time.shift(timedelta(days=7, seconds=1))
        deliver()
    assert list((private_storage / "exports").iterdir()) == []
    assert "EXPORT#" not in dump_tables("users")


def test_one_at_a_time(alice):
    exports.start_export(user=alice, actor=ACTOR)
    before = dump_tables("users", "app", "alerts")
    for _ in range(5):
        with pytest.raises(ExportRunning):
            exports.start_export(user=alice, actor=ACTOR)
    assert dump_tables("users", "app", "alerts") == before
    deliver()
    exports.start_export(user=alice, actor=ACTOR)


def test_one_that_never_ended_does_not_block_for_ever(alice):
    with time_machine.travel(clock.now(), tick=False) as time:
        exports.start_export(user=alice, actor=ACTOR)
        time.shift(timedelta(hours=24, seconds=1))
        exports.start_export(user=alice, actor=ACTOR)
        deliver()
    assert [found.is_ready for found in exports.list_exports(alice.user_sub)] == [True]


def test_three_a_day(alice):
    with time_machine.travel(clock.now(), tick=False):
        for _ in range(3):
            exports.start_export(user=alice, actor=ACTOR)
            deliver()
        with pytest.raises(RateLimited):
            exports.start_export(user=alice, actor=ACTOR)


def test_a_job_that_runs_twice_makes_one_file(alice, private_storage, monkeypatch):  # noqa: F811
    export = exports.start_export(user=alice, actor=ACTOR)
    ids = {"user_sub": alice.user_sub, "export_id": export.export_id}
    exports.build_export(**ids)  # its worker died before it could say so
    deliver()
    assert len(list((private_storage / "exports").iterdir())) == 1
    assert exports.build_export(**ids) == []


@pytest.mark.parametrize("path", ["/settings/data/", "/api/v1/account/exports/"])
def test_asking_needs_a_fresh_confirmation(client_for, alice, path):
    with time_machine.travel(clock.now(), tick=False) as time:
        client = client_for(alice)
        time.shift(timedelta(minutes=6))
        before = dump_tables("users", "app")
        answer = client.post(path)
        assert (answer.status_code, "/confirm/" in answer.get("Location", "")) in [
            (302, True),
            (403, False),
        ]
        assert dump_tables("users", "app") == before


def test_downloading_needs_a_fresh_confirmation(client_for, alice):
    with time_machine.travel(clock.now(), tick=False) as time:
        client = client_for(alice)
        path = ready_export(client)
        time.shift(timedelta(minutes=6))
        assert client.get(path).url.startswith("/confirm/?next=")


def test_the_api_does_the_same(client_for, alice):
    client = client_for(alice)
    asked = client.post("/api/v1/account/exports/")
    assert asked.status_code == 202
    assert client.post("/api/v1/account/exports/").json()["code"] == "export_running"
    path = f"/api/v1/account/exports/{asked.json()['export_id']}/"
    assert client.get(path).json()["code"] == "export_not_found"
    deliver()
    (listed,) = client.get("/api/v1/account/exports/").json()["results"]
    assert listed["state"] == "ready"
    answer = client.get(path)
    assert len(answer.content) == listed["size"]
    assert answer.json()["about"]["user_sub"] == alice.user_sub


@pytest.mark.parametrize("named", ["email", "handle", "user_sub"])
def test_the_command_writes_the_same_into_a_private_file(alice, tmp_path, named):
    path = tmp_path / "alice.json"
    call_command("export_user", getattr(alice, named), output=str(path), stdout=StringIO())
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert json.loads(path.read_text())["data"] == document(alice)["data"]


@pytest.mark.parametrize(
    ("account", "output", "words"),
    [
        ("nobody@example.com", "new.json", "no such account"),
        ("alice_h", "there.json", "exists"),
        ("alice_h", "link.json", "exists"),
        ("alice_h", "nowhere/new.json", "cannot be written"),
    ],
)
@pytest.mark.usefixtures("alice")
def test_the_command_refuses_and_writes_nothing(tmp_path, account, output, words):
    (tmp_path / "there.json").write_text("mine")
    (tmp_path / "link.json").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(CommandError, match=words):
        call_command("export_user", account, output=str(tmp_path / output))
    assert (tmp_path / "there.json").read_text() == "mine"
    assert not Path(tmp_path / "elsewhere").exists()
    assert not (tmp_path / "new.json").exists()
