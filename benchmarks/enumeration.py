"""Do the times of the open doors tell which accounts exist?

    python -m benchmarks.enumeration [--rounds 40] [--seconds 90]

Sends each door requests for known and for unknown names, in random order within one run, to this
process with storage on a MiniStack engine of its own (loopback only), and prints both medians,
their ratio, and how often a known name took longer than an unknown one: 50 % tells nothing.
Ends with 1 when the middle halves of a door's times do not overlap.
"""

import argparse
import random
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles

import tests.environment  # noqa: F401  before Django reads its settings

MOST_ROUNDS, MOST_SECONDS = 200, 300
PASSWORD = "plum carpet seventeen boats"
HIT, MISS = "known", "unknown"


@dataclass
class Door:
    """`form(name, n)` is what is sent about `name`; n makes what must be new, new."""

    name: str
    path: str
    form: object
    times: dict[str, list[float]] = field(default_factory=lambda: {HIT: [], MISS: []})

    def knock(self, kind, n):
        from django.test import Client

        data = self.form(f"{kind}{n:04}@example.com", f"{kind[0]}{n:04}_{self.name[-2:]}")
        address = f"127.{1 + (kind == HIT)}.{n // 250}.{1 + n % 250}"  # no limit is met
        began = time.perf_counter()
        answer = Client(REMOTE_ADDR=address).post(self.path, data)
        self.times[kind].append((time.perf_counter() - began) * 1000)
        return answer.status_code

    def share_above(self):
        """How often a known name took longer than an unknown one, over all pairs."""
        pairs = [(a, b) for a in self.times[HIT] for b in self.times[MISS]]
        return sum((a > b) + (a == b) / 2 for a, b in pairs) / len(pairs)

    def overlaps(self):
        halves = [quantiles(self.times[kind], n=4) for kind in (HIT, MISS)]
        (low, _, high), (other_low, _, other_high) = halves
        return low <= other_high and other_low <= high


def doors():
    from django.urls import NoReverseMatch, reverse

    wanted = [
        ("sign-in", "accounts:sign_in", lambda name, _: {"login": name, "password": PASSWORD}),
        ("sign-up", "accounts:sign_up", _sign_up),
        ("reset", "accounts:reset", lambda name, _: {"email": name}),
    ]
    for name, url_name, form in wanted:
        try:
            yield Door(name, reverse(url_name), form)
        except NoReverseMatch:
            print(f"{name}: there is no such door")


def _sign_up(name, handle):
    return {"email": name, "handle": handle, "password": PASSWORD}


def make_accounts(count):
    from accounts.services.create import write_account
    from users import services as users

    password_hash = users.hash_password("another phrase entirely, of the owner")
    for n in range(count):
        account = users.new_account(
            email=f"{HIT}{n:04}@example.com", handle=f"owner{n:04}", password_hash=password_hash
        )
        write_account(account)


def measure(found, rounds, seconds):
    """Every door, both kinds of names, in random order; the first round only warms up."""
    rng = random.Random(1)
    end = time.monotonic() + seconds
    for n in range(rounds + 1):
        turns = [(door, kind) for door in found for kind in (HIT, MISS)]
        rng.shuffle(turns)
        answers = {(door.name, kind): door.knock(kind, n) for door, kind in turns}
        for door in found:
            pair = answers[door.name, HIT], answers[door.name, MISS]
            if pair[0] != pair[1] or pair[0] >= 400:
                sys.exit(f"{door.name}: the answers were {pair}")
        if n == 0:
            for door in found:
                door.times = {HIT: [], MISS: []}
        if time.monotonic() > end:
            print(f"time is over after {n} rounds")
            return


def report(found):
    print(f"{'door':8} {'known':>10} {'unknown':>10} {'ratio':>7} {'known slower':>13}  halves")
    for door in found:
        known, unknown = median(door.times[HIT]), median(door.times[MISS])
        verdict = "overlap" if door.overlaps() else "DO NOT OVERLAP"
        print(
            f"{door.name:8} {known:7.1f} ms {unknown:7.1f} ms {known / unknown:7.3f}"
            f" {door.share_above():12.0%}  {verdict}"
        )


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--seconds", type=int, default=90)
    options = parser.parse_args()
    rounds = min(max(options.rounds, 4), MOST_ROUNDS)
    import django

    django.setup()
    from django.test.utils import setup_test_environment

    from tests import engines

    setup_test_environment()
    with tempfile.TemporaryDirectory() as folder:
        engine = engines.new_engine(Path(folder))
        engine.start()
        try:
            with engines.connected_to(engine.url):
                engines.create_tables()
                make_accounts(rounds + 1)
                found = list(doors())
                measure(found, rounds, min(options.seconds, MOST_SECONDS))
                report(found)
        finally:
            engines.close_clients()
            engine.stop()
    sys.exit(0 if all(door.overlaps() for door in found) else 1)


if __name__ == "__main__":
    main()
