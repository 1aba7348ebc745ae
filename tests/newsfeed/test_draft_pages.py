"""The pages of drafts and scheduled posts; all of them work without a script."""

import re
from datetime import timedelta

import pytest

from core import clock
from tests.newsfeed import feeds
from tests.newsfeed.feeds import FOLLOWERS
from tests.newsfeed.test_life_pages import NOBODYS, followed, typed
from tests.newsfeed.test_pages import errors_of, html, new_post


@pytest.fixture
def author(client_for, alice):
    return client_for(alice)


@pytest.fixture
def stranger(client_for, mallory):
    return client_for(mallory)


def test_a_draft_is_kept_by_its_button_however_unfinished(author, alice):
    page = followed(author, "/posts/new/", typed(visibility="", do="draft"))
    assert "Your draft is kept." in page
    (draft,) = feeds.drafts(alice)
    page = html(author.get(f"/posts/new/?draft={draft.draft_id}"))
    assert "Later" in page
    assert f'value="{draft.draft_id}"' in page


def test_a_script_saves_and_is_told_the_version(author, alice):
    sent = typed()
    path = f"/feed/drafts/{sent['token']}/save/"
    assert author.post(path, sent).json()["version"] == 1
    assert author.post(path, {**sent, "draft_version": 1, "body": "Much"}).json()["version"] == 2
    answer = author.post(path, {**sent, "draft_version": 1, "body": "Other"})
    assert answer.status_code == 409
    assert "another window" in answer.json()["problem"]
    assert feeds.drafts(alice)[0].text.body == "Much"


@pytest.mark.parametrize(
    ("token", "changed", "status"),
    [("x", {}, 404), (NOBODYS, {"draft_version": 3}, 404), (NOBODYS, {"body": " "}, 400)],
)
def test_a_script_is_told_why_nothing_was_saved(author, alice, token, changed, status):
    answer = author.post(f"/feed/drafts/{token}/save/", typed() | changed)
    assert (answer.status_code, bool(answer.json()["problem"])) == (status, True)
    assert feeds.rows() == []


def test_nobody_signed_out_saves_a_draft(client, alice):
    answer = client.post(f"/feed/drafts/{NOBODYS}/save/", typed())
    assert answer.status_code in (302, 403)
    assert feeds.rows() == []


def test_a_draft_that_another_window_changed_is_shown_beside_what_was_typed(author, alice):
    draft = feeds.save_draft(alice)
    feeds.save_draft(alice, draft.draft_id, version=1, body="From the other window")
    sent = typed(draft, body="What I typed", do="draft")
    page = html(author.post("/posts/new/", sent))
    for text in ("another window", "What I typed", "From the other window"):
        assert text in page
    version = re.search(r'name="draft_version" value="(\d+)"', page).group(1)
    author.post("/posts/new/", {**sent, "draft_version": version})
    assert feeds.drafts(alice)[0].text.body == "What I typed"


def test_publishing_from_a_draft_uses_it_up(author, alice):
    draft = feeds.save_draft(alice)
    author.post("/posts/new/", typed(draft, do="publish", body="Final"))
    assert feeds.drafts(alice) == []
    assert [item.text for item in feeds.home(alice).items] == []
    (post_id,) = feeds.timeline(alice, alice)
    author.post("/posts/new/", typed(draft, do="publish", body="Final"))
    assert feeds.timeline(alice, alice) == [post_id]


def test_a_list_of_drafts_shows_no_marks(author, alice):
    feeds.save_draft(alice, body="## The *night* train")
    page = html(author.get("/feed/drafts/"))
    assert "The night train" in page
    assert "##" not in page


def test_a_draft_is_discarded_after_a_question(author, stranger, alice):
    draft = feeds.save_draft(alice, body="**Terns**")
    path = f"/feed/drafts/{draft.draft_id}/discard/"
    assert stranger.get(path).status_code == stranger.post(path).status_code == 404
    assert f'href="{path}"' in html(author.get("/feed/drafts/"))
    page = html(author.get(path))
    assert "Terns" in page
    assert "**" not in page
    assert feeds.drafts(alice) == [draft]
    assert "discarded" in followed(author, path)
    assert feeds.drafts(alice) == []


def at(**away):
    return (clock.now() + timedelta(**away)).strftime("%Y-%m-%dT%H:%M")


def test_a_post_is_scheduled_moved_and_taken_back(author, alice):
    page = followed(author, "/posts/new/", typed(do="schedule", due=at(days=1)))
    assert "Your post is scheduled." in page
    (draft,) = feeds.scheduled(alice)
    path = f"/feed/scheduled/{draft.draft_id}/"
    assert at(days=1) in html(author.get(path))
    followed(author, path, {"due": at(days=2)})
    assert feeds.scheduled(alice)[0].due > draft.due
    assert author.get(f"/posts/new/?draft={draft.draft_id}").url == "/feed/scheduled/"
    assert "draft again" in followed(author, f"{path}cancel/")
    assert feeds.scheduled(alice) == []


def test_a_scheduled_post_is_published_now(author, alice):
    draft = feeds.save_draft(alice)
    feeds.schedule(alice, draft, clock.now() + timedelta(days=1))
    page = followed(author, f"/feed/drafts/{draft.draft_id}/publish/")
    assert "Your post is published." in page
    assert len(feeds.timeline(alice, alice)) == 1


@pytest.mark.parametrize("due", ["", "soon", "2001-01-01T10:00", "9999-12-31T23:59"])
def test_a_time_that_cannot_be_is_told_at_its_field(author, alice, due):
    answer = author.post("/posts/new/", typed(do="schedule", due=due))
    assert errors_of(answer, "due")
    assert feeds.scheduled(alice) == []
    draft = feeds.save_draft(alice)
    feeds.schedule(alice, draft, clock.now() + timedelta(days=1))
    before = feeds.scheduled(alice)
    assert errors_of(author.post(f"/feed/scheduled/{draft.draft_id}/", {"due": due}), "due")
    assert feeds.scheduled(alice) == before


def test_times_are_by_the_clock_of_the_person(author, alice):
    from alerts import services as alerts

    version = alerts.get_preferences(alice.user_sub).version
    alerts.change_preferences(
        user_sub=alice.user_sub, version=version, actor=feeds.by(alice), time_zone="Asia/Tokyo"
    )
    followed(author, "/posts/new/", typed(do="schedule", due=at(days=1)))
    (draft,) = feeds.scheduled(alice)
    assert abs(draft.due - clock.now() - timedelta(days=1) + timedelta(hours=9)) < timedelta(
        minutes=1
    )
    assert "Asia/Tokyo" in html(author.get(f"/feed/scheduled/{draft.draft_id}/"))


def test_what_failed_at_its_time_is_told_on_three_pages(client_for, alice, settings, time_machine):
    time_machine.move_to("2030-01-01T00:00:00Z")
    draft = feeds.save_draft(alice, visibility="paid", price="5")
    feeds.schedule(alice, draft, clock.now() + timedelta(minutes=5))
    configured = settings.DYNAMODB_TABLES
    settings.DYNAMODB_TABLES = {**configured, "billing": ""}
    time_machine.move_to("2030-01-01T00:06:00Z")
    feeds.work()
    settings.DYNAMODB_TABLES = configured
    author = client_for(alice)
    note = html(author.get("/notifications/"))
    assert 'href="/feed/drafts/" class="note"' in note
    assert "could not be published" in note
    for path in ("/feed/drafts/", f"/posts/new/?draft={draft.draft_id}"):
        assert "It was not published at its time" in html(author.get(path))


def test_a_form_that_was_never_saved_publishes_as_before(author, alice):
    assert new_post(author, visibility=str(FOLLOWERS)).status_code == 302
    assert len(feeds.timeline(alice, alice)) == 1
