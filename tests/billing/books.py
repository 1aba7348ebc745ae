"""The invariants of the ledger, read from the rows themselves."""

from collections import defaultdict

from billing.repository import BILLING
from dynamo.table import Table

WALLET_BUCKETS = ("available", "held", "debt")


def rows():
    return list(Table(BILLING).scan())


def legs(found=None):
    found = rows() if found is None else found
    return [row for row in found if row["sk"].startswith(("LEDGER#", "LEG#"))]


def problems():
    """What is wrong with the books; [] = nothing."""
    found = rows()
    checks = (_unbalanced, _wallets_off, _running_off, _earnings_off, _unpaid)
    return [problem for check in checks for problem in check(found)]


def _unbalanced(found):
    sums = defaultdict(int)
    for leg in legs(found):
        sums[leg["txn"]] += leg["amount"]
    return [f"transaction {txn} adds up to {total}" for txn, total in sums.items() if total]


def _wallets_off(found):
    sums = defaultdict(int)
    for leg in _of_people(found):
        sums[leg["pk"], leg["bucket"]] += leg["amount"]
    for row in found:
        if row["sk"] == "BALANCE":
            for bucket in WALLET_BUCKETS:
                signed = -row[bucket] if bucket == "debt" else row[bucket]
                if row[bucket] < 0 or sums.pop((row["pk"], bucket), 0) != signed:
                    yield f"{row['pk']} {bucket} is {row[bucket]}"
    yield from (f"{key} has legs and no balance" for key in sums if key[1] != "earn")


def _running_off(found):
    running = defaultdict(int)
    for leg in sorted(_of_people(found), key=lambda leg: leg["sk"]):
        if leg["bucket"] == "earn":
            continue
        place = leg["pk"], leg["bucket"]
        running[place] += leg["amount"]
        if leg["after"] != running[place]:
            yield f"{leg['sk']} says {leg['after']}, but it is {running[place]}"
        if leg["bucket"] != "debt" and leg["after"] < 0:
            yield f"{leg['sk']} is negative"


def _earnings_off(found):
    sums = defaultdict(int)
    for row in found:
        if row["sk"].startswith("EARNDAY#"):
            sums[row["pk"]] += row["pending"]
        if row["sk"].startswith("LEDGER#") and row["bucket"] == "earn":
            sums[row["pk"]] -= row["amount"]
    return [f"{place} earnings differ by {total}" for place, total in sums.items() if total]


def _unpaid(found):
    """One settled payment or purchase, one transaction, and the other way round."""
    paid = {
        row["payment_intent_id"]
        for row in found
        if row["sk"].startswith("PAY#") and row["status"] == "settled"
    }
    bought = {row["txn"] for row in found if row["sk"].startswith("IDEM#")}
    return sorted((paid | bought) ^ {leg["txn"] for leg in legs(found)})


def _of_people(found):
    return [leg for leg in legs(found) if leg["sk"].startswith("LEDGER#")]
