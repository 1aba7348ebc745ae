"""FlexForms: the address of CCBill's page for a payment, and the pass that comes back from it.

A digest covers price, period and currency alone, and everything else of the address may be edited
by who pays. So what we pass through names payment and person under a code of our own.
"""

import hashlib
import re
from dataclasses import dataclass
from typing import Self
from urllib.parse import urlencode

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

PARAMETER = "pay"
FORM = "form:"
_SALT = "billing.providers.ccbill.pass"
_PARTS = re.compile(r"([0-7][0-9A-Z]{25})\.([0-7][0-9A-Z]{25})\.([0-9a-f]{32})", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pass:
    """`is_ours` says whether this site wrote it."""

    payment_id: str
    user_sub: str
    is_ours: bool = True

    @classmethod
    def read(cls, text: str) -> Self:
        """Names nothing when it has another form."""
        found = _PARTS.fullmatch(text)
        if found is None:
            return cls(payment_id="", user_sub="", is_ours=False)
        payment_id, user_sub, code = found.groups()
        keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
        same = [constant_time_compare(_code(payment_id, user_sub, key), code) for key in keys]
        return cls(payment_id=payment_id, user_sub=user_sub, is_ours=any(same))

    @classmethod
    def of_form(cls, ref: str) -> Self:
        """Of the ref that a payment keeps of its form: no outsider writes that."""
        payment_id, _, user_sub = ref.removeprefix(FORM).partition(".")
        return cls(payment_id=payment_id, user_sub=user_sub)

    @property
    def text(self) -> str:
        code = _code(self.payment_id, self.user_sub, settings.SECRET_KEY)
        return f"{self.payment_id}.{self.user_sub}.{code}"

    @property
    def form_ref(self) -> str:
        return f"{FORM}{self.payment_id}.{self.user_sub}"


def address(
    base: str, given: Pass, *, subaccount: str, price: str, period: str, code: str, salt: str
) -> str:
    """The same for the same payment: nothing is made at CCBill before somebody pays."""
    asked = {
        "clientSubacc": subaccount,
        "initialPrice": price,
        "initialPeriod": period,
        "currencyCode": code,
        "formDigest": digest(price, period, code, salt),
        PARAMETER: given.text,
    }
    return f"{base}?{urlencode(asked)}"


def digest(*parts: str) -> str:
    """CCBill knows no other one than this."""
    return hashlib.md5("".join(parts).encode(), usedforsecurity=False).hexdigest()


def _code(payment_id: str, user_sub: str, key: str) -> str:
    named = f"{payment_id}.{user_sub}"
    return salted_hmac(_SALT, named, secret=key, algorithm="sha256").hexdigest()[:32]
