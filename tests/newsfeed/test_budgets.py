"""What one action of the feed may cost."""

from core import ids
from dynamo.metering import budget, meter
from dynamo.table import transact
from newsfeed import services as newsfeed
from newsfeed.repository import PeopleRepository
from newsfeed.services import fanning
from tests.newsfeed import feeds

TEXT = "words and more words. " * 66  # the post's row is just below 2 KB then


def fill(alice, bob):
    feeds.follow(bob, alice)
    for n in range(20):
        feeds.publish(alice, f"{n} {TEXT}")
    feeds.work()


def test_a_home_page_and_a_timeline_of_20_posts(alice, bob, mallory):
    """What was hidden, and who was unfollowed, costs nothing more."""
    feeds.follow(bob, mallory)
    feeds.unfollow(bob, mallory)
    for _ in range(3):
        feeds.hide(bob, feeds.publish(mallory))
    fill(alice, bob)
    with budget(calls=6, hops=2, rru=12.5 + 0.5):  # one author
        assert len(feeds.home(bob).items) == 20
    with budget(calls=7, hops=2, rru=14):
        assert len(feeds.timeline(bob, alice)) == 20


def test_explore_costs_by_days_with_posts_and_not_by_days(alice, bob, time_machine):
    time_machine.move_to("2030-01-01T00:00:00Z")
    feeds.publish(alice)
    time_machine.move_to("2030-03-15T00:00:00Z")
    feeds.publish(alice)
    feeds.work()
    with budget(calls=1 + 2 + 5, hops=3, rru=5.5):
        assert len(feeds.explored(bob)) == 2


def test_a_post_on_its_own_page(alice, bob):
    post = feeds.publish(alice, TEXT)
    with budget(calls=5, hops=2, rru=7):
        feeds.read(bob, post)


def test_publishing_a_post_of_2_kb(alice):
    with meter(exact=True) as spent:
        feeds.publish(alice, TEXT)
    limiter, *rest = [each for each in spent.operations if each.wru]
    assert "rate" in limiter.table
    assert len(rest) == 1
    assert rest[0].wru <= 10
    (meta,) = [row for row in feeds.rows() if row["sk"] == "META"]
    assert len(str(meta)) > 1700


def test_comments_of_a_post(alice, bob):
    post = feeds.publish(alice)
    for n in range(21):
        feeds.comment(bob, post, f"A remark of ordinary length, number {n}.")
    with budget(calls=5, hops=2, rru=3 + 0.5):  # one profile
        assert len(feeds.comments(bob, post).items) == 20


def test_comments_with_their_first_replies(alice, bob):
    """A query more for each that has some, beside each other, and the names in them."""
    post = feeds.publish(alice)
    for n in range(20):
        said = feeds.comment(bob, post, f"A remark of ordinary length, number {n}.")
        for _ in range(4 if n < 3 else 0):
            feeds.reply(alice, said)
    with budget(calls=4 + 3, hops=2, rru=3 + 0.5 + 3 * 0.5 + 0.5):
        page = newsfeed.list_comments(viewer_sub=bob.user_sub, post_id=post.post_id, replies=True)
    assert [len(each.replies) for each in page.items[-3:]] == [3, 3, 3]


def test_the_page_that_holds_a_comment(alice, bob):
    post = feeds.publish(alice)
    said = feeds.comment(bob, post)
    answer = feeds.reply(alice, said)
    with budget(calls=7, hops=4, rru=8):
        newsfeed.list_comments(
            viewer_sub=bob.user_sub, post_id=post.post_id, at=answer.comment_id, replies=True
        )


def test_a_reaction(alice, bob):
    post = feeds.publish(alice)
    with budget(calls=6, hops=4):
        feeds.react(bob, post)
    with budget(calls=3, hops=2):
        feeds.unreact(bob, post)


def test_comments_of_a_post_for_followers(alice, bob):
    feeds.follow(bob, alice)
    post = feeds.publish(alice, visibility=feeds.FOLLOWERS)
    feeds.comment(bob, post)
    with budget(calls=5, rru=3 + 0.5):
        assert len(feeds.comments(bob, post).items) == 1


def test_the_unread_count(alice, bob):
    post = feeds.publish(alice)
    for n in range(31):
        feeds.comment(bob, post, f"Comment {n}")
    with budget(calls=2, hops=1, rru=1.5):  # with the two of alerts, 2.5
        newsfeed.unread_count(alice.user_sub)


def test_a_page_of_notifications(alice, bob, mallory):
    for n in range(20):
        post = feeds.publish(alice)
        for person in (bob, mallory):
            feeds.comment(person, post, f"Comment {n}")
    with budget(calls=5, hops=2, rru=2 + 1 + 0.5 + 10 + 1):  # 20 cards, two profiles
        assert len(feeds.notifications(alice)) == 20


def test_marking_all_read(alice, bob, time_machine):
    time_machine.move_to("2030-01-01T12:00:00Z", tick=False)
    feeds.follow(bob, alice)
    newest = feeds.notifications(alice)[0].notification_id
    time_machine.move_to("2030-01-01T12:00:11Z", tick=False)
    with budget(calls=1, rru=0, wru=1):
        newsfeed.mark_notifications_read(user_sub=alice.user_sub, upto=newest)


def test_a_fan_out_to_100_followers(alice):
    for _ in range(100):
        follower = PeopleRepository().following(ids.new_id(), alice.user_sub)[1]
        transact([follower])
    post = feeds.publish(alice, visibility=feeds.FOLLOWERS)
    with budget(calls=4 + 1 + 2, rru=4, wru=101):
        fanning.fan_out(post.post_id, after="")


def test_a_page_of_explore_has_a_bound_whatever_was_deleted(alice, time_machine):
    posts = []
    for day in range(1, 29):
        time_machine.move_to(f"2030-01-{day:02}T12:00:00Z")
        posts.append(feeds.publish(alice))
    feeds.work()
    with budget(calls=1 + 12 + 2, hops=4, rru=0.5 + 6 + 6.5):  # a post a day, no viewer
        assert len(newsfeed.explore(viewer_sub=None).items) == 12
    for post in posts:
        feeds.delete(alice, post)
    feeds.work()
    with budget(calls=3 * (1 + 12), hops=9, rru=3 * (0.5 + 6)):
        assert newsfeed.explore(viewer_sub=None).items == []


def test_explore_of_an_empty_site(bob):
    with budget(calls=1, hops=1, rru=0.5):
        assert feeds.explored(bob) == []
