"""Drafts: kept as typed, saved on the version that was changed, published once, also later."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError

from core import clock, ids
from core.errors import Invalid, RateLimited
from core.ratelimit import Limit
from newsfeed import limits
from newsfeed import services as newsfeed
from newsfeed.errors import (
    DraftChanged,
    DraftNotFound,
    DraftScheduled,
    PostNotFound,
    TooManyDrafts,
)
from newsfeed.forms.drafts import moment_of
from newsfeed.items import DRAFT_LENGTH, DRAFTS_MOST
from newsfeed.repository import PostRepository
from newsfeed.services import scheduling
from tests.newsfeed import feeds

START = "2030-01-01T00:00:00Z"


@pytest.fixture(autouse=True)
def clock_of_the_test(time_machine):
    time_machine.move_to(START, tick=False)
    return time_machine


def later(**time):
    return clock.now() + timedelta(**time)


def wait(time_machine, **time):
    time_machine.move_to(later(**time), tick=False)
    feeds.work()


def find(author, draft):
    return newsfeed.find_draft(author_sub=author.user_sub, draft_id=draft.draft_id)


def ask(way, author, draft):
    return way(author_sub=author.user_sub, draft_id=draft.draft_id, actor=feeds.by(author))


def rows_of_drafts(author):
    rows = feeds.keys_of(f"AUTHOR#{author.user_sub}")
    return [sk.partition("#")[0] for _, sk in rows if not sk.startswith(("POST#", "HEAD"))]


def test_a_draft_is_kept_as_it_was_typed(alice):
    typed = {"body": " ~~a\n\n", "visibility": "", "price": "five", "warning": "w"}
    draft = feeds.save_draft(alice, **typed)
    assert find(alice, draft).text == feeds.DraftText(**typed)
    assert feeds.drafts(alice) == [draft]
    assert feeds.timeline(alice, alice) == []


def test_a_draft_is_its_authors(alice, mallory):
    draft = feeds.save_draft(alice)
    before = feeds.rows()
    assert feeds.drafts(mallory) == []
    for way in (newsfeed.discard_draft, newsfeed.publish_draft, newsfeed.cancel_scheduled):
        with pytest.raises(DraftNotFound):
            ask(way, mallory, draft)
    with pytest.raises(DraftNotFound):
        feeds.schedule(mallory, draft, later(hours=1))
    with pytest.raises(DraftNotFound):
        feeds.save_draft(mallory, draft.draft_id, version=1)
    assert feeds.rows() == before


@pytest.mark.parametrize(
    "typed",
    [
        {"body": "x" * (DRAFT_LENGTH + 1)},
        {"body": "\ud800"},
        {"body": "  "},
        {"visibility": "all"},
        {"price": "1" * 21},
        {"warning": "w" * 1001},
        {"media_ids": ("x",)},
    ],
)
def test_what_cannot_be_kept_is_refused(alice, typed):
    with pytest.raises(Invalid):
        feeds.save_draft(alice, **typed)
    assert feeds.rows() == []


def test_saving_needs_the_version_that_was_changed(alice):
    draft = feeds.save_draft(alice, body="One")
    saved = feeds.save_draft(alice, draft.draft_id, version=1, body="Two")
    assert saved.version == 2
    with pytest.raises(DraftChanged):
        feeds.save_draft(alice, draft.draft_id, version=1, body="Three")
    assert find(alice, draft).text.body == "Two"


def test_a_repeat_after_a_lost_answer_changes_nothing(alice):
    draft = feeds.save_draft(alice, body="One")
    assert feeds.save_draft(alice, draft.draft_id, version=0, body="One") == draft
    second = feeds.save_draft(alice, draft.draft_id, version=1, body="Two")
    assert feeds.save_draft(alice, draft.draft_id, version=1, body="Two") == second


def test_a_draft_that_is_gone_does_not_come_back_from_another_window(alice):
    draft = feeds.save_draft(alice)
    ask(newsfeed.discard_draft, alice, draft)
    with pytest.raises(DraftNotFound):
        feeds.save_draft(alice, draft.draft_id, version=1, body="Still typing")
    assert feeds.drafts(alice) == []


def test_there_are_so_many_drafts_and_scheduled_posts_and_no_more(alice, bob):
    made = [feeds.save_draft(alice, body=f"Number {n}") for n in range(DRAFTS_MOST)]
    feeds.schedule(alice, made[0], later(hours=1))
    with pytest.raises(TooManyDrafts):
        feeds.save_draft(alice)
    feeds.save_draft(bob)
    ask(newsfeed.discard_draft, alice, made[0])
    feeds.save_draft(alice)
    assert len(feeds.drafts(alice)) == DRAFTS_MOST


def test_a_published_draft_is_a_post_and_no_draft(alice):
    draft = feeds.save_draft(alice, body="Now", visibility="paid", price="4.50", warning="Hot")
    view = ask(newsfeed.publish_draft, alice, draft)
    assert (view.text, view.unlock_price, view.card.warning) == ("Now", 450, "Hot")
    with pytest.raises(DraftNotFound):
        ask(newsfeed.publish_draft, alice, draft)
    assert feeds.timeline(alice, alice) == [view.post_id]
    assert rows_of_drafts(alice) == ["DRAFTS"]


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"visibility": ""}, "visibility"),
        ({"visibility": "paid"}, "unlock_price"),
        ({"visibility": "paid", "price": "a lot"}, "unlock_price"),
        ({"visibility": "public", "price": "5"}, "unlock_price"),
        ({"body": "\u200b"}, "body"),
    ],
)
def test_an_unfinished_draft_is_neither_published_nor_scheduled(alice, typed, field):
    draft = feeds.save_draft(alice, **typed)
    for way in (
        lambda: ask(newsfeed.publish_draft, alice, draft),
        lambda: feeds.schedule(alice, draft, later(hours=1)),
    ):
        with pytest.raises(Invalid) as refused:
            way()
        assert field in refused.value.errors
    assert find(alice, draft) == draft


def test_a_scheduled_post_appears_at_its_time(alice, bob, clock_of_the_test):
    feeds.follow(bob, alice)
    due = later(hours=2)
    draft = feeds.schedule(alice, feeds.save_draft(alice, body="Good morning"), due)
    assert (draft.due, feeds.scheduled(alice), feeds.drafts(alice)) == (due, [draft], [])
    wait(clock_of_the_test, hours=1, minutes=59)
    assert feeds.timeline(alice, alice) == []
    wait(clock_of_the_test, minutes=1)
    (item,) = feeds.home(bob).items
    assert (item.text, item.created_at) == ("Good morning", due)
    assert feeds.scheduled(alice) == []
    assert rows_of_drafts(alice) == ["DRAFTS"]


def test_a_script_that_schedules_on_and_on_is_stopped_as_one_that_publishes(alice, monkeypatch):
    monkeypatch.setattr(limits, "POSTS", Limit("test-posts", times=2, seconds=60))
    draft, other = feeds.save_draft(alice), feeds.save_draft(alice)
    due = later(days=1)
    for _repeat in range(2):
        feeds.schedule(alice, draft, due)
    feeds.publish(alice)
    with pytest.raises(RateLimited):
        feeds.schedule(alice, other, due)
    assert [each.draft_id for each in feeds.scheduled(alice)] == [draft.draft_id]
    assert [each.draft_id for each in feeds.drafts(alice)] == [other.draft_id]


@pytest.mark.parametrize("away", [{"seconds": 59}, {"days": 365, "seconds": 1}, {"days": -1}])
def test_a_time_out_of_bounds_is_refused(alice, away):
    draft = feeds.save_draft(alice)
    with pytest.raises(Invalid) as refused:
        feeds.schedule(alice, draft, later(**away))
    assert "due" in refused.value.errors
    assert find(alice, draft) == draft


def test_another_time_takes_the_place_of_the_first(alice, clock_of_the_test):
    draft = feeds.save_draft(alice)
    feeds.schedule(alice, draft, later(hours=1))
    moved = feeds.schedule(alice, draft, later(hours=3))
    wait(clock_of_the_test, hours=2)
    assert feeds.timeline(alice, alice) == []
    assert feeds.scheduled(alice) == [moved]
    wait(clock_of_the_test, hours=1)
    assert len(feeds.timeline(alice, alice)) == 1


def test_moved_away_and_back_it_is_published_once(alice, clock_of_the_test):
    draft, due = feeds.save_draft(alice), later(hours=1)
    for moment in (due, later(hours=2), due):
        feeds.schedule(alice, draft, moment)
    wait(clock_of_the_test, hours=3)
    assert len(feeds.timeline(alice, alice)) == 1


def test_a_cancelled_one_is_a_draft_again(alice, clock_of_the_test):
    draft = feeds.save_draft(alice)
    feeds.schedule(alice, draft, later(hours=1))
    ask(newsfeed.cancel_scheduled, alice, draft)
    wait(clock_of_the_test, hours=2)
    assert [each.draft_id for each in feeds.drafts(alice)] == [draft.draft_id]
    assert feeds.timeline(alice, alice) == feeds.scheduled(alice) == []


def test_published_now_it_is_not_published_again(alice, clock_of_the_test):
    draft = feeds.save_draft(alice)
    feeds.schedule(alice, draft, later(hours=1))
    ask(newsfeed.publish_draft, alice, draft)
    wait(clock_of_the_test, hours=2)
    assert len(feeds.timeline(alice, alice)) == 1


def test_a_scheduled_one_is_not_changed_by_a_window_that_still_saves(alice):
    draft = feeds.schedule(alice, feeds.save_draft(alice), later(hours=1))
    with pytest.raises(DraftScheduled):
        feeds.save_draft(alice, draft.draft_id, version=draft.version, body="Half a sen")
    assert find(alice, draft) == draft


def test_a_worker_that_dies_publishes_it_once(alice, clock_of_the_test, monkeypatch):
    from jobs.repository import Outbox

    finish, deaths = Outbox.finish, iter(["before", "after"])
    feeds.schedule(alice, feeds.save_draft(alice), later(hours=1))

    def dying(self, row, writes):
        when = next(deaths, "")
        if when == "before":
            raise RuntimeError("the worker is gone")
        finish(self, row, writes)
        if when == "after":
            raise RuntimeError("the worker is gone")

    monkeypatch.setattr(Outbox, "finish", dying)
    for _ in range(6):
        wait(clock_of_the_test, hours=1)
    assert next(deaths, "none left") == "none left"
    assert len(feeds.timeline(alice, alice)) == 1


def test_the_same_time_and_draft_are_the_same_post(alice):
    draft = feeds.schedule(alice, feeds.save_draft(alice), later(hours=1))
    made = {ids.id_of(draft.due, draft.draft_id) for _ in range(2)}
    assert len(made) == 1
    writes = scheduling.publish_due(alice.user_sub, draft.draft_id, clock.text(draft.due))
    (card,) = [write for write in writes if write.label == "card"]
    assert card.key["pk"] == f"POST#{made.pop()}"


def failed(alice, time_machine):
    wait(time_machine, hours=2)
    assert feeds.timeline(alice, alice) == feeds.scheduled(alice) == []
    (note,) = feeds.notifications(alice)
    assert (note.kind, note.actor) == ("publish_failed", None)
    (draft,) = feeds.drafts(alice)
    return draft.problem


def test_without_billing_at_its_time_it_goes_back_and_says_why(alice, settings, clock_of_the_test):
    draft = feeds.save_draft(alice, visibility="paid", price="5")
    feeds.schedule(alice, draft, later(hours=1))
    settings.DYNAMODB_TABLES = {**settings.DYNAMODB_TABLES, "billing": ""}
    assert failed(alice, clock_of_the_test)


def test_with_a_price_that_is_out_of_bounds_by_then_too(alice, monkeypatch, clock_of_the_test):
    from newsfeed.services import publishing

    draft = feeds.save_draft(alice, visibility="paid", price="5")
    feeds.schedule(alice, draft, later(hours=1))
    monkeypatch.setattr(publishing, "PRICE_MIN", 1000)
    assert "$10.00" in failed(alice, clock_of_the_test)
    saved = feeds.save_draft(alice, draft.draft_id, version=3, visibility="paid", price="20")
    assert saved.problem == ""


def test_a_disabled_account_publishes_nothing(alice, monkeypatch, clock_of_the_test):
    from users import services as users

    feeds.schedule(alice, feeds.save_draft(alice), later(hours=1))
    monkeypatch.setattr(users, "find_profile", lambda user_sub: None)
    assert failed(alice, clock_of_the_test)


def test_of_an_erased_account_nothing_is_published(alice, clock_of_the_test):
    from newsfeed import personal_data

    feeds.schedule(alice, feeds.save_draft(alice), later(hours=1))
    feeds.save_draft(alice)
    exported = personal_data.export(alice.user_sub)["drafts"]
    assert [row["body"] for row in exported] == ["Later", "Later"]
    personal_data.erase(alice.user_sub)
    wait(clock_of_the_test, hours=2)
    assert feeds.keys_of("POST#", "AUTHOR#", "NOTIF#") == []


def test_a_scheduled_post_is_nowhere_before_its_time(alice):
    draft = feeds.schedule(alice, feeds.save_draft(alice), later(hours=1))
    post_id = ids.id_of(draft.due, draft.draft_id)
    with pytest.raises(PostNotFound):
        newsfeed.read_post(viewer_sub=alice.user_sub, post_id=post_id)
    assert PostRepository().find_card(post_id) is None


BERLIN = ZoneInfo("Europe/Berlin")


def test_a_time_is_meant_by_the_persons_clock():
    moment, twice = moment_of("2030-07-01T12:00", BERLIN)
    assert (moment, twice) == (datetime(2030, 7, 1, 10, tzinfo=UTC), False)


def test_a_time_that_comes_twice_is_the_first_and_told():
    moment, twice = moment_of("2030-10-27T02:30", BERLIN)
    assert (moment, twice) == (datetime(2030, 10, 27, 0, 30, tzinfo=UTC), True)


@pytest.mark.parametrize(
    "typed", ["2030-03-31T02:30", "soon", "", "2030-01-01T12:00Z", "0001-01-01T00:00"]
)
def test_what_is_no_time_there_is_refused(typed):
    with pytest.raises(ValidationError):
        moment_of(typed, BERLIN)


@pytest.mark.engine
def test_publishing_now_and_by_itself_at_once_makes_one_post(alice, clock_of_the_test):
    draft = feeds.schedule(alice, feeds.save_draft(alice), later(minutes=2))
    clock_of_the_test.move_to(later(minutes=2), tick=True)

    def now(_):
        try:
            return ask(newsfeed.publish_draft, alice, draft).post_id
        except (DraftChanged, DraftNotFound):
            return None

    with ThreadPoolExecutor(4) as pool:
        made = [*pool.map(now, range(3)), pool.submit(feeds.work).result()]
    feeds.work()
    assert len(feeds.timeline(alice, alice)) == 1
    assert len([each for each in made if each]) <= 1
