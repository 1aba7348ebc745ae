"""Bob mostly reads, and walks."""

from newsfeed.demo_texts.told import DemoPost, Said

POSTS = (
    DemoPost(
        name="walk",
        author="bob",
        hours_ago=50,
        body="""\
Walked the closed line from the quarry to the lake. Eleven bridges, nine of them still standing,
one heron on each.""",
        pictures=(("hills", "Two hills with contour lines: the way from the quarry to the lake"),),
        comments=(
            Said(
                author="alice",
                text="Which one has the best morning light?",
                replies=(("bob", "The seventh. Bring boots."),),
            ),
        ),
        reactions=(("alice", "like"), ("carol", "like")),
    ),
    DemoPost(
        name="bridges",
        author="bob",
        hours_ago=16,
        body="""\
The bridges again, from above, by way of Dan's map and a fish-and-chips paper. I am no artist and
ask for mercy.""",
        pictures=(
            ("river", "A river in long bends, blue on green"),
            ("hills", "The two hills behind the quarry"),
            ("islands", "The lake with its seven islands"),
            ("dusk", "The hut at the lake after sunset"),
            ("fog", "The tenth bridge, in fog"),
        ),
        comments=(
            Said(
                author="dan",
                text="No mercy needed. The bends are right.",
                replies=(("bob", "I will frame this comment."),),
            ),
        ),
        reactions=(("dan", "love"), ("alice", "like"), ("carol", "like"), ("erin", "wow")),
    ),
)
