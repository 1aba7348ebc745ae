"""The fence of local mode: after `apply` no AWS client of this process finds a way off loopback."""

import os
from collections.abc import MutableMapping

from django.core.exceptions import ImproperlyConfigured

from dynamo.loopback import is_loopback

# Everything botocore reads starts so: profiles, keys, roles, endpoints, config files, IMDS.
SCRUBBED = ("AWS_", "BOTO_")
NEUTRAL = {
    "AWS_ACCESS_KEY_ID": "local",
    "AWS_SECRET_ACCESS_KEY": "local",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_EC2_METADATA_DISABLED": "true",
}
LOOPBACK = ("127.0.0.1", "localhost", "::1")


def apply(environment: MutableMapping[str, str]) -> None:
    """Scrub `environment` in place, before boto3 is imported.

    Raises ImproperlyConfigured when an address named there is not on loopback.
    """
    for name in ("DYNAMODB_ENDPOINT_URL", "JOBS_QUEUE_URL", "MEDIA_BUCKET_ENDPOINT"):
        require_loopback(name, environment.get(name, ""))
    for name in [name for name in environment if name.startswith(SCRUBBED)]:
        del environment[name]
    environment.update(NEUTRAL)
    for name in ("NO_PROXY", "no_proxy"):
        listed = [host for host in environment.get(name, "").split(",") if host.strip()]
        environment[name] = ",".join([*listed, *(host for host in LOOPBACK if host not in listed)])


def require_loopback(name: str, url: str) -> None:
    """Refuse a URL that leads off this machine; an empty one is fine."""
    if url and not is_loopback(url):
        raise ImproperlyConfigured(
            f"{name}={url} is not on this machine, but STORAGE=local may only talk to loopback. "
            f"Remove {name}, or set STORAGE=aws."
        )
