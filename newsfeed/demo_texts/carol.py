"""Carol throws pots."""

from newsfeed.demo_texts.told import FOLLOWERS, PAID, PRIVATE, DemoPost, Said

BOUGHT = DemoPost(
    name="celadon",
    author="carol",
    hours_ago=30,
    visibility=PAID,
    price=450,
    body="""\
## The celadon that does not craze

Three winters of test tiles, and this one finally holds: a soft grey-green that breaks to white
on the edges and stays whole through a hundred rounds in the dishwasher. Below are the recipe,
the firing schedule, and what went wrong with the eleven versions before it.

<!-- more -->

**Recipe**, in parts by weight: potash feldspar 38, silica 31, whiting 17, kaolin 10, talc 4, red
iron oxide 1.2. Sieve it twice through 80 mesh and let it stand overnight.

**Firing:** 100 degrees an hour to 600, 150 to 1000, light reduction from 1000 to 1220, hold for
twenty minutes, then crash to 1100 and let it cool with everything shut.

Version four crazed because I trusted old whiting. Version nine pinholed because I was in a
hurry. Version twelve is on my kitchen table.""",
    pictures=(
        ("tiles", "Twelve square test tiles in greens and greys, the last one smooth"),
        ("firing", "The firing schedule as a line: a slow climb, a plateau, a steep fall"),
    ),
    comments=(
        Said(
            author="bob",
            text="The crash cool was the part I was missing. Thank you, worth every cent.",
            replies=(("carol", "Send me a picture when you open the kiln!"),),
        ),
    ),
    reactions=(("bob", "love"),),
)
POSTS = (
    DemoPost(
        name="studio",
        author="carol",
        hours_ago=340,
        body="""\
The new kiln is in. It took four people, one door off its hinges and a very patient neighbour.
First bisque firing on Saturday; I will open the lid on Sunday, and not one hour earlier.""",
        comments=(
            Said(
                author="alice",
                text="You will open it on Saturday night and we both know it.",
                replies=(("carol", "It was Saturday *afternoon*. Nothing exploded."),),
            ),
        ),
        reactions=(("alice", "laugh"), ("erin", "wow")),
    ),
    DemoPost(
        name="glazes",
        author="carol",
        hours_ago=180,
        body="""\
Four glazes, three clays, one afternoon: the whole board of tests is dry and may go in.

My bet is on the blue in the second row. My neighbour, who knows nothing about any of this and is
always right, says the brown one.""",
        pictures=(
            ("tiles", "A board of square glaze tests in rows of four"),
            ("bowl", "A round bowl from above, rings of blue and white"),
        ),
        comments=(Said(author="erin", text="Brown. It looks like crust."),),
        reactions=(("bob", "like"), ("erin", "like")),
    ),
    DemoPost(
        name="cracks",
        author="carol",
        hours_ago=64,
        body="""\
A question for everyone who throws large bowls: do you compress the base before or after opening
up? I have lost three of five to S-cracks this week, and I am running out of places to hide them.

What I tried so far: slower drying under plastic, a thicker base, a softer clay body. The thicker
base made it worse. The plastic helped a little, but only in the corner of the studio that is cold
anyway, so perhaps it was the cold. The softer clay is lovely to throw and slumps the moment I look
away.

If you have solved this, please tell me how, and I will send you the first bowl that survives.""",
        comments=(
            Said(
                author="alice",
                text="My aunt always compressed after, with a rib, from the outside in.",
            ),
            Said(
                author="bob",
                text="After. And then once more when you think you are done.",
                replies=(
                    ("erin", "As with dough, then."),
                    ("carol", "Everything is dough with you."),
                    ("erin", "Everything *is* dough."),
                    ("bob", "I would like to be left out of this."),
                ),
            ),
            Said(author="carol", text="Twice it is. Thank you both!"),
        ),
        reactions=(("alice", "like"), ("bob", "sad"), ("erin", "sad")),
    ),
    DemoPost(
        name="list",
        author="carol",
        hours_ago=44,
        visibility=PRIVATE,
        body="Order: 25 kg stoneware, cobalt carbonate, new sponge. Ask about the shelf props.",
    ),
    BOUGHT,
    DemoPost(
        name="open",
        author="carol",
        hours_ago=20,
        visibility=FOLLOWERS,
        body="""\
The shop opens for followers a day early: twelve cups, four bowls, one teapot with a lid that
fits. Write to me which one you want and I put it aside until Friday.""",
        pictures=(("bowl", "One of the four bowls from above, rings of blue and white"),),
        reactions=(("bob", "love"), ("alice", "like")),
    ),
    DemoPost(
        name="survivor",
        author="carol",
        hours_ago=5,
        body="""\
One large bowl, no crack, two compressions. It goes to Bob, as promised.

~~It goes to the museum.~~ It goes to Bob.""",
        pictures=(("large", "A large green bowl from above, whole"),),
        comments=(Said(author="bob", text="The shelf is cleared already."),),
        reactions=(("alice", "love"), ("bob", "love"), ("erin", "like"), ("dan", "like")),
    ),
)
