"""Pictures of people: uploading, showing, removing."""

import io
import re
import sys

import pytest
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from accounts.services import profile as profiles
from core.actor import Actor
from core.errors import Conflict, ServiceUnavailable
from dynamo.metering import budget
from jobs.worker import run_due
from tests import shell
from tests.accounts.pictures import bomb, picture
from tests.dumps import dump_tables
from users import services as users

PAGE, API = "/settings/profile/", "/api/v1/profile/avatar/"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
BAD = {
    "svg": (SVG, "cannot be read as a picture"),
    "html": (b"<!doctype html><script>alert(1)</script>", "cannot be read as a picture"),
    "gif": (picture("GIF"), "cannot be read as a picture"),
    "truncated": (picture("JPEG", size=(900, 900))[:-400], "cannot be read as a picture"),
    "bomb": (bomb(), "at most 25 megapixels"),
    "huge": (picture("JPEG") + bytes(5 * 1024 * 1024), "at most 5 MB"),
    "empty": (b"", "empty"),
}


@pytest.fixture(autouse=True)
def folder(avatar_folder):
    return avatar_folder


def files(folder):
    return sorted(file.stem for file in folder.glob("*")) if folder.exists() else []


def upload(client, data, name="me.png", kind="image/png"):
    file = SimpleUploadedFile(name, data, content_type=kind)
    return client.post(PAGE, {"do": "picture", "avatar": file})


def put(client, data, name="me.png"):
    body = encode_multipart(BOUNDARY, {"avatar": SimpleUploadedFile(name, data)})
    return client.put(API, body, content_type=MULTIPART_CONTENT)


def set_avatar(user):
    actor = Actor(user_sub=user.pk)
    return profiles.set_avatar(user_sub=user.pk, upload=io.BytesIO(picture()), actor=actor).avatar


def test_an_uploaded_picture_is_shown_in_the_frame_of_every_page(client_for, alice, folder):
    client = client_for(alice)
    assert upload(client, picture()).status_code == 302
    (name,) = files(folder)
    assert f'src="/avatars/{name}.webp" alt=""' in client.get("/account/").content.decode()


def test_a_page_with_a_picture_costs_no_more_than_any_other(client_for, alice):
    client = client_for(alice)
    upload(client, picture())
    client.get("/account/")
    with budget(calls=2 + shell.CALLS, hops=2 + shell.HOPS, rru=2 + shell.RRU, wru=0):
        assert b"/avatars/" in client.get("/account/").content


@pytest.mark.parametrize("signed_in", [True, False])
def test_it_is_served_to_anybody_as_a_picture_and_nothing_else(client_for, alice, signed_in):
    name = set_avatar(alice)
    client = client_for(alice) if signed_in else Client()
    with budget(calls=0, hops=0, rru=0, wru=0):
        answer = client.get(f"/avatars/{name}.webp")
    assert answer.content[:4] + answer.content[8:12] == b"RIFFWEBP"
    assert answer.headers["Content-Type"] == "image/webp"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert not answer.cookies
    assert "Cookie" not in answer.headers.get("Vary", "")


def test_pictures_are_only_read(alice):
    assert Client().post(f"/avatars/{set_avatar(alice)}.webp").status_code == 405


@pytest.mark.parametrize(
    "path",
    [
        "0" * 32 + ".webp",
        "../../config/settings.py",
        "..%2f..%2fmanage.py",
        "%2e%2e/secret.webp",
        "A" * 32 + ".webp",
        "0" * 31 + ".webp",
        "0" * 32 + ".webp%0a",
        "",
    ],
)
def test_no_other_file_can_be_asked_for(client, folder, path):
    folder.mkdir()
    (folder.parent / "secret.webp").write_bytes(b"secret")
    answer = client.get(f"/avatars/{path}")
    assert answer.status_code == 404
    assert b"<h1>" in answer.content


@pytest.mark.parametrize(("data", "words"), BAD.values(), ids=BAD)
def test_bad_uploads_name_the_field_and_change_nothing(client_for, alice, folder, data, words):
    client = client_for(alice)
    before = dump_tables("users", "app")
    answer = upload(client, data)
    assert answer.status_code == 200
    error = re.search(r'id="id_avatar_error".*?</ul>', answer.content.decode(), re.S).group()
    assert words in error
    refused = put(client, data)
    assert refused.status_code == 400
    assert words in refused.json()["errors"]["avatar"][0]
    assert dump_tables("users", "app") == before
    assert files(folder) == []


def test_a_picture_that_takes_too_long_is_refused_in_the_form(client_for, alice, monkeypatch):
    sleeper = (sys.executable, "-c", "import time; time.sleep(60)")
    monkeypatch.setattr("core.pictures.COMMAND", sleeper)
    monkeypatch.setattr("core.pictures.SECONDS", 0.2)
    assert b"takes too long" in upload(client_for(alice), picture()).content
    assert users.get_profile(alice.pk).avatar == ""


def test_a_form_without_a_file_names_the_field(client_for, alice):
    answer = client_for(alice).post(PAGE, {"do": "picture"})
    assert b'id="id_avatar_error"' in answer.content
    answer = put(client_for(alice), b"").json()
    assert list(answer["errors"]) == ["avatar"]


@pytest.mark.parametrize("path", [PAGE, "/sign-in/"])
def test_an_enormous_upload_is_refused_before_it_is_kept(client, path, monkeypatch):
    kept = []
    monkeypatch.setattr(
        "django.core.files.uploadhandler.TemporaryFileUploadHandler.receive_data_chunk",
        lambda self, data, start: kept.append(data),
    )
    file = SimpleUploadedFile("me.png", bytes(12 * 1024 * 1024))
    assert client.post(path, {"avatar": file}).status_code == 413
    assert not kept


def test_a_new_picture_takes_the_place_of_the_old_one(client_for, alice, folder):
    client = client_for(alice)
    upload(client, picture())
    (old,) = files(folder)
    upload(client, picture("JPEG"))
    run_due()
    assert len(files(folder)) == 1
    assert old not in files(folder)
    assert users.get_user(alice.pk).avatar == users.get_profile(alice.pk).avatar == files(folder)[0]


def test_a_removed_picture_is_gone_from_rows_and_storage(client_for, alice, folder):
    client = client_for(alice)
    set_avatar(alice)
    client.post(PAGE, {"do": "remove"})
    run_due()
    assert files(folder) == []
    assert users.get_user(alice.pk).avatar == users.get_profile(alice.pk).avatar == ""
    assert b"/avatars/" not in client.get("/account/").content


def test_the_removal_job_leaves_the_shown_picture(alice, folder):
    name = set_avatar(alice)
    profiles.delete_unshown_avatar(user_sub=alice.pk, name=name)
    assert files(folder) == [name]


def test_an_upload_that_failed_half_way_leaves_no_file(alice, folder, faults, monkeypatch):
    monkeypatch.setattr("core.avatars.ABANDONED_AFTER", -profiles.avatars.ABANDONED_AFTER)
    monkeypatch.setattr("accounts.services.profile._show", lambda old, name: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        set_avatar(alice)
    assert len(files(folder)) == 1
    run_due()
    assert files(folder) == []


def test_of_two_uploads_at_once_the_later_one_is_refused(alice, folder, monkeypatch):
    stale = users.get_profile(alice.pk)
    shown = set_avatar(alice)
    monkeypatch.setattr("accounts.services.profile.users.get_profile", lambda user_sub: stale)
    with pytest.raises(Conflict):
        set_avatar(alice)
    assert users.get_user(alice.pk).avatar == shown


def test_a_store_that_does_not_answer_is_503_and_changes_nothing(client_for, alice, monkeypatch):
    client = client_for(alice)
    before = dump_tables("users")

    def broken(name, content):
        raise OSError("disk full")

    monkeypatch.setattr(storages["avatars"], "save", broken)
    assert put(client, picture()).status_code == 503
    with pytest.raises(ServiceUnavailable):
        set_avatar(alice)
    assert dump_tables("users") == before


def test_uploads_are_limited(client_for, alice, monkeypatch):
    monkeypatch.setattr(profiles.pictures, "square", lambda data, side: b"x")
    client = client_for(alice)
    answers = [put(client, picture()).status_code for _ in range(21)]
    assert answers == [200] * 20 + [429]


def test_the_api_sets_and_removes_it(client_for, alice):
    client = client_for(alice)
    url = put(client, picture()).json()["avatar_url"]
    assert client.get(url.removeprefix("http://testserver")).status_code == 200
    assert client.delete(API).status_code == 204
    assert client.get("/api/v1/profile/").json()["avatar_url"] is None


def test_nobody_uploads_without_a_session_or_a_token(alice, client_for, folder):
    assert put(Client(), picture()).status_code == 401
    client = client_for(alice)
    client.handler.enforce_csrf_checks = True
    assert put(client, picture()).json()["code"] == "csrf_failed"
    assert files(folder) == []
