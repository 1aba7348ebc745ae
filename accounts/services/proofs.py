"""A code and a link in a mail, either of which proves that a mailbox is somebody's own."""

from collections.abc import Callable
from datetime import timedelta
from hmac import compare_digest
from typing import TypeVar

from accounts.errors import WrongCode
from accounts.items import MailedProof, PendingProof, StoredProof
from accounts.repository.verify import ProofRepository
from core import clock, crypto, ids
from core.errors import RateLimited
from core.ratelimit import Limit
from dynamo.errors import TransactionCancelled
from dynamo.table import Write, transact

LIFETIME = timedelta(hours=24)  # NIST SP 800-63B-4 §4.2.1.2: at most 24 h by mail
CODE_LIFETIME = timedelta(minutes=15)
RESEND_WAIT = timedelta(seconds=60)
MOST_TRIES = 10
MOST_SENDS = 4
VERIFY_PER_IP = Limit(name="verify_ip", times=30, seconds=60)

ProofT = TypeVar("ProofT", bound=PendingProof)


def new_proof() -> MailedProof:
    return MailedProof(token=ids.new_token(), code=crypto.new_code())


def stored(mailed: MailedProof, *, purpose: str, row_hash: str, sends: int = 1) -> StoredProof:
    """What the row keeps. `purpose` and the row bind the code: it fits nowhere else."""
    now = clock.now()
    return StoredProof(
        token_hash=_hash_token(mailed.token, purpose),
        code_digest=crypto.code_digest(mailed.code, purpose=f"{purpose}:{row_hash}"),
        code_expires_at=now + CODE_LIFETIME,
        tries=0,
        sends=sends,
        resend_at=now + RESEND_WAIT,
    )


def is_proven(
    rows: ProofRepository[ProofT], pending: ProofT, *, purpose: str, code: str, token: str
) -> bool:
    """Counts the try before the compare, so that parallel guesses cannot pass the limit.

    Raises WrongCode when the tries are used up, or the row was used meanwhile.
    """
    try:
        transact([rows.counting_try(pending.row_hash, most=MOST_TRIES)])
    except TransactionCancelled as error:
        raise WrongCode from error
    proof = pending.proof
    if token:
        return compare_digest(_hash_token(token, purpose), proof.token_hash)
    purpose = f"{purpose}:{pending.row_hash}"
    matches = crypto.code_matches(code, proof.code_digest, purpose=purpose)
    return matches and proof.code_expires_at > clock.now()


def check_resend(pending: PendingProof) -> None:
    """Raises RateLimited inside the cool-down, or when this row has sent its share."""
    now, proof = clock.now(), pending.proof
    if proof.resend_at > now:
        raise RateLimited(retry_after=int((proof.resend_at - now).total_seconds()) + 1)
    if proof.sends >= MOST_SENDS:
        raise RateLimited(retry_after=int(LIFETIME.total_seconds()))


def resend(
    rows: ProofRepository[ProofT],
    pending: ProofT,
    *,
    purpose: str,
    mail: Callable[[MailedProof], Write],
) -> None:
    """A new code and link; the older ones stop working. Call check_resend() first.

    Raises RateLimited when another resend came first.
    """
    mailed = new_proof()
    proof = stored(
        mailed, purpose=purpose, row_hash=pending.row_hash, sends=pending.proof.sends + 1
    )
    try:
        transact([rows.renewing(pending, proof), mail(mailed)])
    except TransactionCancelled as error:
        if not error.failed(rows.kind):
            raise
        raise RateLimited(retry_after=int(RESEND_WAIT.total_seconds())) from error


def _hash_token(token: str, purpose: str) -> str:
    return ids.sha256_hex(f"{purpose}-token", token)
