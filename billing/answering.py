"""Answers that pages and the API have in common: the ledger as a file."""

from django.http import StreamingHttpResponse
from django.utils.http import content_disposition_header

from billing import services


def ledger_file(user_sub: str, month: str = "") -> StreamingHttpResponse:
    """To be saved, never shown or kept by anything between. Raises StatementNotFound."""
    name = f"ledger-{month}.csv" if month else "ledger.csv"
    return StreamingHttpResponse(
        services.export_ledger(user_sub, month=month),
        content_type="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": content_disposition_header(True, name),
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "no-store",
        },
    )
