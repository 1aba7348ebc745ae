"""Erin bakes bread and counts."""

from newsfeed.demo_texts.told import FOLLOWERS, PAID, DemoPost, Said

HYDRATION = DemoPost(
    name="hydration",
    author="erin",
    hours_ago=100,
    visibility=PAID,
    price=250,
    body="""\
A hundred loaves, five amounts of water, one oven. I wrote down everything, and the answer is not
what the books say.

<!-- more -->

From 65 to 75 parts of water the crumb opens with every step; from 75 to 80 nothing happens but
the cleaning; at 85 it closes again.

**What mattered more:** the temperature of the dough after mixing. At 26 degrees even 68 parts of
water gave the crumb that everybody wants. At 22 degrees not even 80 did.

So: buy a thermometer, and use less water.""",
    pictures=(
        ("bars", "Five bars: how open the crumb was at 65, 70, 75, 80 and 85 parts of water"),
    ),
    comments=(
        Said(author="bob", text="Bought a thermometer. You were right, and my oven was lying."),
    ),
    reactions=(("bob", "wow"),),
)
BURNT = DemoPost(
    name="burnt",
    author="erin",
    hours_ago=170,
    warning="A loaf that nobody could save",
    body="""\
I forgot one. For two hours. It rings when one knocks on it, and the cat has moved out for the
night. For science I have weighed it: it lost 41 per cent.""",
    comments=(Said(author="carol", text="I could glaze it."),),
    reactions=(("carol", "laugh"), ("alice", "sad"), ("bob", "laugh")),
)
POSTS = (
    DemoPost(
        name="flour",
        author="erin",
        hours_ago=360,
        body="""\
Day one. Flour, water, salt, and a spreadsheet. I mean to find out which parts of baking bread
are true.""",
        comments=(Said(author="carol", text="At last, somebody counts."),),
        reactions=(("carol", "love"), ("bob", "like")),
    ),
    DemoPost(
        name="starter",
        author="erin",
        hours_ago=240,
        body="""\
The starter has doubled in **3 hours 40 minutes**, five days in a row. It is now more punctual
than I am.

What I feed it:

- 20 g of itself
- 50 g of rye
- 50 g of water at 30 degrees

Nothing else, whatever your uncle says.""",
        pictures=(("rise", "A curve that climbs to twice its height and falls a little"),),
        comments=(
            Said(
                author="alice",
                text="My uncle says honey.",
                replies=(("erin", "Your uncle has a pet, not a starter."),),
            ),
        ),
        reactions=(("alice", "laugh"), ("bob", "like"), ("carol", "laugh")),
    ),
    BURNT,
    HYDRATION,
    DemoPost(
        name="class",
        author="erin",
        hours_ago=52,
        visibility=FOLLOWERS,
        body="""\
A class for six people in my kitchen on the last Saturday of the month, for followers first. You
take home a loaf, a jar of starter and a sheet with the numbers.""",
        comments=(Said(author="bob", text="One place for me, please."),),
        reactions=(("bob", "love"), ("carol", "like")),
    ),
    DemoPost(
        name="crust",
        author="erin",
        hours_ago=34,
        body="""\
The sound a loaf makes when it comes out of the oven and cools is called *singing*. This one sang
for four minutes. I have no way to show you that, so here is a drawing of the loaf.""",
        pictures=(("loaf", "A round loaf with a cross cut into its top"),),
        reactions=(("alice", "love"), ("carol", "love")),
    ),
    DemoPost(
        name="oven",
        author="erin",
        hours_ago=14,
        visibility=PAID,
        price=400,
        body="""\
## What your oven really does

I put nine thermometers into eleven ovens. Below are the three patterns they fall into, how to
find out in ten minutes which one is yours, and what to do about it.

<!-- more -->

The test: nine slices of cheap white toast, in a grid, eight minutes at 220. Photograph them.

- **Dark at the back:** turn the loaf after two thirds of the time, not after half.
- **Dark on one side:** the seal of the door. It costs less than you think.
- **Pale in the middle:** your stone shades the fan. Move it one shelf down.

And set it twenty degrees higher than the recipe says. All eleven were too cold.""",
        pictures=(("toast", "Nine slices of toast in a grid, darker towards the back"),),
    ),
)
