"""A private bucket as Django's storage: what STORAGES["media"] is with MEDIA_BUCKET."""

from typing import Any

from storages.backends.s3 import S3Storage
from typing_extensions import override

from core import aws
from dynamo import client


class PrivateBucket(S3Storage):  # type: ignore[misc]
    """Reached as every service of AWS here is: the same credentials, short waits, and in local
    mode loopback alone. Nothing in it is public; every address is signed."""

    @override
    def get_default_settings(self) -> dict[str, Any]:
        return {
            **super().get_default_settings(),
            "default_acl": None,
            "querystring_auth": True,
            "querystring_expire": 60,
            "file_overwrite": True,
            "custom_domain": None,
            "client_config": aws.bucket_config(),
        }

    @override
    def _create_session(self) -> Any:
        return client.session()
