"""Files of posts that are edited, deleted, kept as drafts or published later."""

from datetime import timedelta

import pytest

from core import clock
from core.errors import Invalid
from newsfeed import services as newsfeed
from newsfeed.errors import DraftNotFound, MediaNotFound
from tests.newsfeed import feeds, uploads
from tests.newsfeed.feeds import PAID
from tests.newsfeed.test_life_pages import edited, typed

START = "2030-01-01T00:00:00Z"


@pytest.fixture(autouse=True)
def clock_of_the_test(time_machine):
    time_machine.move_to(START, tick=False)
    return time_machine


@pytest.fixture
def notes(alice):
    return uploads.uploaded(alice, uploads.TEXT, "notes.txt")


def wait(time_machine, **time):
    time_machine.move_to(clock.now() + timedelta(**time), tick=False)
    feeds.work()


def holder(author, found):
    return uploads.own(author, found).post_id


def names(viewer, post):
    return [each.name for each in feeds.read(viewer, post).attachments]


def test_an_edit_takes_hold_of_new_files_and_lets_go_of_others(alice, notes, clock_of_the_test):
    picture = uploads.uploaded(alice)
    post = feeds.publish(alice, media=(notes.media_id,))
    feeds.edit(alice, post, media_ids=(notes.media_id, picture.media_id))
    assert names(alice, post) == ["notes.txt", "tern.webp"]
    feeds.edit(alice, post, media_ids=(picture.media_id,))
    assert (holder(alice, notes), holder(alice, picture)) == ("", post.post_id)
    wait(clock_of_the_test, hours=25)
    with pytest.raises(MediaNotFound):
        uploads.own(alice, notes)
    assert names(alice, post) == ["tern.webp"]


def test_an_edit_cannot_take_files_of_others_or_of_other_posts(alice, mallory, notes):
    feeds.publish(alice, media=(notes.media_id,))
    foreign = uploads.uploaded(mallory, uploads.TEXT, "theirs.txt")
    post = feeds.publish(alice)
    for found in (notes, foreign):
        with pytest.raises(Invalid) as refused:
            feeds.edit(alice, post, media_ids=(found.media_id,))
        assert "media_ids" in refused.value.errors
    assert names(alice, post) == []


def test_what_people_bought_is_added_to_and_not_taken_away(alice, bob, notes):
    post = feeds.publish(alice, feeds.BODY, PAID, media=(notes.media_id,))
    feeds.sell(post, bob)
    with pytest.raises(Invalid) as refused:
        feeds.edit(alice, post, media_ids=())
    assert "media_ids" in refused.value.errors
    picture = uploads.uploaded(alice)
    feeds.edit(alice, post, media_ids=(picture.media_id, notes.media_id))
    assert names(bob, post) == ["tern.webp", "notes.txt"]


def test_nobody_takes_them_away_under_the_name_of_a_draft(
    client_for, alice, bob, notes, clock_of_the_test
):
    post = feeds.publish(alice, feeds.BODY, PAID, media=(notes.media_id,))
    feeds.sell(post, bob)
    taken, before = (notes.media_id,), feeds.keys_of("POST#", "AUTHOR#")
    with pytest.raises(Invalid) as refused:
        feeds.publish(alice, media=taken, draft_id=post.post_id)
    assert "media_ids" in refused.value.errors
    form = {"token": post.post_id, "body": "Mine", "visibility": "private", "media_ids": taken}
    assert client_for(alice).post("/posts/new/", {**form, "do": "publish"}).status_code == 200
    assert feeds.keys_of("POST#", "AUTHOR#") == before
    with pytest.raises(DraftNotFound):
        feeds.save_draft(alice, post.post_id, media_ids=taken)
    wait(clock_of_the_test, hours=25)
    assert holder(alice, notes) == post.post_id
    assert client_for(bob).get(f"/media/{notes.media_id}/full/").status_code == 200


def test_files_of_a_deleted_post_come_back_with_it_and_go_with_it(alice, notes, clock_of_the_test):
    post = feeds.publish(alice, media=(notes.media_id,))
    feeds.delete(alice, post)
    wait(clock_of_the_test, days=20)
    feeds.restore(alice, post)
    assert names(alice, post) == ["notes.txt"]
    feeds.delete(alice, post)
    wait(clock_of_the_test, days=31)
    with pytest.raises(MediaNotFound):
        uploads.own(alice, notes)


def test_a_draft_holds_its_files_until_it_is_discarded(alice, notes, clock_of_the_test):
    draft = feeds.save_draft(alice, media_ids=(notes.media_id,))
    wait(clock_of_the_test, days=3)
    assert holder(alice, notes) == draft.draft_id
    newsfeed.discard_draft(
        author_sub=alice.user_sub, draft_id=draft.draft_id, actor=feeds.by(alice)
    )
    wait(clock_of_the_test, hours=25)
    with pytest.raises(MediaNotFound):
        uploads.own(alice, notes)


def test_a_picture_that_is_not_ready_is_held_when_the_draft_is_saved_next(alice):
    picture = uploads.upload(alice)
    draft = feeds.save_draft(alice, media_ids=(picture.media_id,))
    assert holder(alice, picture) == ""
    feeds.work()
    feeds.save_draft(alice, draft.draft_id, version=1, body="More", media_ids=(picture.media_id,))
    assert holder(alice, picture) == draft.draft_id


def test_a_draft_names_files_of_others_in_vain(alice, mallory, notes):
    draft = feeds.save_draft(mallory, media_ids=(notes.media_id,))
    assert holder(alice, notes) == ""
    with pytest.raises(Invalid):
        newsfeed.publish_draft(
            author_sub=mallory.user_sub, draft_id=draft.draft_id, actor=feeds.by(mallory)
        )
    assert feeds.timeline(mallory, mallory) == []


def test_a_scheduled_post_brings_its_files_along(alice, bob, notes, clock_of_the_test):
    draft = feeds.save_draft(alice, media_ids=(notes.media_id,))
    feeds.schedule(alice, draft, clock.now() + timedelta(days=2))
    wait(clock_of_the_test, days=2)
    (post_id,) = feeds.timeline(bob, alice)
    post = newsfeed.read_post(viewer_sub=bob.user_sub, post_id=post_id)
    assert [each.name for each in post.attachments] == ["notes.txt"]
    assert holder(alice, notes) == post_id


def test_the_forms_bring_files_along(client_for, alice, notes):
    author = client_for(alice)
    draft = feeds.save_draft(alice, media_ids=(notes.media_id,))
    assert notes.media_id in author.get(f"/posts/new/?draft={draft.draft_id}").content.decode()
    author.post("/posts/new/", typed(draft, do="publish", media_ids=[notes.media_id]))
    assert feeds.drafts(alice) == []
    (post_id,) = feeds.timeline(alice, alice)
    assert holder(alice, notes) == post_id
    post = newsfeed.read_post(viewer_sub=alice.user_sub, post_id=post_id)
    path = f"/posts/{post_id}/edit/"
    assert notes.media_id in author.get(path).content.decode()
    author.post(path, edited(post, media_ids=[notes.media_id]))
    assert names(alice, post) == ["notes.txt"]
    assert feeds.read(alice, post).text == "Anew"
