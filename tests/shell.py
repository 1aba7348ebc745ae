"""What the frame of a signed-in page costs beside the page: the numbers of what is new.

One hop, and at most 2.5 read units; for people of tests, who have little that is new, this much.
"""

CALLS = 3  # unread alerts, how far they were read, notifications
HOPS = 1
RRU = 1.5
