"""The catalogue of every background job.

It lives below all other apps, so that a lower app can ask for work that a higher one does
without importing it. The handler of a kind is in the `jobs` module of the app it names.
"""

from enum import StrEnum


class JobKind(StrEnum):
    SIGN_UP_MAIL = "accounts.sign_up_mail"
