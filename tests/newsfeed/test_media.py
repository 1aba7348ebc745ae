"""Uploads: what is taken, what becomes of it, who may attach it, and when it goes."""

import io
from datetime import timedelta

import pytest
import time_machine
from PIL import Image

from core import clock, pictures
from core.errors import Invalid, RateLimited, ServiceUnavailable
from dynamo.metering import budget
from newsfeed import limits, media_files
from newsfeed.errors import MediaInUse, MediaNotFound
from newsfeed.items import Attachment, MediaKind, MediaState, Variant
from newsfeed.services import media
from tests.accounts.pictures import animation, bomb, photo_with_place, picture
from tests.newsfeed.feeds import PAID, keys_of, publish, purge, read, rows, work
from tests.newsfeed.feeds import delete as delete_post
from tests.newsfeed.uploads import (
    PDF,
    TEXT,
    archive,
    delete,
    describe,
    epub,
    files,
    own,
    upload,
    uploaded,
)

HTML = b"<!doctype html><script>alert(1)</script>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
REFUSED = {
    "empty": (b"", "empty"),
    "html": (HTML, "not taken"),
    "svg": (SVG, "not taken"),
    "xml": (b'\xef\xbb\xbf <?xml version="1.0"?><x/>', "not taken"),
    "binary": (b"\x7fELF\x02\x01\x01\x00", "not taken"),
    "latin text": ("Küste".encode("latin-1"), "not taken"),
    "cut text": ("Küste ü".encode()[:-1], "not taken"),
    "truncated pdf": (PDF[:-8], "not complete"),
    "truncated zip": (archive()[:-4], "not complete"),
    "zip with a tail": (archive() + HTML, "hides something"),
    "video": (b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom", "not taken"),
    "large picture": (picture("JPEG") + bytes(limits.PICTURE_BYTES), "at most 10 MB"),
    "large file": (PDF + bytes(limits.FILE_BYTES) + b"%%EOF", "at most 25 MB"),
}
NO_PICTURES = {
    "truncated": (picture("JPEG", size=(900, 900))[:-400], "cannot be read as a picture"),
    "only a beginning": (b"\x89PNG\r\n\x1a\n" + HTML, "cannot be read as a picture"),
    "bomb": (bomb(), "at most 40 megapixels"),
}


def stored(found, variant):
    return Image.open(io.BytesIO(media_files.read(found.media_id, variant)))


def test_a_picture_is_pending_until_a_job_wrote_it_anew(alice, media_folder):
    found = upload(alice, picture(size=(3000, 1500)), "Tern.PNG", alt="A tern")
    assert (found.kind, found.state) == (MediaKind.PICTURE, MediaState.PENDING)
    assert files(media_folder) == ["original"]
    work()
    ready = own(alice, found)
    assert (ready.state, ready.width, ready.height) == (MediaState.READY, 2048, 1024)
    assert (ready.name, ready.alt, ready.content_type) == ("Tern.webp", "A tern", "image/webp")
    assert files(media_folder) == ["full", "preview", "small"]
    sizes = {each: stored(ready, each).size for each in Variant}
    assert sizes == {"full": (2048, 1024), "small": (800, 400), "preview": (24, 12)}
    assert {stored(ready, each).format for each in Variant} == {"WEBP"}


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "GIF"])
def test_pictures_are_known_by_content_whatever_they_are_called(alice, format):
    assert uploaded(alice, picture(format), "report.exe").state is MediaState.READY


@pytest.mark.parametrize(
    ("data", "type", "name"),
    [
        (PDF, "application/pdf", "report.pdf"),
        (TEXT, "text/plain", "report.txt"),
        (archive(), "application/zip", "report.zip"),
        (epub(), "application/epub+zip", "report.epub"),
    ],
)
def test_a_file_is_ready_at_once_and_kept_as_it_came(alice, media_folder, data, type, name):
    found = upload(alice, data, "../../etc/report.html")
    assert (found.kind, found.state, found.content_type) == ("file", "ready", type)
    assert (found.name, found.size) == (name, len(data))
    assert files(media_folder, found) == ["full"]
    assert media_files.read(found.media_id, Variant.FULL) == data


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("C:\\Users\\alice\\plan.txt", "plan.txt"),
        ("in\u202etxt.exe", "intxt.txt"),
        ("..", "file.txt"),
        ("", "file.txt"),
        ("a" * 300 + ".txt", "a" * 116 + ".txt"),
    ],
)
def test_names_are_harmless(alice, given, kept):
    assert upload(alice, TEXT, given).name == kept


@pytest.mark.parametrize(("data", "words"), REFUSED.values(), ids=REFUSED)
def test_what_is_not_taken_is_refused_with_a_reason(alice, media_folder, data, words):
    with pytest.raises(Invalid) as refused:
        upload(alice, data, "tern.png")
    assert words in refused.value.errors["file"][0]
    assert files(media_folder) == []
    assert keys_of("MEDIA#", "AUTHOR#") == []


@pytest.mark.parametrize(("data", "words"), NO_PICTURES.values(), ids=NO_PICTURES)
def test_what_only_begins_like_a_picture_is_refused_by_the_job(alice, media_folder, data, words):
    found = uploaded(alice, data)
    assert found.state is MediaState.REFUSED
    assert words in found.reason
    assert files(media_folder) == []


def test_metadata_and_what_hides_behind_a_picture_stay_behind(alice):
    found = uploaded(alice, photo_with_place() + HTML + archive())
    for variant in Variant:
        data = media_files.read(found.media_id, variant)
        assert not [mark for mark in (b"home of Alice", b"<script", b"PK\x03\x04") if mark in data]
        assert not stored(found, variant).getexif()
    assert found.height > found.width  # turned upright


def test_of_a_moving_picture_the_first_frame_is_kept(alice):
    made = stored(uploaded(alice, animation()), Variant.FULL)
    assert getattr(made, "n_frames", 1) == 1
    assert made.convert("RGB").getpixel((30, 30))[0] > 150


def test_nobody_can_recognise_what_is_in_a_preview(alice):
    """Letters of a tenth of the picture's height leave nothing but a stain."""
    drawn = Image.new("L", (1200, 800), 255)
    for x in range(0, 1200, 40):
        drawn.paste(0, (x, 0, x + 20, 800))
    output = io.BytesIO()
    drawn.save(output, "PNG")
    made = stored(uploaded(alice, output.getvalue()), Variant.PREVIEW).convert("L")
    low, high = made.getextrema()
    assert high - low < 60


def test_a_picture_that_takes_too_long_is_refused(alice, monkeypatch):
    slow = (pictures.sys.executable, "-I", "-c", "import time; time.sleep(5)")
    monkeypatch.setattr(pictures, "COMMAND", slow)
    monkeypatch.setattr(pictures, "JOB_SECONDS", 0.1)
    assert "takes too long" in uploaded(alice).reason


def test_uploads_are_limited(alice, media_folder):
    for _ in range(limits.UPLOADS.times):
        upload(alice, TEXT)
    with pytest.raises(RateLimited):
        upload(alice, TEXT)
    assert len(files(media_folder)) == limits.UPLOADS.times


def test_a_person_has_so_much_room_and_gets_it_back(alice, bob, media_folder, monkeypatch):
    monkeypatch.setattr(limits, "ROOM_BYTES", 2 * len(TEXT))
    first, _ = upload(alice, TEXT), upload(alice, TEXT)
    with pytest.raises(Invalid) as refused:
        upload(alice, TEXT)
    assert "500 MB" in refused.value.errors["file"][0]
    assert len(files(media_folder)) == 2
    upload(bob, TEXT)
    delete(alice, first)
    upload(alice, TEXT)


def test_when_the_storage_is_away_nothing_is_promised(alice, monkeypatch):
    def away(*_):
        raise OSError("disk full")

    monkeypatch.setattr(media_files._storage().__class__, "_save", away)
    with pytest.raises(ServiceUnavailable):
        upload(alice)


def test_the_name_of_an_upload_is_nobody_elses_to_use(alice, mallory):
    found = uploaded(alice)
    for attempt in (own, delete, lambda who, what: describe(who, what, "Mine")):
        with pytest.raises(MediaNotFound):
            attempt(mallory, found)
    assert own(alice, found) == found


def test_a_post_holds_what_was_uploaded_for_it(alice, bob):
    tern, notes = uploaded(alice, alt="A tern"), upload(alice, TEXT, "notes.txt")
    post = publish(alice, media=(tern.media_id, notes.media_id))
    seen = read(bob, post)
    assert [each.media_id for each in seen.attachments] == [tern.media_id, notes.media_id]
    assert seen.attachments[0].alt == "A tern"
    assert own(alice, tern).post_id == post.post_id


def test_of_a_locked_post_nobody_learns_names_and_descriptions(alice, bob):
    tern = uploaded(alice, name="secret-cliff.png", alt="A hidden cliff")
    post = publish(alice, "Free.\n\n<!-- more -->\n\nPaid.", PAID, media=(tern.media_id,))
    seen = read(bob, post)
    assert seen.attachments == ()
    assert [(each.alt, each.name, each.width) for each in seen.previews] == [("", "", 400)]
    assert "cliff" not in repr(seen)
    assert read(alice, post).attachments[0].alt == "A hidden cliff"


def refused_by(author, *media_ids):
    before = rows()
    with pytest.raises(Invalid) as refused:
        publish(author, media=media_ids)
    assert keys_of("POST#") == [key for key in keys_of("POST#") if key in _keys(before)]
    return refused.value.errors["media_ids"][0]


def _keys(stored_rows):
    return {(row["pk"], row["sk"]) for row in stored_rows}


def test_it_refuses_what_may_not_be_attached(alice, mallory):
    tern = uploaded(alice)
    assert "not there" in refused_by(mallory, tern.media_id)
    assert "not there" in refused_by(alice, "0" * 26)
    assert "by its id" in refused_by(alice, "../x")
    assert "by its id" in refused_by(alice, tern.media_id, tern.media_id)
    assert "still being prepared" in refused_by(alice, upload(alice).media_id)
    assert "could not be used" in refused_by(alice, uploaded(alice, bomb()).media_id)
    publish(alice, media=(tern.media_id,))
    assert "in another post" in refused_by(alice, tern.media_id)


def test_a_post_holds_so_many_and_no_more(alice):
    many = [upload(alice, TEXT).media_id for _ in range(5)]
    assert "8 pictures and 4 files" in refused_by(alice, *many)
    assert len(publish(alice, media=tuple(many[:4])).attachments) == 4


def test_two_posts_at_once_cannot_hold_the_same(alice, monkeypatch):
    tern = uploaded(alice)
    known = media.attachments_for(alice.user_sub, [tern.media_id])
    publish(alice, media=(tern.media_id,))
    monkeypatch.setattr(media, "attachments_for", lambda *_, **__: known)
    assert "in another post by now" in refused_by(alice, tern.media_id)


def test_publishing_again_with_the_same_key_gives_the_same_post(alice):
    tern = uploaded(alice)
    first, second = (
        publish(alice, media=(tern.media_id,), idempotency_key="one") for _ in range(2)
    )
    assert first.post_id == second.post_id
    assert second.attachments == first.attachments


def test_a_draft_can_hold_it_and_hand_it_over(alice):
    tern, draft = uploaded(alice), "01ARZ3NDEKTSV4RRFFQ69G5FAV"
    ids = [tern.media_id]
    media.transact(media.attaching_writes(draft, ids))
    assert "in another post" in refused_by(alice, tern.media_id)
    (found,) = media.attachments_for(alice.user_sub, ids, held_by=draft)
    assert isinstance(found, Attachment)
    other = "01ARZ3NDEKTSV4RRFFQ69G5FAW"
    media.transact(media.attaching_writes(other, ids, held_by=draft))
    assert own(alice, tern).post_id == other


def test_what_a_post_lets_go_is_gone_a_day_later(alice, media_folder):
    with time_machine.travel(clock.now(), tick=False) as traveller:
        tern = uploaded(alice)
        post = publish(alice, media=(tern.media_id,))
        traveller.shift(timedelta(days=3))
        work()
        assert own(alice, tern).post_id == post.post_id
        writes = media.releasing_writes(post.post_id, post.attachments, user_sub=alice.user_sub)
        media.transact(writes)
        work()
        assert own(alice, tern).post_id == ""
        traveller.shift(timedelta(hours=25))
        work()
    with pytest.raises(MediaNotFound):
        own(alice, tern)
    assert files(media_folder) == []


def test_what_nobody_uses_is_gone_a_day_later(alice, media_folder):
    with time_machine.travel(clock.now(), tick=False) as traveller:
        tern = uploaded(alice)
        traveller.shift(timedelta(hours=23))
        describe(alice, tern, "A tern")
        traveller.shift(timedelta(hours=2))
        work()
        assert own(alice, tern).alt == "A tern"  # somebody still works on it
        traveller.shift(timedelta(hours=23))
        work()
    assert files(media_folder) == []
    assert [key for key in keys_of("MEDIA#", "AUTHOR#") if key[1] != "ROOM"] == []
    assert [row["bytes"] for row in rows() if row["sk"] == "ROOM"] == [0]


def test_what_a_post_holds_is_not_deleted_alone(alice, media_folder):
    tern = uploaded(alice)
    publish(alice, media=(tern.media_id,))
    with pytest.raises(MediaInUse):
        delete(alice, tern)
    assert files(media_folder, tern) == ["full", "preview", "small"]


def test_it_goes_with_its_post(alice, media_folder):
    tern, kept = uploaded(alice), uploaded(alice)
    post = publish(alice, media=(tern.media_id,))
    delete_post(alice, post)
    purge(alice, post)
    media.remove_of_post("01ARZ3NDEKTSV4RRFFQ69G5FAV")
    work()
    assert files(media_folder, tern) == []
    assert files(media_folder, kept) == ["full", "preview", "small"]


@pytest.mark.parametrize("visibility", ["public", "paid"])
def test_a_description_can_be_changed_in_a_post(alice, bob, visibility):
    tern = uploaded(alice, alt="A gull")
    post = publish(
        alice, "Words.", PAID if visibility == "paid" else visibility, media=(tern.media_id,)
    )
    describe(alice, tern, "A tern")
    assert read(alice, post).attachments[0].alt == "A tern"
    (card,) = [row for row in rows() if row["sk"] == "CARD"]
    assert [each["alt"] for each in card["media"]] == ["" if visibility == "paid" else "A tern"]


def test_a_removed_upload_leaves_no_file_behind_its_job(alice, media_folder):
    found = upload(alice)
    delete(alice, found)
    assert files(media_folder) == []
    work()
    assert files(media_folder) == []


def test_publishing_with_files_costs_two_calls_more(alice):
    tern = uploaded(alice)
    with budget(calls=5, hops=5, rru=3, wru=40):
        publish(alice, media=(tern.media_id,))
