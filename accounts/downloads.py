from django.http import HttpResponse
from django.utils.http import content_disposition_header

from accounts.items import ExportFile


def download(file: ExportFile) -> HttpResponse:
    """To be saved, never shown or kept by anything between."""
    response = HttpResponse(file.content, content_type="application/json")
    response.headers["Content-Disposition"] = content_disposition_header(True, file.name)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "no-store"
    return response
