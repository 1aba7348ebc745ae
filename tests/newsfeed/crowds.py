"""Very many followers, written without the transaction of each."""

from collections import Counter
from zlib import crc32

from core import clock, ids
from dynamo.schema import schema_named
from dynamo.table import Table
from newsfeed.repository import keys
from newsfeed.repository.rows import stamped


def gather_crowd(author, number):
    """Their ids, sorted; each follows the author, and is counted."""
    now = clock.now()
    subs = sorted(ids.new_id() for _ in range(number))
    rows = [stamped(keys.followed(sub, author.user_sub), user_id=sub, made=now) for sub in subs]
    rows += [stamped(keys.follower(author.user_sub, sub), user_id=sub, made=now) for sub in subs]
    shards = Counter(crc32(sub.encode()) % keys.COUNT_SHARDS for sub in subs)
    for shard, n in shards.items():
        key = keys.follower_count(author.user_sub, shard)
        rows.append({**stamped(key, user_id=author.user_sub, made=now), "n": n})
    Table(schema_named("app")).batch_write(puts=rows)
    return subs
