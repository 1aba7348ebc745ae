from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler
from typing_extensions import override


class UploadLimit(FileUploadHandler):
    """First of FILE_UPLOAD_HANDLERS: refuses a form with files (413) before a byte is kept.

    Django bounds the text fields of a form only; its files would fill the disk of the server,
    whoever sends them to whatever page.
    """

    @override
    def handle_raw_input(
        self,
        input_data: Any,
        META: Mapping[str, Any],
        content_length: int,
        boundary: Any,
        encoding: str | None = None,
    ) -> None:
        if content_length > self._most():
            raise RequestDataTooBig("The form with its files is too large.")

    def _most(self) -> int:
        """More where files are what the page is for, and only of who is signed in."""
        request = self.request
        match = request.resolver_match if request else None
        if request is None or match is None or not request.user.is_authenticated:
            return settings.UPLOAD_MAX_BYTES
        return settings.UPLOAD_MAX_BYTES_AT.get(match.view_name, settings.UPLOAD_MAX_BYTES)

    @override
    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        return raw_data

    @override
    def file_complete(self, file_size: int) -> None:
        return None
