"""The invariants of the ledger, read from the rows themselves."""

from collections import Counter, defaultdict

from billing.repository import BILLING
from dynamo.table import Table

WALLET_BUCKETS = ("available", "held", "debt")
COUNTED_AS = {
    ("RF", "pending"): ("reserved",),
    ("RF", "unknown"): ("reserved",),
    ("RF", "succeeded"): ("refunded",),
    ("DP", "open"): ("disputed",),
    ("DP", "lost"): ("disputed", "lost"),
}
AT_PROVIDERS = ("clearing", "provider_fees", "dispute_fees", "disputes_receivable")
UNSETTLED = ("created", "processing", "unknown", "failed", "canceled")


def rows():
    return list(Table(BILLING).scan())


def legs(found=None):
    found = rows() if found is None else found
    return [row for row in found if row["sk"].startswith(("LEDGER#", "LEG#"))]


def problems():
    """What is wrong with the books; [] = nothing."""
    found = rows()
    checks = (
        _unbalanced,
        _wallets_off,
        _running_off,
        _earnings_off,
        _unpaid,
        _payments_off,
        _holds_off,
        _platform_off,
    )
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
    """One settled payment, purchase, adjustment or step of a refund or dispute: one transaction."""
    told = set()
    for row in found:
        family, _, rest = row["sk"].partition("#")
        if family == "PAY" and row["status"] not in UNSETTLED:
            told.add(row["payment_intent_id"])
        elif family == "IDEM":
            told |= {row["txn"], f"{row['txn']}.reversed"} if "reversed_at" in row else {row["txn"]}
        elif family == "ADJ":
            told.add(row["adjustment_id"])
        elif family == "PAYX":
            told |= {f"{rest.rpartition('#')[2]}.{n}" for n in range(1, row["version"] + 1)}
    written = {leg["txn"] for leg in legs(found)}
    steps = {txn for txn in told if txn.rpartition(".")[2].isdigit()}  # not each moves money
    fees = {txn for txn in written if txn.endswith(".fee")}
    undone = {txn.removesuffix(".reversed") for txn in written if txn.endswith(".reversed")}
    bought_again = undone | {f"{txn}.reversed" for txn in undone & written}
    yield from sorted(told - written - steps)
    yield from sorted(written - told - fees - bought_again)


def _payments_off(found):
    """What payments say came back of them, against the rows of refunds and disputes."""
    sums = defaultdict(Counter)
    for row in _reversals(found):
        for name in COUNTED_AS.get((row["sk"].split("#")[2], row["status"]), ()):
            sums[row["payment_intent_id"]][name] += row["amount"]
    for row in found:
        if row["sk"].startswith("PAY#"):
            counted = sums[row["payment_intent_id"]]
            for name in ("reserved", "refunded", "disputed", "lost"):
                if row[name] != counted[name]:
                    yield f"{row['sk']} {name} is {row[name]}, its rows say {counted[name]}"
            if row["refunded"] + row["reserved"] > row["amount"]:
                yield f"{row['sk']} gives back more than it brought"
            if row["status"] not in UNSETTLED and row["status"] != _standing(row):
                yield f"{row['sk']} is {row['status']}, not {_standing(row)}"


def _holds_off(found):
    """What wallets hold and why they are restricted, against the same rows."""
    held, disputes = Counter(), Counter()
    for row in _reversals(found):
        if "reserved" in COUNTED_AS.get((row["sk"].split("#")[2], row["status"]), ()):
            held[row["pk"]] += row["amount"]
        if row["sk"].split("#")[2] == "DP" and row["status"] == "open":
            held[row["pk"]] += row["held"]
            disputes[row["pk"]] += 1
    for row in found:
        if row["sk"] == "BALANCE":
            place = row["pk"]
            if (row["held"], row["open_disputes"]) != (held[place], disputes[place]):
                yield f"{place} holds {row['held']} for {row['open_disputes']} disputes"
            if (row["status"] == "restricted") != bool(disputes[place]):
                yield f"{place} is {row['status']}"
            if row["available"] and row["debt"]:
                yield f"{place} has money and a debt"


def _platform_off(found):
    """The platform's side at each provider, from what payments and disputes say, not from the
    other legs."""
    payments = {row["payment_intent_id"]: row for row in found if row["sk"].startswith("PAY#")}
    expected = Counter()
    for row in payments.values():
        if row["status"] not in UNSETTLED:
            fee, provider = row.get("fee", 0), row["provider"]
            gone = row["refunded"] + row["disputed"] + fee
            expected[f"clearing:{provider}"] += gone - row["amount"]
            expected[f"provider_fees:{provider}"] -= fee
    for row in _reversals(found):
        if row["sk"].split("#")[2] == "DP":
            provider = payments[row["payment_intent_id"]]["provider"]
            expected[f"clearing:{provider}"] += row["fee"]
            expected[f"dispute_fees:{provider}"] -= row["fee"]
            if row["status"] == "open":
                expected[f"disputes_receivable:{provider}"] -= row["amount"]
    booked = Counter()
    for leg in legs(found):
        if leg["bucket"] in AT_PROVIDERS:
            account = leg["pk"].removeprefix("ACCT#").rpartition(":")[0]
            booked[account] += leg["amount"]
    for account in sorted({*expected, *booked}):
        if booked[account] != expected[account]:
            said = expected[account]
            yield f"{account} is {booked[account]}, payments and disputes say {said}"


def _reversals(found):
    return [row for row in found if row["sk"].startswith("PAYX#")]


def _standing(row):
    if row["disputed"] > row["lost"]:
        return "disputed"
    if row["lost"]:
        return "charged_back"
    if row["refunded"]:
        return "refunded" if row["refunded"] == row["amount"] else "partially_refunded"
    return "settled"


def _of_people(found):
    return [leg for leg in legs(found) if leg["sk"].startswith("LEDGER#")]
