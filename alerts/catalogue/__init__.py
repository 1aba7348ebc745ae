"""What every kind of alert says, how serious it is, where it goes and what is one event of it.

To add a kind: a member of AlertKind, and its entry here, made by security(), account() or
money(); docs/alerts.md lists it. A text may name a value of the alert's context: "The key
“%(name)s” was made."; every name that it uses must be in the context of each raise. `page` is
the name of the URL where one sees or undoes it, without arguments. A value that a person should
see as a fact of its own needs a label in FACTS; other values of a context are never shown.
"""

from collections.abc import Mapping

from alerts.catalogue.account import ACCOUNT
from alerts.catalogue.entries import EVERYWHERE, IN_APP_ONLY, Entry, Grouping
from alerts.catalogue.keys import KEYS
from alerts.catalogue.labels import CATEGORY_TEXTS, CHANNEL_TEXTS, FACTS, PLACE
from alerts.catalogue.lost_factors import LOST_FACTORS
from alerts.catalogue.money import MONEY
from alerts.catalogue.security import SECURITY
from alerts.items import AlertKind

CATALOGUE: Mapping[AlertKind, Entry] = {
    **SECURITY,
    **KEYS,
    **LOST_FACTORS,
    **ACCOUNT,
    **MONEY,
}

__all__ = [
    "CATALOGUE",
    "CATEGORY_TEXTS",
    "CHANNEL_TEXTS",
    "EVERYWHERE",
    "FACTS",
    "IN_APP_ONLY",
    "PLACE",
    "Entry",
    "Grouping",
]
