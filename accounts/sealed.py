"""What accounts keep under a key: copies of one's data, and digests of codes from mails."""

from accounts.items import ExportState
from accounts.repository.exports import ExportRepository
from accounts.services.exports import context_of
from core import clock, private_files
from core.errors import NotFound
from core.sealed import Passing
from dynamo.schema import TableSchema, schema_named
from dynamo.table import Item


class ExportFiles:
    """Each row names a file; `renew` replaces it, so a download at that moment may find none."""

    kind = "copies of people's data"
    stays = ""

    @property
    def schema(self) -> TableSchema:
        return schema_named("users")

    def key_id(self, row: Item) -> str:
        if not _is_ready(row):
            return ""
        try:
            return private_files.key_id(row["export_id"])
        except NotFound:
            return ""

    def renew(self, row: Item) -> bool:
        user_sub, export_id = row["user_sub"], row["export_id"]
        context = context_of(user_sub, export_id)
        try:
            text = private_files.read(export_id, context=context)
        except NotFound:
            return False
        private_files.save(export_id, text, context=context)
        if ExportRepository().find(user_sub, export_id) is None:
            private_files.delete(export_id)  # it was removed meanwhile
        return True


def _is_ready(row: Item) -> bool:
    is_export = row["sk"].startswith("EXPORT#")
    return is_export and bool(row["state"] == ExportState.READY)


def _code_is_open(row: Item) -> bool:
    return clock.parse(row["code_expires_at"]) > clock.now()


CODES = Passing(
    kind="codes in mails",
    schema=schema_named("users"),
    path=("code_digest",),
    stays="they end after a quarter of an hour",
    is_meant=_code_is_open,
)
SEALED = [ExportFiles(), CODES]
