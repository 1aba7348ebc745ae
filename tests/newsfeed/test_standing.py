"""Whatever three people do, in whatever order: each sees of the others what the simplest model
says, wherever they look."""

from contextlib import suppress

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from core.errors import ApplicationError, NotFound
from newsfeed import services as newsfeed
from newsfeed.items import Access, NotificationKind
from tests import engines
from tests.billing.lives import top_up
from tests.factories import make_user
from tests.newsfeed import feeds, people
from tests.newsfeed.standing_model import Model

NAMES = ("alice", "bob", "mallory")
PAIRS = [(one, other) for one in range(3) for other in range(3) if one != other]
BETWEEN = ("follow", "unfollow", "block", "unblock", "mute", "unmute")
BEGINNING = [
    ("publish", (0, feeds.PUBLIC)),
    ("publish", (1, feeds.PUBLIC)),
    ("publish", (2, feeds.FOLLOWERS)),
    ("publish", (0, feeds.PAID)),
]
ON_POSTS = ("comment", "unlock")
STEPS = st.one_of(
    st.tuples(st.sampled_from(BETWEEN), st.sampled_from(PAIRS)),
    st.tuples(
        st.just("publish"),
        st.tuples(
            st.integers(0, 2),
            st.sampled_from([feeds.PUBLIC, feeds.FOLLOWERS, feeds.PAID, feeds.PRIVATE]),
        ),
    ),
    st.tuples(
        st.sampled_from(ON_POSTS),
        st.tuples(st.integers(0, 2), st.integers(0, 4)),
    ),
)
HISTORIES = st.lists(STEPS, min_size=16, max_size=24)
EVERY = 10  # steps


class World:
    def __init__(self, cast):
        self.cast = cast
        self.number = {person.user_sub: n for n, person in enumerate(cast)}
        self.model = Model()
        self.posts = []

    def do(self, name, what):
        if name == "publish":
            author, visibility = what
            self.posts.append(feeds.publish(self.cast[author], feeds.BODY, visibility))
            self.model.publish(author, visibility)
        elif name in BETWEEN:
            one, other = what
            allowed = getattr(self.model, name)(one, other)
            act = getattr(feeds if name in ("follow", "unfollow") else people, name)
            self.attempt(allowed, act, self.cast[one], self.cast[other])
        elif what[1] < len(self.posts):
            who, post = what
            allowed = getattr(self.model, name)(who, post)
            act = feeds.comment if name == "comment" else feeds.unlock
            self.attempt(allowed, act, self.cast[who], self.posts[post])
        feeds.work()

    def attempt(self, allowed, act, *arguments):
        if allowed:
            act(*arguments)
            return
        before = feeds.rows()
        with pytest.raises(ApplicationError):
            act(*arguments)
        assert feeds.rows() == before

    def check(self):
        for viewer in range(3):
            self.check_lists(viewer)
            self.check_people(viewer)
            for post in range(len(self.posts)):
                self.check_post(viewer, post)

    def check_lists(self, viewer):
        person, model = self.cast[viewer], self.model
        assert self.at(feeds.home_ids(person)) == model.home(viewer)
        assert self.at(feeds.explored(person)) == model.explore(viewer)
        told = feeds.notifications(person)
        deeds = (NotificationKind.COMMENTED, NotificationKind.UNLOCKED)
        lines = [each for each in told if each.kind in deeds]
        expected = model.told(viewer)
        assert {deed for each in lines for deed in self.deeds(each)} == set(expected)
        assert sum(each.count for each in lines) == len(expected)
        for actor in {self.number[who.user_sub] for each in told for who in each.actors}:
            assert not model.apart(viewer, actor)
            assert (viewer, actor) not in model.mutes

    def check_people(self, viewer):
        person, model = self.cast[viewer], self.model
        for other in set(range(3)) - {viewer}:
            self.check_person(viewer, other)
        follows = [other for one, other in model.follows if one == viewer]
        followers = [one for one, other in model.follows if other == viewer]
        assert self.people(people.following(person)) == sorted(follows)
        assert self.people(people.followers(person)) == sorted(followers)
        counts = people.view(person, person).counts
        assert (counts.followers, counts.following) == (len(followers), len(follows))
        assert self.people(people.blocked(person)) == self.others(model.blocks, viewer)
        assert self.people(people.muted(person)) == model.muted(viewer)

    def check_person(self, viewer, other):
        me, them, model = self.cast[viewer], self.cast[other], self.model
        if model.apart(viewer, other):
            for look in (feeds.timeline, find):
                with pytest.raises(NotFound):
                    look(me, them)
        else:
            assert self.at(feeds.timeline(me, them)) == model.timeline(viewer, other)
        if (other, viewer) in model.blocks:
            with pytest.raises(NotFound):
                people.view(me, them)
            return
        seen = people.view(me, them)
        assert seen.blocked == ((viewer, other) in model.blocks)
        assert seen.blocked or seen.muted == ((viewer, other) in model.mutes)
        assert seen.followed == ((viewer, other) in model.follows)

    def check_post(self, viewer, post):
        person, access = self.cast[viewer], self.model.access(viewer, post)
        seen, below = Access.NONE, None
        with suppress(NotFound):
            view = feeds.read(person, self.posts[post])
            seen = view.access
            assert (feeds.CANARY in view.text) == (access is Access.FULL)
        with suppress(ApplicationError):
            found = feeds.comments(person, self.posts[post]).items
            below = [(self.number[each.author.user_sub], each.muted) for each in found]
        assert seen is access
        full = access is Access.FULL
        assert below == (self.model.discussion(viewer, post) if full else None)

    def at(self, post_ids):
        known = [post.post_id for post in self.posts]
        return [known.index(each) for each in post_ids]

    def deeds(self, line):
        """Who did it to which post: of three people, all but oneself are named."""
        return [(self.number[who.user_sub], *self.at([line.post_id])) for who in line.actors]

    def people(self, user_subs):
        return sorted(self.number[each] for each in user_subs)

    def others(self, pairs, viewer):
        return sorted(other for one, other in pairs if one == viewer)


def find(viewer, person):
    return newsfeed.find_person(viewer_sub=viewer.user_sub, handle=person.handle)


def run(histories):
    @settings(
        max_examples=histories,
        phases=[Phase.explicit, Phase.generate],  # a history is not made clearer by days of work
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    @given(HISTORIES)
    def everybody_sees_what_the_model_says(history):
        engines.empty()
        world = World([make_user(name) for name in NAMES])
        for person in world.cast:
            top_up(person.user_sub, 10_000)
        for number, step in enumerate([*BEGINNING, *history]):
            world.do(*step)
            if number % EVERY == 0:
                world.check()

    everybody_sees_what_the_model_says()


def test_everybody_sees_what_the_model_says():
    run(2)


@pytest.mark.long
@pytest.mark.parametrize("part", range(8))
def test_everybody_sees_what_the_model_says_after_many_histories(part):
    run(10)
