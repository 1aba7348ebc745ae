"""Rows as a rotation leaves them."""

from apikeys import peppers, texts
from apikeys.items import PendingSecret, PreviousSecret
from apikeys.repository.rows import pending_map, previous_map
from core import clock
from tests.apikeys.keys import change_row


def new_secret(issued):
    """Its whole text, its digest, its hint."""
    secret = texts.new_secret()
    text = texts.text_of(issued.key.key_id, secret)
    return text, peppers.digest(issued.key.key_id, secret), texts.hint_of(text)


def rotate(issued, *, overlap):
    """The new secret works at once, the old one for a while."""
    text, digest, hint = new_secret(issued)
    until = clock.now().replace(microsecond=0) + overlap
    former = PreviousSecret(digest=issued.key.digest, hint=issued.key.hint, until=until)
    change_row(
        issued,
        pepper=digest.pepper,
        secret_hash=digest.secret_hash,
        hint=hint,
        previous=previous_map(former),
    )
    return text


def prepare(issued, *, overlap):
    """The new secret takes over at its first use."""
    text, digest, hint = new_secret(issued)
    change_row(
        issued, pending=pending_map(PendingSecret(digest=digest, hint=hint, overlap=overlap))
    )
    return text
