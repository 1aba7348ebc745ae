"""Where uploads of posts are kept: a folder, or a bucket that nobody else may read."""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit


def storage(folder: Path, *, bucket: str, region: str, endpoint: str) -> dict[str, Any]:
    """The entry of STORAGES."""
    if not bucket:
        return {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {
                "location": folder,
                "file_permissions_mode": 0o640,
                "directory_permissions_mode": 0o750,
            },
        }
    return {
        "BACKEND": "core.bucket.PrivateBucket",
        "OPTIONS": {
            "bucket_name": bucket,
            "region_name": region or None,
            "endpoint_url": endpoint or None,
        },
    }


def origins(*, bucket: str, region: str, endpoint: str) -> list[str]:
    """Where its signed addresses lead, for the policy of the pages."""
    if not bucket:
        return []
    if endpoint:
        parts = urlsplit(endpoint)
        return [f"{parts.scheme}://{parts.netloc}"]
    hosts = [f"{bucket}.s3.amazonaws.com"]
    if region:
        hosts.append(f"{bucket}.s3.{region}.amazonaws.com")
    return [f"https://{host}" for host in hosts]
