"""Three people and what each may see of the others, in the simplest words: to compare with."""

from dataclasses import dataclass, field

from newsfeed.items import Access
from tests.newsfeed.feeds import FOLLOWERS, PAID, PRIVATE, PUBLIC


@dataclass
class Model:
    """People are the numbers 0 to 2, posts and comments are in the order they were made."""

    follows: set = field(default_factory=set)
    blocks: set = field(default_factory=set)
    mutes: set = field(default_factory=set)
    posts: list = field(default_factory=list)  # (author, visibility)
    unlocks: set = field(default_factory=set)  # (buyer, post)
    comments: list = field(default_factory=list)  # (author, post)

    def apart(self, one, other):
        return bool({(one, other), (other, one)} & self.blocks)

    def access(self, viewer, post):
        author, visibility = self.posts[post]
        if viewer == author:
            return Access.FULL
        if self.apart(viewer, author):
            return Access.NONE
        if (viewer, post) in self.unlocks or visibility is PUBLIC:
            return Access.FULL
        if visibility is FOLLOWERS and (viewer, author) in self.follows:
            return Access.FULL
        return Access.TEASER if visibility is PAID else Access.NONE

    def visible(self, viewer):
        """Newest first."""
        found = [post for post in range(len(self.posts)) if self.access(viewer, post)]
        return found[::-1]

    def home(self, viewer):
        return [
            post
            for post in self.visible(viewer)
            if self.posts[post][1] is not PRIVATE
            and (self.author(post) == viewer or (viewer, self.author(post)) in self.follows)
            and (viewer, self.author(post)) not in self.mutes
        ]

    def explore(self, viewer):
        return [
            post
            for post in self.visible(viewer)
            if self.posts[post][1] in (PUBLIC, PAID)
            and (viewer, self.author(post)) not in self.mutes
        ]

    def timeline(self, viewer, author):
        return [post for post in self.visible(viewer) if self.author(post) == author]

    def discussion(self, viewer, post):
        """(author, whether it is folded), newest first."""
        below = [who for who, where in self.comments if where == post]
        return [
            (who, (viewer, who) in self.mutes) for who in below[::-1] if not self.apart(viewer, who)
        ]

    def told(self, viewer):
        """(who, post) of comments and purchases, in any order."""
        deeds = [*self.comments, *self.unlocks]
        return sorted(
            (who, post)
            for who, post in deeds
            if self.author(post) == viewer != who
            and not self.apart(viewer, who)
            and (viewer, who) not in self.mutes
        )

    def muted(self, viewer):
        """Whom this one muted, while neither blocked the other."""
        return sorted(
            other for one, other in self.mutes if one == viewer and not self.apart(one, other)
        )

    def author(self, post):
        return self.posts[post][0]

    # What people do; each says whether it is allowed.

    def follow(self, one, other):
        if self.apart(one, other):
            return False
        self.follows.add((one, other))
        return True

    def unfollow(self, one, other):
        self.follows.discard((one, other))
        return True

    def block(self, one, other):
        if (other, one) in self.blocks:
            return False
        self.blocks.add((one, other))
        self.follows -= {(one, other), (other, one)}
        return True

    def unblock(self, one, other):
        self.blocks.discard((one, other))
        return True

    def mute(self, one, other):
        if self.apart(one, other):
            return False
        self.mutes.add((one, other))
        return True

    def unmute(self, one, other):
        self.mutes.discard((one, other))
        return True

    def publish(self, author, visibility):
        self.posts.append((author, visibility))

    def comment(self, who, post):
        if self.access(who, post) is not Access.FULL:
            return False
        self.comments.append((who, post))
        return True

    def unlock(self, who, post):
        if self.access(who, post) is not Access.TEASER:
            return False
        self.unlocks.add((who, post))
        return True
