"""What happens between two steps of a change: another one, a lost answer, a worker's death."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest

from core.errors import ApplicationError, Invalid
from newsfeed import media_files, personal_data
from newsfeed.errors import DraftNotFound, MediaNotFound, PostChanged
from newsfeed.repository import (
    CommentRepository,
    MediaRepository,
    PostRepository,
    RevisionRepository,
)
from newsfeed.services import deleting, media
from tests.billing.lives import top_up
from tests.newsfeed import feeds, uploads
from tests.newsfeed.feeds import PAID
from tests.newsfeed.meanwhile import between


@pytest.fixture
def notes(alice):
    return uploads.uploaded(alice, uploads.TEXT, "notes.txt")


def names(viewer, post):
    return [each.name for each in feeds.read(viewer, post).attachments]


def dies(*_given, **_named):
    raise SystemExit


def test_nobody_loses_what_they_bought_while_it_was_edited(alice, bob, notes, monkeypatch):
    post = feeds.publish(alice, feeds.BODY, PAID, media=(notes.media_id,))
    between(monkeypatch, RevisionRepository, "editing", lambda: feeds.sell(post, bob))
    with pytest.raises(Invalid) as refused:
        feeds.edit(alice, post, media_ids=())
    assert "media_ids" in refused.value.errors
    assert names(bob, post) == ["notes.txt"]
    assert feeds.history(alice, post) == []


@pytest.mark.engine
def test_a_purchase_and_an_edit_at_once_agree_on_the_files(alice, bob, notes):
    top_up(bob.user_sub, 2000)
    post = feeds.publish(alice, feeds.BODY, PAID, media=(notes.media_id,))

    def attempt(change):
        with suppress(ApplicationError):
            change()

    with ThreadPoolExecutor(2) as pool:
        pool.submit(attempt, lambda: feeds.unlock(bob, post))
        pool.submit(attempt, lambda: feeds.edit(alice, post, media_ids=()))
    assert names(alice, post) == (["notes.txt"] if feeds.sales(post).living else [])


def test_an_edit_whose_answer_was_lost_may_be_sent_again(alice):
    post = feeds.publish(alice)
    feeds.edit(alice, post, "Anew", version=1)
    again = feeds.edit(alice, post, "Anew", version=1)
    assert again.version == 2
    assert len(feeds.history(alice, post)) == 1
    with pytest.raises(PostChanged):
        feeds.edit(alice, post, "Another", version=1)
    feeds.edit(alice, post, "Later", version=2)
    with pytest.raises(PostChanged):
        feeds.edit(alice, post, "Later", version=1)
    assert len(feeds.history(alice, post)) == 2


def test_a_post_with_files_is_published_once_though_asked_for_twice_at_once(
    alice, notes, monkeypatch
):
    posts = []

    def publish():
        view = feeds.publish(alice, media=(notes.media_id,), idempotency_key="once")
        posts.append(view.post_id)

    between(monkeypatch, media, "attachments_for", publish)
    publish()
    assert len(posts) == 2
    assert feeds.timeline(alice, alice) == [*set(posts)]


def test_a_post_is_no_draft_that_hands_its_files_on(alice, bob, notes):
    post = feeds.publish(alice, feeds.BODY, PAID, media=(notes.media_id,))
    feeds.sell(post, bob)
    with pytest.raises(Invalid):
        feeds.publish(alice, "Mine", media=(notes.media_id,), draft_id=post.post_id)
    with pytest.raises(DraftNotFound):
        feeds.save_draft(alice, post.post_id, media_ids=(notes.media_id,))
    assert names(bob, post) == ["notes.txt"]
    assert uploads.own(alice, notes).post_id == post.post_id
    assert feeds.drafts(alice) == []
    assert feeds.timeline(alice, alice) == [post.post_id]


def test_files_go_though_a_worker_died_between_their_row_and_them(
    alice, notes, media_folder, monkeypatch
):
    post = feeds.publish(alice, media=(notes.media_id,))
    feeds.delete(alice, post)
    feeds.purge(alice, post)
    with monkeypatch.context() as patch:
        patch.setattr(media_files, "delete", dies)
        with pytest.raises(SystemExit):
            deleting.remove_deleted(post.post_id)
    assert uploads.files(media_folder, notes)
    deleting.remove_deleted(post.post_id)
    assert uploads.files(media_folder, notes) == []
    with pytest.raises(MediaNotFound):
        uploads.own(alice, notes)


def test_an_erasure_finds_what_a_removal_left_when_it_died(alice, bob, monkeypatch):
    post = feeds.publish(alice, "Words to forget")
    feeds.comment(bob, post, "Said below")
    feeds.delete(alice, post)
    feeds.purge(alice, post)
    personal_data.erase(alice.user_sub)  # the jobs that name her go with her
    assert not [row for row in feeds.rows() if row["pk"].startswith(f"POST#{post.post_id}")]
    assert CommentRepository().list_by(bob.user_sub) == []


def test_what_was_removed_is_in_no_list_of_what_was_deleted(alice):
    post = feeds.publish(alice)
    feeds.delete(alice, post)
    feeds.purge(alice, post)
    assert feeds.deleted_ids(alice) == []
    feeds.work()
    assert not [sk for _pk, sk in feeds.keys_of("AUTHOR#") if sk.startswith("GONE#")]


def test_words_for_a_picture_outlive_an_edit_at_the_same_time(alice, monkeypatch):
    tern = uploads.uploaded(alice, alt="A gull")
    post = feeds.publish(alice, media=(tern.media_id,))
    between(
        monkeypatch, RevisionRepository, "editing", lambda: uploads.describe(alice, tern, "A tern")
    )
    feeds.edit(alice, post, "Anew", media_ids=(tern.media_id,))
    assert uploads.describe(alice, tern, "A tern").alt == "A tern"  # said again, it is mended
    assert feeds.read(alice, post).attachments[0].alt == "A tern"
    card = PostRepository().find_card(post.post_id)
    assert [each.alt for each in card.media] == ["A tern"]


def test_an_edit_between_two_steps_of_describing_is_no_failure(alice, monkeypatch):
    tern = uploads.uploaded(alice, alt="A gull")
    other = uploads.uploaded(alice, uploads.TEXT, "notes.txt")
    post = feeds.publish(alice, media=(tern.media_id,))
    files = (tern.media_id, other.media_id)
    between(
        monkeypatch, MediaRepository, "describing", lambda: feeds.edit(alice, post, media_ids=files)
    )
    uploads.describe(alice, tern, "A tern")
    assert [each.alt for each in feeds.read(alice, post).attachments] == ["A tern", ""]


def test_words_for_a_picture_are_locked_with_a_post_that_is_sold_by_then(alice, bob, monkeypatch):
    tern = uploads.uploaded(alice, alt="A gull")
    post = feeds.publish(alice, media=(tern.media_id,))
    sell = {"visibility": PAID, "media_ids": (tern.media_id,)}
    between(monkeypatch, MediaRepository, "describing", lambda: feeds.edit(alice, post, **sell))
    uploads.describe(alice, tern, "A tern")
    assert [each.alt for each in feeds.read(alice, post).attachments] == ["A tern"]
    assert [each.alt for each in PostRepository().find_card(post.post_id).media] == [""]


def test_words_for_two_pictures_at_once_are_both_kept(alice, monkeypatch):
    gull, tern = (uploads.uploaded(alice) for _ in range(2))
    post = feeds.publish(alice, media=(gull.media_id, tern.media_id))
    between(
        monkeypatch, MediaRepository, "describing", lambda: uploads.describe(alice, tern, "A tern")
    )
    uploads.describe(alice, gull, "A gull")
    assert [each.alt for each in feeds.read(alice, post).attachments] == ["A gull", "A tern"]
