"""Dan draws maps."""

from newsfeed.demo_texts.told import FOLLOWERS, PAID, PRIVATE, DemoPost, Said

ISLANDS = DemoPost(
    name="islands",
    author="dan",
    hours_ago=120,
    visibility=PAID,
    price=350,
    body="""\
## The map of islands that are not there

For two hundred years sailors drew the same seven islands into the same empty piece of sea. I
have redrawn the chart with all of them, and with the reason for each.

<!-- more -->

1. **Two are clouds.** Low, grey, always in the west, always in the evening.
2. **Three are one island,** seen on three bad days with three bad clocks.
3. **One was a whale,** and the log book says so, in another hand, forty years later.
4. **One nobody can explain.** I have left it on the map.

Print it at 60 by 40 centimetres; the lettering is made for that size.""",
    pictures=(("islands", "Seven islands with contour lines in a blue sea"),),
    comments=(
        Said(
            author="alice",
            text="I am glad you left the seventh.",
            replies=(("dan", "It would have been lonely without it."),),
        ),
    ),
    reactions=(("alice", "love"),),
)
POSTS = (
    DemoPost(
        name="begin",
        author="dan",
        hours_ago=380,
        body="""\
I draw maps by hand: of valleys, of markets, once of a very large garden. Here I show them while
they are still wrong.""",
        reactions=(("alice", "like"), ("carol", "like")),
    ),
    DemoPost(
        name="contours",
        author="dan",
        hours_ago=260,
        body="""\
Contour lines for beginners: every line is a shore that the sea would have if it rose so high.
Once you see it like that, you cannot draw a wrong one any more.""",
        pictures=(("hills", "Two hills as rings of contour lines, from green to white"),),
        comments=(
            Said(author="bob", text="I have walked in these hills for years and learned this now."),
        ),
        reactions=(("bob", "wow"), ("alice", "love"), ("carol", "like")),
    ),
    DemoPost(
        name="puzzle",
        author="dan",
        hours_ago=150,
        warning="Gives away where the treasure of Sunday's puzzle is",
        body="""\
Nobody came within a mile, so here is the answer: the treasure was under the *scale bar*. A mile
on the map is a mile long, and so is the scale bar, and it lies in the lake.

I am told that this is not fair. It is not. The next one will be.""",
        comments=(
            Said(
                author="carol",
                text="I dug up half the legend.",
                replies=(("dan", "You were the closest."),),
            ),
        ),
        reactions=(("carol", "laugh"), ("alice", "laugh"), ("bob", "sad")),
    ),
    ISLANDS,
    DemoPost(
        name="inks",
        author="dan",
        hours_ago=80,
        visibility=FOLLOWERS,
        body="""\
The blue I use for water, as you asked: three parts of the ordinary bottle, one part of tea. Black
tea. Let it stand for a night and take out the leaf.""",
        reactions=(("alice", "wow"),),
    ),
    DemoPost(
        name="prices",
        author="dan",
        hours_ago=58,
        visibility=PRIVATE,
        body="Print shop: ask for the 60 by 40 on cotton, ten of them. Paper samples by Monday.",
    ),
    DemoPost(
        name="lettering",
        author="dan",
        hours_ago=26,
        visibility=PAID,
        price=500,
        body="""\
How to letter a river: the name bends with the water, stands on its north bank and never, ever
crosses it. Eleven examples, six of them bad on purpose.

<!-- more -->

Pencil a line a letter's height above the bank. Space the letters **wider than feels right**; a
river is long and has time. Put the first letter after the second bend from the source, so that
the eye already knows where it flows.

The six bad ones all make the same mistake: they were lettered first and drawn afterwards.""",
        pictures=(("river", "A river in long bends, blue on green"),),
    ),
)
