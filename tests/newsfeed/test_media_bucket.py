"""The same with a private bucket in place of the folder."""

from urllib.parse import parse_qs, urlsplit

import boto3
import pytest
from botocore.signers import RequestSigner
from django.core.exceptions import ImproperlyConfigured
from django.core.files.storage import storages

from config import media as buckets
from core.errors import ServiceUnavailable
from newsfeed import access, media_files
from newsfeed.errors import MediaNotFound
from newsfeed.items import MediaState, Variant
from tests.engines import TEST_ENDPOINT
from tests.newsfeed.feeds import PAID, PUBLIC, publish
from tests.newsfeed.uploads import PDF, delete, upload, uploaded

BUCKET, REGION = "latchkey-posts", "us-east-1"
SIGN = RequestSigner.sign  # which other tests do without (tests/quick_moto.py)
pytestmark = pytest.mark.skipif(bool(TEST_ENDPOINT), reason="the bucket is moto's")


@pytest.fixture(autouse=True)
def bucket(settings, tmp_path, monkeypatch):
    monkeypatch.setattr(RequestSigner, "sign", SIGN)
    settings.STORAGE = "aws"
    settings.MEDIA_BUCKET = BUCKET
    entry = buckets.storage(tmp_path, bucket=BUCKET, region=REGION, endpoint="")
    settings.STORAGES = {**settings.STORAGES, "media": entry}
    client = boto3.client("s3", region_name=REGION)
    client.create_bucket(Bucket=BUCKET)
    yield client
    for key in keys(client):
        client.delete_object(Bucket=BUCKET, Key=key)
    client.delete_bucket(Bucket=BUCKET)
    client.close()


def keys(client):
    return sorted(each["Key"] for each in client.list_objects_v2(Bucket=BUCKET).get("Contents", []))


def test_uploads_are_kept_and_removed_in_it(alice, bucket):
    tern = uploaded(alice)
    assert tern.state is MediaState.READY
    assert keys(bucket) == [f"{tern.media_id}/{name}" for name in ("full", "preview", "small")]
    assert media_files.read(tern.media_id, Variant.PREVIEW)[8:12] == b"WEBP"
    delete(alice, tern)
    assert keys(bucket) == []


def test_nothing_in_it_is_public(alice, bucket):
    tern = uploaded(alice)
    grants = bucket.get_object_acl(Bucket=BUCKET, Key=f"{tern.media_id}/full")["Grants"]
    assert {grant["Grantee"]["Type"] for grant in grants} == {"CanonicalUser"}


def test_who_may_see_it_is_sent_to_an_address_that_is_good_for_a_minute(client_for, alice, bob):
    notes = upload(alice, PDF, "plan.pdf")
    publish(alice, visibility=PUBLIC, media=(notes.media_id,))
    answer = client_for(bob).get(f"/media/{notes.media_id}/full/")
    assert (answer.status_code, answer.headers["Cache-Control"]) == (302, "private, no-store")
    place = urlsplit(answer.headers["Location"])
    asked = {name: values[0] for name, values in parse_qs(place.query).items()}
    assert place.netloc in {urlsplit(each).netloc for each in origins()}
    assert place.path == f"/{notes.media_id}/full"
    assert asked["X-Amz-Expires"] == "60"
    assert asked["response-content-type"] == "application/pdf"
    assert asked["response-content-disposition"] == 'attachment; filename="plan.pdf"'
    assert asked["response-cache-control"] == "private, no-store"


def test_who_may_not_gets_no_address(client_for, alice, mallory):
    tern = uploaded(alice)
    publish(alice, visibility=PAID, media=(tern.media_id,))
    stranger = client_for(mallory)
    assert stranger.get(f"/media/{tern.media_id}/full/").status_code == 404
    preview = stranger.get(f"/media/{tern.media_id}/preview/")
    assert urlsplit(preview.headers["Location"]).path == f"/{tern.media_id}/preview"


def test_pages_may_draw_what_the_bucket_serves():
    assert origins() == [
        "https://latchkey-posts.s3.amazonaws.com",
        "https://latchkey-posts.s3.us-east-1.amazonaws.com",
    ]
    theirs = buckets.origins(bucket=BUCKET, region="", endpoint="https://minio.example:9000/x")
    assert theirs == ["https://minio.example:9000"]
    assert buckets.origins(bucket="", region="", endpoint="") == []


def origins():
    return buckets.origins(bucket=BUCKET, region=REGION, endpoint="")


def test_what_is_not_there_is_not_found_and_an_outage_is_one(alice, bucket, settings):
    with pytest.raises(MediaNotFound):
        media_files.read("01ARZ3NDEKTSV4RRFFQ69G5FAV", Variant.FULL)
    entry = settings.STORAGES["media"]
    gone = {**entry, "OPTIONS": {**entry["OPTIONS"], "bucket_name": "no-such-bucket"}}
    settings.STORAGES = {**settings.STORAGES, "media": gone}
    with pytest.raises(ServiceUnavailable):
        upload(alice, PDF)


def test_local_mode_never_leaves_this_machine(settings):
    settings.STORAGE = "local"
    settings.MEDIA_BUCKET_ENDPOINT = ""
    settings.STORAGES = {**settings.STORAGES}  # made anew at the next use
    with pytest.raises(ImproperlyConfigured):
        storages["media"]
    settings.STORAGE = "aws"


def test_workers_and_servers_may_touch_this_bucket_and_nothing_else():
    for role in ("web", "worker"):
        objects, listing = access.statements(role, REGION, "123456789012")
        assert objects["Resource"] == [f"arn:aws:s3:::{BUCKET}/*"]
        assert objects["Action"] == ["s3:DeleteObject", "s3:GetObject", "s3:PutObject"]
        assert listing["Resource"] == [f"arn:aws:s3:::{BUCKET}"]
    assert access.statements("admin", REGION, "123456789012") == []
