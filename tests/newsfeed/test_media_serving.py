"""Files of posts: who gets which bytes, and under which headers."""

import pytest
from django.core.management import call_command
from django.test import Client

from core.errors import ServiceUnavailable
from dynamo.metering import budget
from newsfeed import media_files
from newsfeed.items import Variant
from newsfeed.services import media
from tests.accounts.pictures import picture
from tests.newsfeed.feeds import (
    FOLLOWERS,
    PAID,
    PRIVATE,
    PUBLIC,
    delete,
    follow,
    publish,
    unfollow,
)
from tests.newsfeed.uploads import PDF, TEXT, upload, uploaded

BODY = "Free.\n\n<!-- more -->\n\nPaid."


@pytest.fixture
def posted(alice):
    """A post of that visibility with a picture and a file; what they are."""

    def post(visibility):
        tern = uploaded(alice, picture(size=(900, 600)), alt="A tern")
        notes = upload(alice, TEXT, "notes.txt")
        view = publish(alice, BODY, visibility, media=(tern.media_id, notes.media_id))
        return view, tern, notes

    return post


def path(found, variant="full"):
    return f"/media/{found.media_id}/{variant}/"


def fetch(client, address, **headers):
    """The answer, read to its end: a file stays open until then."""
    answer = client.get(address, headers=headers)
    answer.bytes = b"".join(answer) if answer.streaming else answer.content
    answer.close()
    return answer


def statuses(client, found):
    return [fetch(client, path(found, variant)).status_code for variant in Variant]


def content(answer):
    return answer.bytes


def test_a_public_picture_is_for_everybody_who_is_signed_in(client_for, mallory, posted):
    _, tern, notes = posted(PUBLIC)
    client = client_for(mallory)
    assert statuses(client, tern) == [200, 200, 200]
    assert content(fetch(client, path(notes))) == TEXT
    assert Client().get(path(tern)).status_code == 302
    assert client.post(path(tern)).status_code == 405


def test_of_a_paid_post_strangers_get_the_preview_alone(client_for, alice, mallory, posted):
    _, tern, notes = posted(PAID)
    stranger = client_for(mallory)
    assert statuses(stranger, tern) == [404, 404, 200]
    assert statuses(stranger, notes) == [404, 404, 404]
    preview = content(fetch(stranger, path(tern, "preview")))
    assert preview == media_files.read(tern.media_id, "preview")
    assert len(preview) < 1000
    assert statuses(client_for(alice), tern) == [200, 200, 200]


def test_followers_see_what_is_theirs_as_long_as_they_follow(client_for, alice, bob, posted):
    _, tern, _ = posted(FOLLOWERS)
    client = client_for(bob)
    assert statuses(client, tern) == [404, 404, 404]
    follow(bob, alice)
    assert statuses(client, tern) == [200, 200, 200]
    unfollow(bob, alice)
    assert statuses(client, tern) == [404, 404, 404]


def test_private_pictures_are_their_authors(client_for, alice, bob, posted):
    _, tern, _ = posted(PRIVATE)
    assert statuses(client_for(alice), tern) == [200, 200, 200]
    assert statuses(client_for(bob), tern) == [404, 404, 404]


def test_what_no_post_holds_is_its_owners(client_for, alice, mallory):
    tern = uploaded(alice)
    assert statuses(client_for(alice), tern) == [200, 200, 200]
    assert statuses(client_for(mallory), tern) == [404, 404, 404]


def test_what_a_draft_holds_is_its_owners(client_for, alice, mallory):
    tern = uploaded(alice)
    media.transact(media.attaching_writes("01ARZ3NDEKTSV4RRFFQ69G5FAV", [tern.media_id]))
    assert statuses(client_for(alice), tern) == [200, 200, 200]
    assert statuses(client_for(mallory), tern) == [404, 404, 404]


def test_a_deleted_post_takes_its_pictures_along_at_once(client_for, alice, mallory, posted):
    view, tern, _ = posted(PUBLIC)
    delete(alice, view)
    assert statuses(client_for(mallory), tern) == [404, 404, 404]


def test_a_row_that_points_at_a_post_opens_nothing_by_itself(client_for, alice, bob):
    """Both sides have to name each other."""
    view, stray = publish(alice), uploaded(alice)
    media.transact(media.attaching_writes(view.post_id, [stray.media_id]))
    assert statuses(client_for(bob), stray) == [404, 404, 404]


def test_pending_pictures_have_nothing_to_show(client_for, alice):
    found = upload(alice)
    assert statuses(client_for(alice), found) == [404, 404, 404]
    assert fetch(client_for(alice), path(found, "original")).status_code == 404


def test_all_that_is_not_there_for_somebody_answers_alike(client_for, alice, mallory, posted):
    _, tern, _ = posted(PAID)
    client = client_for(mallory)
    unknown = "/media/01ARZ3NDEKTSV4RRFFQ69G5FAV/full/"
    paths = [path(tern), unknown, "/media/x/full/", path(tern, "original"), path(uploaded(alice))]
    answers = [fetch(client, f"/api/v1{each}").json() for each in paths]
    assert {answer["code"] for answer in answers} == {"media_not_found"}
    assert len({str({**answer, "instance": "", "request_id": ""}) for answer in answers}) == 1
    pages = {fetch(client, each).status_code for each in paths}
    assert pages == {404}


@pytest.mark.parametrize("prefix", ["", "/api/v1"])
def test_the_headers_leave_nothing_to_guess_or_to_keep(client_for, bob, posted, prefix):
    _, tern, notes = posted(PUBLIC)
    _, locked, _ = posted(PAID)
    client = client_for(bob)
    answer = fetch(client, prefix + path(tern), Accept="image/webp")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "image/webp"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert answer.headers["Content-Disposition"] == "inline"
    assert content(answer)[8:12] == b"WEBP"
    preview = fetch(client, prefix + path(locked, "preview"))
    assert preview.headers["Cache-Control"] == "private, no-store"
    assert "ETag" not in preview.headers
    download = fetch(client, prefix + path(notes))
    assert download.headers["Content-Disposition"] == 'attachment; filename="notes.txt"'
    assert download.headers["Content-Type"] == "text/plain"


def test_a_browser_asks_each_time_and_gets_the_bytes_once(client_for, alice, bob, posted):
    view, tern, _ = posted(PUBLIC)
    client = client_for(bob)
    etag = fetch(client, path(tern)).headers["ETag"]
    assert fetch(client, path(tern), **{"If-None-Match": etag}).status_code == 304
    delete(alice, view)
    assert fetch(client, path(tern), **{"If-None-Match": etag}).status_code == 404


@pytest.mark.parametrize(
    ("asked", "status", "expected", "told"),
    [
        ("bytes=0-3", 206, PDF[:4], f"bytes 0-3/{len(PDF)}"),
        ("bytes=4-", 206, PDF[4:], f"bytes 4-{len(PDF) - 1}/{len(PDF)}"),
        ("bytes=-5", 206, PDF[-5:], f"bytes {len(PDF) - 5}-{len(PDF) - 1}/{len(PDF)}"),
        ("bytes=0-99999", 200, PDF, None),
        ("bytes=0-1,3-4", 200, PDF, None),
        ("bytes=-", 200, PDF, None),
        ("lines=1-2", 200, PDF, None),
    ],
)
def test_downloads_can_be_taken_in_parts(client_for, alice, asked, status, expected, told):
    answer = fetch(client_for(alice), path(upload(alice, PDF)), Range=asked)
    assert (answer.status_code, content(answer)) == (status, expected)
    assert answer.headers["Content-Length"] == str(len(expected))
    assert answer.headers.get("Content-Range") == told


@pytest.mark.parametrize("asked", ["bytes=5000-", "bytes=9-2", "bytes=-0"])
def test_a_part_that_is_not_there_is_refused(client_for, alice, asked):
    answer = fetch(client_for(alice), path(upload(alice, PDF)), Range=asked)
    assert answer.status_code == 416
    assert answer.headers["Content-Range"] == f"bytes */{len(PDF)}"


def test_a_part_of_another_version_is_not_given(client_for, alice):
    headers = {"Range": "bytes=0-3", "If-Range": '"other"'}
    assert fetch(client_for(alice), path(upload(alice, PDF)), **headers).status_code == 200


def test_a_storage_that_is_away_is_said_so(client_for, alice, bob, posted, monkeypatch):
    _, tern, _ = posted(PUBLIC)

    def away(*_):
        raise ServiceUnavailable

    monkeypatch.setattr(media_files, "opened", away)
    assert fetch(client_for(bob), path(tern)).status_code == 503


def test_a_picture_costs_a_few_reads_and_no_write(client_for, bob, posted):
    _, tern, _ = posted(PUBLIC)
    client = client_for(bob)
    fetch(client, path(tern))
    with budget(calls=6, hops=5, rru=7, wru=0):
        assert fetch(client, path(tern)).status_code == 200


def test_a_disabled_author_shows_nothing(client_for, alice, bob, posted):
    _, tern, _ = posted(PUBLIC)
    call_command("disable_user", alice.email)
    assert statuses(client_for(bob), tern) == [404, 404, 404]
