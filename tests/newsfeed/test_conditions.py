"""Another change comes between reading and writing: a condition notices, and nothing is written."""

from datetime import timedelta

import pytest

from core import clock, ids
from dynamo.errors import TransactionCancelled
from dynamo.table import transact
from newsfeed import services as newsfeed
from newsfeed.errors import (
    CommentNotFound,
    CommentsLocked,
    DraftChanged,
    PostChanged,
    PostNotFound,
)
from newsfeed.items import Unlock
from newsfeed.repository import (
    UNLOCK_LABEL,
    CommentRepository,
    DraftRepository,
    LifeRepository,
    MarkRepository,
    ReactionRepository,
    RevisionRepository,
)
from newsfeed.services import scheduling
from tests.newsfeed import feeds
from tests.newsfeed.meanwhile import between
from tests.newsfeed.test_disabled import disable


def test_of_two_deletions_at_once_there_is_one(alice, monkeypatch):
    post = feeds.publish(alice)
    between(monkeypatch, LifeRepository, "deleting", lambda: feeds.delete(alice, post))
    with pytest.raises(PostNotFound):
        feeds.delete(alice, post)
    assert feeds.deleted_ids(alice) == [post.post_id]
    feeds.restore(alice, post)
    assert feeds.deleted_ids(alice) == []


def test_a_post_is_not_brought_back_that_was_deleted_anew(alice, monkeypatch):
    post = feeds.publish(alice)
    feeds.delete(alice, post)

    def anew():
        feeds.restore(alice, post)
        feeds.delete(alice, post)

    between(monkeypatch, LifeRepository, "restoring", anew)
    with pytest.raises(PostNotFound):
        feeds.restore(alice, post)
    assert feeds.deleted_ids(alice) == [post.post_id]
    assert feeds.timeline(alice, alice) == []


def test_a_post_is_not_purged_that_was_brought_back(alice, bob, monkeypatch):
    post = feeds.publish(alice, "Terns")
    feeds.delete(alice, post)
    between(monkeypatch, LifeRepository, "removing", lambda: feeds.restore(alice, post))
    with pytest.raises(PostNotFound):
        feeds.purge(alice, post)
    feeds.work()
    assert feeds.read(bob, post).text == "Terns"
    assert feeds.timeline(bob, alice) == [post.post_id]


def test_a_post_is_not_removed_for_a_deletion_before(alice, bob, monkeypatch):
    post = feeds.publish(alice, "Terns")
    feeds.delete(alice, post)

    def anew():
        feeds.restore(alice, post)
        feeds.delete(alice, post)

    between(monkeypatch, LifeRepository, "removing", anew)
    with pytest.raises(PostNotFound):
        feeds.purge(alice, post)
    feeds.work()
    feeds.restore(alice, post)
    assert feeds.read(bob, post).text == "Terns"


def test_an_unlock_is_written_revoked_and_forgotten_once(alice, bob):
    """Whatever billing says, which refuses it first."""
    marks, post = MarkRepository(), feeds.publish_paid(alice)
    one = (bob.user_sub, post.post_id)
    for write in (marks.revoking(*one, reason="d"), marks.forgetting(*one)):
        refused(write)
    feeds.sell(post, bob)
    unlock = Unlock(user_id=one[0], post_id=one[1], price=1, currency="USD")
    refused(marks.unlocking(unlock, made=ids.new_id()))
    transact([marks.revoking(*one, reason="d")])
    for write in (marks.revoking(*one, reason="e"), marks.forgetting(*one)):
        refused(write)
    transact([marks.unlocking(unlock, made=ids.new_id())])
    assert marks.has_unlock(*one)


def refused(write):
    before = feeds.rows()
    with pytest.raises(TransactionCancelled) as error:
        transact([write])
    assert error.value.failed(UNLOCK_LABEL)
    assert feeds.rows() == before


def test_of_two_windows_with_a_draft_one_is_refused(alice, monkeypatch):
    draft = feeds.save_draft(alice)
    between(
        monkeypatch,
        DraftRepository,
        "changing",
        lambda: feeds.save_draft(alice, draft.draft_id, version=1, body="The other"),
    )
    with pytest.raises(DraftChanged):
        feeds.save_draft(alice, draft.draft_id, version=1, body="This one")
    (kept,) = feeds.drafts(alice)
    assert (kept.text.body, kept.version) == ("The other", 2)


def test_an_account_that_is_disabled_right_then_publishes_nothing(alice, time_machine):
    due = clock.now() + timedelta(hours=1)
    due = due.replace(microsecond=0)
    draft = feeds.save_draft(alice)
    feeds.schedule(alice, draft, due)
    time_machine.move_to(due)
    writes = scheduling.publish_due(alice.user_sub, draft.draft_id, clock.text(due))
    disable(alice)
    with pytest.raises(TransactionCancelled) as refused_for:
        transact(writes)
    assert refused_for.value.failed(scheduling.AUTHOR_LABEL)
    assert feeds.timeline(alice, alice) == []


def test_a_reaction_that_changed_meanwhile_is_counted_once(alice, bob, monkeypatch):
    post = feeds.publish(alice)
    between(monkeypatch, ReactionRepository, "changing", lambda: feeds.react(bob, post, "love"))
    feeds.react(bob, post, "like")
    assert feeds.read(alice, post).reactions == {"like": 1}
    assert len(feeds.notifications(alice)) == 1


def test_nobody_reacts_to_or_comments_on_what_is_deleted_right_then(alice, bob, monkeypatch):
    for repository, name, change in (
        (ReactionRepository, "changing", lambda post: feeds.react(bob, post)),
        (CommentRepository, "adding", lambda post: feeds.comment(bob, post)),
    ):
        post = feeds.publish(alice)
        with monkeypatch.context() as patch:
            between(patch, repository, name, lambda post=post: feeds.delete(alice, post))
            with pytest.raises(PostNotFound):
                change(post)
        feeds.restore(alice, post)
        seen = feeds.read(alice, post)
        assert (seen.reactions, seen.comment_count) == ({}, 0)
    assert feeds.notifications(alice) == []


def test_a_comment_that_is_deleted_right_then_is_not_edited(alice, bob, mallory, monkeypatch):
    post = feeds.publish(alice)
    said = feeds.comment(bob, post)
    feeds.reply(mallory, said)
    between(monkeypatch, CommentRepository, "editing", lambda: feeds.delete_comment(bob, said))
    with pytest.raises(CommentNotFound):
        feeds.edit_comment(bob, said, "Better said.")
    (item,) = feeds.comments(alice, post).items
    assert (item.text, item.author) == ("", None)


def test_comments_locked_right_then_take_no_edit(alice, bob, monkeypatch):
    post = feeds.publish(alice)
    said = feeds.comment(bob, post)
    between(monkeypatch, CommentRepository, "editing", lambda: lock(alice, post))
    with pytest.raises(CommentsLocked):
        feeds.edit_comment(bob, said, "Better said.")
    (item,) = feeds.comments(alice, post).items
    assert item.text == "Well said."


def lock(author, post):
    newsfeed.lock_comments(
        author_sub=author.user_sub, post_id=post.post_id, locked=True, actor=feeds.by(author)
    )


def test_comments_of_a_post_that_is_deleted_right_then_are_not_locked(alice, monkeypatch):
    post = feeds.publish(alice)
    between(monkeypatch, RevisionRepository, "locking_comments", lambda: feeds.delete(alice, post))
    with pytest.raises(PostNotFound):
        lock(alice, post)
    feeds.restore(alice, post)
    assert not feeds.read(alice, post).card.comments_locked


def test_a_post_that_is_deleted_right_then_is_not_edited(alice, monkeypatch):
    post = feeds.publish(alice, "Terns")
    between(monkeypatch, RevisionRepository, "editing", lambda: feeds.delete(alice, post))
    with pytest.raises(PostNotFound):
        feeds.edit(alice, post, "Gulls")
    feeds.restore(alice, post)
    assert feeds.read(alice, post).text == "Terns"


def test_of_two_edits_at_once_one_is_refused(alice, monkeypatch):
    post = feeds.publish(alice, "Terns")
    between(monkeypatch, RevisionRepository, "editing", lambda: feeds.edit(alice, post, "Gulls"))
    with pytest.raises(PostChanged):
        feeds.edit(alice, post, "Auks")
    assert feeds.read(alice, post).text == "Gulls"
    assert len(feeds.history(alice, post)) == 1
