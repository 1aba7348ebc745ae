"""Alice's posts of every kind and state, with a word in each, and who stands how to her."""

from datetime import timedelta
from functools import cached_property

from core import clock
from dynamo.table import transact
from newsfeed.items import Variant
from newsfeed.repository import MarkRepository
from tests.factories import make_user
from tests.leaks.canaries import word
from tests.leaks.patterns import drawn
from tests.newsfeed import feeds
from tests.newsfeed.people import block
from tests.newsfeed.uploads import uploaded

PEOPLE = ("stranger", "follower", "buyer", "refunded", "blocked", "blocker")
OWNER, VISITOR = "owner", "visitor"
ROLES = (VISITOR, *PEOPLE, OWNER)
OTHERS = frozenset(ROLES) - {"blocked", "blocker"}
BOUGHT = frozenset({OWNER, "buyer"})


class World:
    """`words` says who may come upon each word, `posts` which post it belongs to."""

    def __init__(self):
        self.owner = make_user("alice")
        self.people = {role: make_user(role) for role in PEOPLE} | {OWNER: self.owner}
        self.words, self.posts, self.comments = {}, {}, []
        for role in ("follower", "blocked", "blocker"):
            feeds.follow(self.people[role], self.owner)
        self.write()
        block(self.owner, self.people["blocked"])
        block(self.people["blocker"], self.owner)
        feeds.work()

    def person(self, role):
        return self.people.get(role)

    def secret(self, name, *roles):
        self.words[word(name)] = frozenset(roles)
        return f"Something {word(name)} here."

    def publish(self, name, visibility, *roles, **more):
        body = self.secret(name, *roles)
        if visibility is feeds.PAID:
            body = f"{self.secret(f'{name}free', *OTHERS)}\n\n<!-- more -->\n\n{body}"
        self.posts[name] = feeds.publish(self.owner, body, visibility, **more)
        return self.posts[name]

    def write(self):
        self.publish("public", feeds.PUBLIC, *OTHERS)
        self.publish("followers", feeds.FOLLOWERS, OWNER, "follower")
        self.publish("private", feeds.PRIVATE, OWNER)
        paid = self.publish("paid", feeds.PAID, *BOUGHT)
        self.sell(paid)
        said = feeds.comment(self.people["buyer"], paid, self.secret("quoted", *BOUGHT))
        self.comments.append(said.comment_id)
        self.attach()
        self.posts["whole"] = feeds.publish(
            self.owner, self.secret("whole", OWNER) * 300, feeds.PAID
        )
        self.rewrite()
        self.take_back()
        self.keep_for_later()

    def attach(self):
        """Words in what is attached to a paid post: its name, its alt text, the bytes of a file;
        and one in a chunk of the picture's original, which nobody ever gets."""
        original = drawn(self.secret("chunk"))
        named = {"name": f"{self.secret('picture', *BOUGHT)}.png"}
        picture = uploaded(self.owner, original, alt=self.secret("alt", *BOUGHT), **named)
        text = self.secret("bytes", *BOUGHT).encode()
        file = uploaded(self.owner, text, name=f"{self.secret('file', *BOUGHT)}.txt")
        self.media = [picture.media_id, file.media_id]
        body = "Free.\n\n<!-- more -->\n\nRest."
        post = feeds.publish(self.owner, body, feeds.PAID, media=tuple(self.media))
        self.posts["attached"] = post
        self.sell(post)
        draft = uploaded(self.owner, self.secret("loose", OWNER).encode(), name="loose.txt")
        self.media.append(draft.media_id)

    def sell(self, post):
        for role in ("buyer", "refunded", "blocked", "blocker"):
            feeds.sell(post, self.people[role])
        marks = MarkRepository()
        sub = self.people["refunded"].user_sub
        transact([marks.revoking(sub, post.post_id, reason="refund")])

    def rewrite(self):
        """What a post said before is for those who had it, or have it now."""
        anew = self.publish("former", feeds.PAID, *BOUGHT)
        self.sell(anew)
        body = f"Free.\n\n<!-- more -->\n\n{self.secret('anew', *BOUGHT)}"
        feeds.edit(self.owner, anew, body)
        opened = self.publish("onceprivate", feeds.PRIVATE, OWNER)
        feeds.edit(self.owner, opened, self.secret("opened", *OTHERS), feeds.PUBLIC)
        closed = self.publish("oncepublic", feeds.PUBLIC, OWNER)
        feeds.edit(self.owner, closed, self.secret("closed", OWNER), feeds.PRIVATE)

    def take_back(self):
        deleted = self.publish("deleted", feeds.PUBLIC, OWNER)
        said = feeds.comment(
            self.people["follower"], deleted, self.secret("below", OWNER, "follower")
        )
        self.comments.append(said.comment_id)
        sold = self.publish("deletedpaid", feeds.PAID, *BOUGHT)
        self.words[word("deletedpaidfree")] = BOUGHT
        self.sell(sold)
        purged = self.publish("purged", feeds.PUBLIC)
        for post in (deleted, sold, purged):
            feeds.delete(self.owner, post)
        feeds.purge(self.owner, purged)

    def keep_for_later(self):
        draft = feeds.save_draft(self.owner, body=self.secret("draft", OWNER))
        planned = feeds.save_draft(self.owner, body=self.secret("planned", OWNER))
        feeds.schedule(self.owner, planned, clock.now() + timedelta(days=2))
        self.drafts = [draft.draft_id, planned.draft_id]

    @cached_property
    def places(self):
        """What names in paths and parameters of services stand for: all of Alice's."""
        return {
            "post_id": [post.post_id for post in self.posts.values()],
            "draft_id": self.drafts,
            "since": [self.posts["public"].post_id],
            "deleted_id": [self.posts["deleted"].post_id, self.posts["deletedpaid"].post_id],
            "media_id": self.media,
            "variant": [*map(str, Variant)],
            "media_ids": [self.media],
            "comment_id": self.comments,
            "handle": [self.owner.handle],
            "author_sub": [self.owner.user_sub],
        }

    def kept_from(self, role):
        """The words that this role may not come upon."""
        return {each for each, roles in self.words.items() if role not in roles}

    def shown_to(self, role):
        """Words that this role has to come upon: else a search would prove nothing."""
        names = ("public", "opened", "paidfree", "followers", "private", "paid", "anew", "quoted")
        names = {*map(word, (*names, "alt", "picture", "file"))}
        return {each for each in names if role in self.words[each]}
