"""Alice photographs old railway stations."""

from newsfeed.demo_texts.told import FOLLOWERS, PAID, DemoPost, Said

DEVELOPER = DemoPost(
    name="developer",
    author="alice",
    hours_ago=72,
    visibility=PAID,
    price=300,
    body="""\
## How I develop film in hard water

Streaks in the sky are nearly always the water, not the film. I measured mine for a month and
changed three things.

<!-- more -->

**One:** boil the water for the developer and let it cool with the lid on; most of the lime stays
in the kettle.

**Two:** a pinch of sodium hexametaphosphate, half a gram a litre, in the developer only.

**Three:** the last rinse is one minute in distilled water with a single drop of wetting agent, no
more.

Times for the three films I use: 9:30, 11:00 and 13:15, all at 20 degrees, inverted twice a
minute.""",
    pictures=(("curve", "A line that rises steeply, then flattens: density over minutes"),),
    comments=(Said(author="carol", text="My kettle and I thank you."),),
    reactions=(("carol", "like"),),
)
POSTS = (
    DemoPost(
        name="hello",
        author="alice",
        hours_ago=400,
        body="""\
Hello! I photograph old railway stations on film and develop everything in a cupboard that used
to hold brooms. One picture a week here, and now and then a long read about how it was made.""",
        comments=(
            Said(
                author="carol",
                text="A broom cupboard is more than I started with. Welcome!",
                replies=(("alice", "Thank you! The brooms have not forgiven me."),),
            ),
            Said(author="bob", text="Looking forward to the stations."),
        ),
        reactions=(("bob", "like"), ("carol", "love"), ("dan", "like")),
    ),
    DemoPost(
        name="signal",
        author="alice",
        hours_ago=290,
        body="""\
The signal box at Upper Marsh, just after six. Nobody has worked here for thirty years, and
somebody still polishes the brass of the third lever.""",
        pictures=(("dusk", "A small signal box on legs, dark against an orange evening sky"),),
        comments=(
            Said(
                author="dan",
                text="On my map of 1911 it stands on the other side of the track.",
                replies=(
                    ("alice", "Either your map or my negative is the wrong way round!"),
                    ("dan", "I checked. It is the map."),
                ),
            ),
        ),
        reactions=(("bob", "love"), ("dan", "wow"), ("erin", "like")),
    ),
    DemoPost(
        name="kit",
        author="alice",
        hours_ago=214,
        body="""\
## What is in the bag

People ask, so here it is, from heavy to light:

1. the camera, 4 kg of wood and brass
2. a tripod that has survived two rivers
3. six film holders, **labelled**, because I have learned
4. a dark cloth, which is also a picnic blanket
5. a notebook and a pencil

> The best lens is the one you carried up the hill.

My aunt said that. She also said to bring more sandwiches.""",
        comments=(Said(author="erin", text="Your aunt is right about the sandwiches."),),
        reactions=(("erin", "laugh"), ("carol", "like")),
    ),
    DemoPost(
        name="platform",
        author="alice",
        hours_ago=96,
        visibility=FOLLOWERS,
        body="""\
For those who follow along: I am at the old junction on the coast line this Thursday from seven
in the morning. If you want to see how a view camera works, come by and look at the world upside
down for a minute. Bring a scarf.""",
        comments=(
            Said(
                author="bob",
                text="I will be there with coffee.",
                replies=(("alice", "Then I will be there with a second cup."),),
            ),
        ),
        reactions=(("bob", "love"),),
    ),
    DEVELOPER,
    DemoPost(
        name="fog",
        author="alice",
        hours_ago=9,
        body="""\
Fog this morning, so thick that the signal lamp was a small sun with nothing below it. I exposed
two sheets and packed up. Some days two is plenty.""",
        pictures=(("fog", "A pale sun-like lamp in grey fog above the faint lines of rails"),),
        comments=(
            Said(author="carol", text="Please print this one large."),
            Said(author="bob", text="Two is plenty."),
        ),
        reactions=(("bob", "wow"), ("carol", "love"), ("dan", "love"), ("erin", "wow")),
    ),
    DemoPost(
        name="notes",
        author="alice",
        hours_ago=3,
        visibility=PAID,
        price=600,
        body="""\
Printing the fog: my whole notebook for one negative, with every test strip and what each one
taught me. It took fourteen sheets of paper to get to a print that looks as quiet as it was.

<!-- more -->

- **Sheets one to four:** grade 2, too grey, the lamp drowned.
- **Sheets five to nine:** split grade, 00 for eleven seconds, then 5 for three.
- **Sheets ten to thirteen:** the same, with two seconds of flashing before.
- **Sheet fourteen:** the same again.

At five to nine the lamp came back, and the fog turned to paper. At fourteen I stopped looking at
the clock and pulled it when it looked right. That is the one.""",
        pictures=(
            ("strips", "Seven test strips side by side, from nearly white to nearly black"),
            ("lamp", "The finished print: a soft lamp, rails that end in white"),
        ),
        comments=(
            Said(
                author="alice",
                text="Ask me anything about the flashing; it is simpler than it sounds.",
            ),
        ),
    ),
)
