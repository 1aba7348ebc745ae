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
        if content_length > settings.UPLOAD_MAX_BYTES:
            raise RequestDataTooBig("The form with its files is too large.")

    @override
    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        return raw_data

    @override
    def file_complete(self, file_size: int) -> None:
        return None
