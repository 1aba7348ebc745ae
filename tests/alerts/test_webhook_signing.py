from datetime import UTC, datetime, timedelta, timezone

import pytest
from standardwebhooks import Webhook

from alerts.services.webhooks import signing

# The vector of https://www.standardwebhooks.com.
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
MESSAGE = "msg_p5jXN8AQM9LWM0D4loKWxJek"
AT = datetime.fromtimestamp(1614265330, UTC)
BODY = '{"test": 2432232314}'
SIGNATURE = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@pytest.mark.parametrize("hours", [0, 5, -8])
def test_it_signs_as_the_standard_says_in_every_time_zone(hours):
    zone = timezone(timedelta(hours=hours))
    assert signing.sign(SECRET, MESSAGE, AT.astimezone(zone), BODY) == SIGNATURE


def test_secrets_are_long_and_differ():
    first, second = signing.new_secret(), signing.new_secret()
    assert first != second
    assert first.startswith("whsec_")
    assert len(Webhook(first)._whsecret) == 32
