"""CHALLENGE rows of the SMS and email tables: a code that was sent, used once."""

from core import clock
from dynamo.expressions import Update, attr
from dynamo.table import Item, Key, Table, Write
from mfa.items import Challenge, Method
from mfa.repository.tables import DEVICES, SHAPE_VERSION

CHALLENGE_LABEL = "challenge"


class ChallengeRepository:
    def __init__(self, method: Method) -> None:
        self.table = Table(DEVICES[method])

    def find(self, user_sub: str, challenge_id: str) -> Challenge | None:
        """None also once it has expired, whether or not the row is still there."""
        row = self.table.get(self._key(user_sub, challenge_id), consistent=True)
        found = _challenge(row) if row else None
        return found if found and found.expires_at > clock.now() else None

    def putting(self, challenge: Challenge, *, old: Challenge | None) -> Write:
        """A new code; the one before it stops working. Fails when another one came first, or a
        try was counted meanwhile."""
        condition = attr("sends").missing() | attr("expires_at").le(clock.epoch(clock.now()))
        if old:
            condition = attr("sends").eq(old.sends) & attr("tries").eq(old.tries)
        return self.table.putting(self._row(challenge), condition=condition, label=CHALLENGE_LABEL)

    def count_try(self, user_sub: str, challenge_id: str, *, most: int) -> Challenge:
        """Raises ConditionFailed when there is none, or its tries are used up."""
        row = self.table.update(
            self._key(user_sub, challenge_id),
            Update().increment("tries", 1),
            condition=attr("tries").lt(most),
            returning="new",
        )
        return _challenge(row)

    def using(self, challenge: Challenge) -> Write:
        """The one use: deletes the row, and fails when it was used or holds another code."""
        return self.table.deleting(
            self._key(challenge.user_sub, challenge.challenge_id),
            condition=attr("code_digest").eq(challenge.code_digest),
            label=CHALLENGE_LABEL,
        )

    @staticmethod
    def _key(user_sub: str, challenge_id: str) -> Key:
        return {"user_sub": user_sub, "device_id": f"CHALLENGE#{challenge_id}"}

    def _row(self, challenge: Challenge) -> Item:
        stamp = clock.text(clock.now())
        return {
            **self._key(challenge.user_sub, challenge.challenge_id),
            "for_device": challenge.device_id,
            "code_digest": challenge.code_digest,
            "code_expires_at": clock.text(challenge.code_expires_at),
            "resend_at": clock.text(challenge.resend_at),
            "expires_at": clock.epoch(challenge.expires_at),
            "tries": challenge.tries,
            "sends": challenge.sends,
            "created_at": stamp,
            "updated_at": stamp,
            "sv": SHAPE_VERSION,
        }


def _challenge(row: Item) -> Challenge:
    return Challenge(
        user_sub=row["user_sub"],
        challenge_id=row["device_id"].removeprefix("CHALLENGE#"),
        device_id=row["for_device"],
        code_digest=row["code_digest"],
        code_expires_at=clock.parse(row["code_expires_at"]),
        resend_at=clock.parse(row["resend_at"]),
        expires_at=clock.from_epoch(row["expires_at"]),
        tries=row["tries"],
        sends=row["sends"],
    )
