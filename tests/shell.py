"""What the frame of a signed-in page costs beside the page: the numbers of what is new.

One hop, and at most 2.5 read units; for people of tests, who have little that is new, this much.
"""

CALLS = 4  # unread alerts and how far they were read; notifications, and whose are left out
HOPS = 1
RRU = 2
