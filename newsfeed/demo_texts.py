"""What the demo people wrote."""

from dataclasses import dataclass

from newsfeed.items import Visibility


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoPost:
    name: str
    author: str
    hours_ago: float
    body: str
    visibility: Visibility = Visibility.PUBLIC
    price: int = 0
    comments: tuple[tuple[str, str], ...] = ()


BOUGHT = DemoPost(
    name="celadon",
    author="carol",
    hours_ago=30,
    visibility=Visibility.PAID,
    price=450,
    body="""\
The celadon that does not craze

Three winters of test tiles, and this one finally holds: a soft grey-green that breaks to white
on the edges and stays whole through a hundred rounds in the dishwasher. Below are the recipe,
the firing schedule, and what went wrong with the eleven versions before it.

<!-- more -->

Recipe, in parts by weight: potash feldspar 38, silica 31, whiting 17, kaolin 10, talc 4, red
iron oxide 1.2. Sieve it twice through 80 mesh and let it stand overnight.

Firing: 100 degrees an hour to 600, 150 to 1000, light reduction from 1000 to 1220, hold for
twenty minutes, then crash to 1100 and let it cool with everything shut.

Version four crazed because I trusted old whiting. Version nine pinholed because I was in a
hurry. Version twelve is on my kitchen table.""",
    comments=(("bob", "The crash cool was the part I was missing. Thank you, worth every cent."),),
)
POSTS: tuple[DemoPost, ...] = (
    DemoPost(
        name="hello",
        author="alice",
        hours_ago=160,
        body="""\
Hello! I photograph old railway stations on film and develop everything in a cupboard that used
to hold brooms. One picture a week here, and now and then a long read about how it was made.""",
        comments=(
            ("carol", "A broom cupboard is more than I started with. Welcome!"),
            ("bob", "Looking forward to the stations."),
        ),
    ),
    DemoPost(
        name="studio",
        author="carol",
        hours_ago=140,
        body="""\
The new kiln is in. It took four people, one door off its hinges and a very patient neighbour.
First bisque firing on Saturday; I will open the lid on Sunday, and not one hour earlier.""",
        comments=(("alice", "You will open it on Saturday night and we both know it."),),
    ),
    DemoPost(
        name="platform",
        author="alice",
        hours_ago=96,
        visibility=Visibility.FOLLOWERS,
        body="""\
For those who follow along: I am at the old junction on the coast line this Thursday from seven
in the morning. If you want to see how a view camera works, come by and look at the world upside
down for a minute. Bring a scarf.""",
        comments=(("bob", "I will be there with coffee."),),
    ),
    DemoPost(
        name="developer",
        author="alice",
        hours_ago=72,
        visibility=Visibility.PAID,
        price=300,
        body="""\
How I develop film in hard water

Streaks in the sky are nearly always the water, not the film. I measured mine for a month and
changed three things.

<!-- more -->

One: boil the water for the developer and let it cool with the lid on; most of the lime stays in
the kettle. Two: a pinch of sodium hexametaphosphate, half a gram a litre, in the developer only.
Three: the last rinse is one minute in distilled water with a single drop of wetting agent, no
more. Times for the three films I use: 9:30, 11:00 and 13:15, all at 20 degrees, inverted twice a
minute.""",
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
            ("alice", "My aunt always compressed after, with a rib, from the outside in."),
            ("bob", "After. And then once more when you think you are done."),
            ("carol", "Twice it is. Thank you both!"),
        ),
    ),
    DemoPost(
        name="walk",
        author="bob",
        hours_ago=50,
        body="Walked the closed line from the quarry to the lake. Eleven bridges, nine of them"
        " still standing, one heron on each.",
        comments=(("alice", "Which one has the best morning light?"),),
    ),
    DemoPost(
        name="list",
        author="carol",
        hours_ago=44,
        visibility=Visibility.PRIVATE,
        body="Order: 25 kg stoneware, cobalt carbonate, new sponge. Ask about the shelf props.",
    ),
    BOUGHT,
    DemoPost(
        name="open",
        author="carol",
        hours_ago=20,
        visibility=Visibility.FOLLOWERS,
        body="""\
The shop opens for followers a day early: twelve cups, four bowls, one teapot with a lid that
fits. Write to me which one you want and I put it aside until Friday.""",
    ),
    DemoPost(
        name="fog",
        author="alice",
        hours_ago=9,
        body="""\
Fog this morning, so thick that the signal lamp was a small sun with nothing below it. I exposed
two sheets and packed up. Some days two is plenty.""",
        comments=(("carol", "Please print this one large."), ("bob", "Two is plenty.")),
    ),
    DemoPost(
        name="notes",
        author="alice",
        hours_ago=3,
        visibility=Visibility.PAID,
        price=600,
        body="""\
Printing the fog: my whole notebook for one negative, with every test strip and what each one
taught me. It took fourteen sheets of paper to get to a print that looks as quiet as it was.

<!-- more -->

Sheets one to four: grade 2, too grey, the lamp drowned. Sheets five to nine: split grade, 00 for
eleven seconds and then 5 for three; the lamp came back, and the fog turned to paper. Sheets ten
to thirteen: the same with two seconds of flashing before. Sheet fourteen: the same, and I stopped
looking at the clock and pulled it when it looked right. That is the one.""",
        comments=(("alice", "Ask me anything about the flashing; it is simpler than it sounds."),),
    ),
)
