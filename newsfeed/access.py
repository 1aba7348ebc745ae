"""What servers and workers may do with the bucket, for `export_tables --format iam-policy`."""

from django.conf import settings

from dynamo.exports import Statement, granting

ACTIONS = ("s3:DeleteObject", "s3:GetObject", "s3:PutObject")


@granting
def statements(role: str, region: str, account: str) -> list[Statement]:
    """Listing is for a 404 where a file is missing: without it S3 says 403, as in an outage."""
    if role not in ("web", "worker") or not settings.MEDIA_BUCKET:
        return []
    bucket = f"arn:aws:s3:::{settings.MEDIA_BUCKET}"
    return [
        {"Sid": "Media", "Effect": "Allow", "Action": list(ACTIONS), "Resource": [f"{bucket}/*"]},
        {
            "Sid": "MediaMissing",
            "Effect": "Allow",
            "Action": ["s3:ListBucket"],
            "Resource": [bucket],
        },
    ]
