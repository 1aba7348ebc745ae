"""Explore over many days: nothing is left out where little is published."""

from newsfeed import services as newsfeed
from tests.newsfeed import feeds


def test_explore_leads_past_many_days_whose_posts_are_gone(alice, time_machine):
    def publish_on(days):
        for day in days:
            time_machine.move_to(f"2030-01-{day:02}T12:00:00Z")
            yield feeds.publish(alice, f"Day {day}")

    (kept,) = publish_on([1])
    gone = list(publish_on(range(2, 30)))
    feeds.work()
    for post in gone:
        feeds.delete(alice, post)
    feeds.work()
    found, cursor = [], ""
    for _ in range(3):
        page = newsfeed.explore(viewer_sub=None, cursor=cursor)
        found, cursor = [*found, *page.items], page.next_cursor
        if not cursor:
            break
    assert [item.post_id for item in found] == [kept.post_id]


def test_explore_is_whole_where_a_post_a_day_is_published(alice, time_machine):
    posts = []
    for day in range(1, 29):
        time_machine.move_to(f"2030-01-{day:02}T12:00:00Z")
        posts.append(feeds.publish(alice, f"Day {day}").post_id)
    feeds.work()
    seen, cursor = [], "start"
    while cursor:
        cursor = "" if cursor == "start" else cursor
        page = newsfeed.explore(viewer_sub=None, cursor=cursor)
        seen, cursor = [*seen, *(item.post_id for item in page.items)], page.next_cursor
    assert seen == sorted(posts, reverse=True)
