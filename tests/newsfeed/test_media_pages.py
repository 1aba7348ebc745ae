"""Uploading on the page where posts are written, and by API."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from newsfeed import limits, personal_data
from newsfeed.services import media
from tests.accounts.pictures import bomb, picture
from tests.billing.lives import top_up
from tests.newsfeed.feeds import BODY, PAID, PRICE, keys_of, publish, unlock, work
from tests.newsfeed.uploads import PDF, TEXT, own, upload, uploaded

PAGE, API, FORM = "/posts/new/", "/api/v1/media/", {"body": "Hello", "visibility": "public"}


def file(data=None, name="tern.png"):
    return SimpleUploadedFile(name, picture() if data is None else data)


def send(client, **fields):
    return client.post(PAGE, {**FORM, **fields})


def ids_in(answer):
    return re.findall(r'name="media_ids" value="(\w+)"', answer.content.decode())


def test_without_scripts_the_page_comes_back_with_what_was_chosen(client_for, alice):
    client = client_for(alice)
    answer = send(client, do="attach", files=[file(), file(TEXT, "notes.txt")])
    first, second = ids_in(answer)
    page = answer.content.decode()
    assert "Being prepared" in page
    assert "notes.txt" in page
    assert "Hello</textarea>" in page
    assert keys_of("POST#") == []
    work()
    described = {f"alt-{first}": "A tern", "media_ids": [first, second]}
    assert send(client, do="publish", **described).status_code == 302
    (post,) = client.get("/api/v1/posts/").json()["results"]
    shown = client.get(f"/api/v1/posts/{post['post_id']}/").json()["media"]
    assert [(each["media_id"], each["kind"], each["alt"]) for each in shown] == [
        (first, "picture", "A tern"),
        (second, "file", ""),
    ]


def test_what_was_chosen_last_is_not_lost_when_a_picture_is_not_ready(client_for, alice):
    client = client_for(alice)
    answer = send(client, do="publish", files=[file()])
    assert b"still being prepared" in answer.content
    (found,) = ids_in(answer)
    assert keys_of("POST#") == []
    work()
    assert send(client, do="publish", media_ids=[found]).status_code == 302


def test_a_form_that_needs_another_look_keeps_its_files(client_for, alice):
    client, tern = client_for(alice), uploaded(alice)
    answer = send(client, do="publish", body="", media_ids=[tern.media_id])
    assert ids_in(answer) == [tern.media_id]


def test_the_preview_shows_what_is_attached(client_for, alice):
    tern, notes = uploaded(alice, alt="A tern"), uploaded(alice, TEXT, "notes.txt")
    waiting = upload(alice)
    media_ids = [each.media_id for each in (tern, notes, waiting)]
    paid = {"visibility": "paid", "unlock_price": "5"}
    for fields in ({}, paid):
        page = send(client_for(alice), do="preview", media_ids=media_ids, **fields).content.decode()
        shown = page.partition('id="preview"')[2].partition("<form")[0]
        assert 'alt="A tern"' in shown
        assert f'src="/media/{tern.media_id}/small/"' in shown
        assert "notes.txt" in shown
        assert "A picture is still being prepared" in shown
        assert waiting.media_id not in shown
        assert "1 picture, 1 file" in shown
    assert keys_of("POST#") == []


def test_lists_describe_what_their_reader_bought(client_for, alice, bob):
    top_up(bob.user_sub, PRICE)
    tern, notes = uploaded(alice, alt="A tern"), uploaded(alice, TEXT, "notes.txt")
    media_ids = (tern.media_id, notes.media_id)
    post = publish(alice, BODY, PAID, media=media_ids)
    work()
    for path in ("/feed/unlocked/", "/explore/", "/@alice_h/"):
        assert "A tern" not in client_for(bob).get(path).content.decode()
    unlock(bob, post)
    for path in ("/feed/unlocked/", "/explore/", "/@alice_h/"):
        page = client_for(bob).get(path).content.decode()
        assert 'alt="A tern"' in page
        assert "notes.txt" in page


def test_it_says_which_file_was_refused_and_keeps_the_others(client_for, alice):
    answer = send(
        client_for(alice), do="attach", files=[file(b"\0\1", "film.mp4"), file(TEXT, "notes.txt")]
    )
    assert "film.mp4: This kind of file is not taken" in answer.content.decode()
    assert len(ids_in(answer)) == 1


def test_a_refused_picture_says_why(client_for, alice):
    found = uploaded(alice, bomb())
    answer = send(client_for(alice), do="attach", media_ids=[found.media_id])
    assert b"at most 40 megapixels" in answer.content


def test_it_counts_pictures_without_a_description(client_for, alice):
    ids = [uploaded(alice, alt=alt).media_id for alt in ("A tern", "", "")]
    answer = send(client_for(alice), do="attach", media_ids=ids)
    assert "2 pictures have no description" in answer.content.decode()


def test_a_description_that_is_too_long_is_told(client_for, alice):
    tern = uploaded(alice, alt="A tern")
    sent = {f"alt-{tern.media_id}": "x" * 1001, "media_ids": [tern.media_id]}
    answer = send(client_for(alice), do="publish", **sent)
    assert b"Use at most 1000 characters" in answer.content
    assert own(alice, tern).alt == "A tern"
    assert keys_of("POST#") == []


def test_a_file_can_be_removed_again(client_for, alice, media_folder):
    tern = uploaded(alice)
    answer = send(client_for(alice), do=f"remove:{tern.media_id}", media_ids=[tern.media_id])
    assert ids_in(answer) == []
    assert keys_of("MEDIA#") == []


def test_files_of_others_can_be_neither_shown_nor_removed(client_for, alice, mallory):
    tern = uploaded(alice, alt="A secret place")
    client = client_for(mallory)
    answer = send(client, do=f"remove:{tern.media_id}", media_ids=[tern.media_id])
    again = send(client, do="attach", media_ids=[tern.media_id], **{f"alt-{tern.media_id}": "x"})
    assert ids_in(answer) == ids_in(again) == []
    assert b"secret place" not in again.content
    assert own(alice, tern) == tern


def test_a_script_gets_the_part_of_the_form_alone(client_for, alice):
    client = client_for(alice)
    answer = client.post("/posts/attach/", {"files": [file()]})
    page = answer.content.decode()
    assert page.lstrip().startswith("<fieldset")
    (found,) = ids_in(answer)
    state = f"/posts/attach/{found}/"
    assert f'data-hx-get="{state}"' in page
    assert b"Being prepared" in client.get(state).content
    work()
    ready = client.get(state).content.decode()
    assert f'src="/media/{found}/small/"' in ready
    assert "data-hx-get" not in ready


def test_pictures_are_drawn_with_their_size_and_words(client_for, alice, bob):
    tern = uploaded(alice, picture(size=(1600, 800)), alt="A <b>tern</b>")
    client = client_for(alice)
    place = send(client, do="publish", media_ids=[tern.media_id]).headers["Location"]
    page = client_for(bob).get(place).content.decode()
    at = f"/media/{tern.media_id}"
    assert f'<a href="{at}/full/"><img src="{at}/small/"' in page
    assert f'srcset="{at}/small/ 800w, {at}/full/ 1600w"' in page
    assert 'alt="A &lt;b&gt;tern&lt;/b&gt;" width="1600" height="800" loading="lazy"' in page


def test_a_locked_post_shows_previews_and_leads_nowhere_else(client_for, alice, bob):
    tern = uploaded(alice, name="cliff.png", alt="A cliff")
    notes = upload(alice, PDF, "cliff.pdf")
    sent = {
        "body": "Free.\n\n<!-- more -->\n\nPaid.",
        "visibility": "paid",
        "unlock_price": "5",
        "media_ids": [tern.media_id, notes.media_id],
    }
    place = send(client_for(alice), do="publish", **sent).headers["Location"]
    for path in (place, "/explore/"):
        work()
        page = client_for(bob).get(path).content.decode()
        assert f'src="/media/{tern.media_id}/preview/"' in page
        assert "1 picture, 1 file" in page
        assert not re.search(r"cliff|/full/|/small/", page)


def test_strangers_may_send_no_large_form_to_it(settings):
    settings.UPLOAD_MAX_BYTES = 2000
    client = Client(enforce_csrf_checks=True)
    client.get("/sign-in/")  # leaves the cookie without which nothing would be read at all
    answer = client.post(PAGE, {"files": [file(PDF + bytes(4000) + b"%%EOF")]})
    assert answer.status_code == 413


def test_on_the_page_for_posts_forms_may_be_larger(client_for, alice, settings):
    settings.UPLOAD_MAX_BYTES = 2000
    client = client_for(alice)
    large = file(PDF + bytes(4000) + b"%%EOF", "plan.pdf")
    assert len(ids_in(send(client, do="attach", files=[large]))) == 1
    large.seek(0)
    edit = f"/posts/{publish(alice).post_id}/edit/"
    assert client.post(edit, {"do": "attach", "files": [large]}).status_code == 200
    large.seek(0)
    assert client.post("/settings/profile/", {"avatar": large}).status_code == 413


def put(client, data=None, name="tern.png", **fields):
    return client.post(API, {"file": file(data, name), **fields})


def test_the_api_takes_describes_and_deletes(client_for, alice):
    client = client_for(alice)
    made = put(client, alt="A gull")
    assert made.status_code == 201
    path = f"{API}{made.json()['media_id']}/"
    assert (made.json()["state"], made.json()["post_id"]) == ("pending", None)
    work()
    assert client.get(path).json()["state"] == "ready"
    changed = client.patch(path, {"alt": "A tern"}, content_type="application/json")
    assert changed.json()["alt"] == "A tern"
    assert client.delete(path).status_code == 204
    assert client.get(path).status_code == 404
    assert keys_of("MEDIA#") == []


def test_the_api_publishes_with_what_was_uploaded(client_for, alice):
    client, tern = client_for(alice), uploaded(alice, alt="A tern")
    sent = {**FORM, "media_ids": [tern.media_id]}
    made = client.post("/api/v1/posts/", sent, content_type="application/json")
    assert made.json()["media"] == [
        {
            "media_id": tern.media_id,
            "kind": "picture",
            "width": 400,
            "height": 300,
            "alt": "A tern",
            "name": "tern.webp",
        }
    ]
    again = client.post("/api/v1/posts/", sent, content_type="application/json")
    assert again.status_code == 400
    assert "in another post" in again.json()["errors"]["media_ids"][0]
    held = client.delete(f"{API}{tern.media_id}/")
    assert (held.status_code, held.json()["code"]) == (409, "media_in_use")


@pytest.mark.parametrize(("data", "words"), [(b"", "empty"), (b"\0\1", "not taken")])
def test_the_api_names_the_field(client_for, alice, data, words):
    answer = put(client_for(alice), data)
    assert answer.status_code == 400
    assert words in answer.json()["errors"]["file"][0]
    assert keys_of("MEDIA#") == []


def test_the_api_says_when_there_were_too_many(client_for, alice):
    client = client_for(alice)
    for _ in range(limits.UPLOADS.times):
        upload(alice, TEXT)
    answer = put(client, TEXT)
    assert answer.status_code == 429
    assert answer.headers["Retry-After"]


def test_others_learn_nothing_of_an_upload(client_for, alice, mallory):
    tern = uploaded(alice)
    client, path = client_for(mallory), f"{API}{tern.media_id}/"
    assert client.get(path).status_code == 404
    assert client.delete(path).status_code == 404
    changed = client.patch(path, {"alt": "Mine"}, content_type="application/json")
    assert changed.status_code == 404
    assert own(alice, tern) == tern


def test_the_export_names_files_and_erasure_removes_them(alice, bob, media_folder):
    tern, kept = uploaded(alice, alt="A tern"), uploaded(bob)
    (row,) = personal_data.export(alice.user_sub)["media"]
    assert (row["media_id"], row["alt"]) == (tern.media_id, "A tern")
    assert row["address"].endswith(f"/media/{tern.media_id}/full/")
    personal_data.erase(alice.user_sub)
    assert sorted(path.name for path in media_folder.iterdir() if any(path.iterdir())) == [
        kept.media_id
    ]
    assert keys_of("MEDIA#", f"AUTHOR#{alice.user_sub}") == [(f"MEDIA#{kept.media_id}", "META")]
    assert media.list_own(user_sub=alice.user_sub, media_ids=[tern.media_id]) == []
