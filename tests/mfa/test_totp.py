"""The engine against the standards, and the QR code against an independent decoder."""

import base64
import hashlib
import hmac
import random
import re
from datetime import UTC, datetime
from urllib.parse import parse_qs, unquote, urlsplit

import pyotp
import pytest
import zxingcpp
from PIL import Image, ImageDraw

from mfa import qr, totp

RFC_SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"  # "12345678901234567890"
HOTP = [
    *("755224", "287082", "359152", "969429", "338314"),
    *("254676", "287922", "162583", "399871", "520489"),
]
TOTP = {
    59: "287082",
    1111111109: "081804",
    1111111111: "050471",
    1234567890: "005924",
    2000000000: "279037",
    20000000000: "353130",
}
NOON = datetime(2031, 1, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(("counter", "code"), list(enumerate(HOTP)))
def test_rfc_4226_appendix_d(counter, code):
    assert totp.code_of(RFC_SECRET, counter) == code


@pytest.mark.parametrize(("seconds", "code"), list(TOTP.items()))
def test_rfc_6238_appendix_b(seconds, code):
    moment = datetime.fromtimestamp(seconds, UTC)
    step = totp.matching_step(RFC_SECRET, code, moment=moment, after=0)
    assert step == seconds // 30


def plain_hotp(key, counter):
    """RFC 4226 §5.3, from the text of the standard; the product asks pyotp."""
    digest = hmac.digest(key, counter.to_bytes(8), hashlib.sha1)
    offset = digest[-1] & 15
    number = int.from_bytes(digest[offset : offset + 4]) & 0x7FFF_FFFF
    return f"{number % 10**6:06d}"


def test_ten_thousand_codes_agree_with_a_second_implementation():
    chance = random.Random(6238)
    secrets = [totp.new_secret() for _ in range(20)]
    keys = {secret: base64.b32decode(secret) for secret in secrets}
    for _ in range(10_000):
        secret, step = chance.choice(secrets), chance.randrange(2**33)
        assert totp.code_of(secret, step) == plain_hotp(keys[secret], step)


@pytest.mark.parametrize(
    ("away", "taken"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)]
)
def test_it_takes_one_step_of_drift(away, taken):
    now = totp.step_at(NOON)
    code = totp.code_of(RFC_SECRET, now + away)
    found = totp.matching_step(RFC_SECRET, code, moment=NOON, after=0)
    assert found == (now + away if taken else None)


def test_it_refuses_a_step_up_to_the_last_one_used():
    now = totp.step_at(NOON)
    for away, taken in ((-1, False), (0, False), (1, True)):
        code = totp.code_of(RFC_SECRET, now + away)
        found = totp.matching_step(RFC_SECRET, code, moment=NOON, after=now)
        assert found == (now + away if taken else None)


def test_a_code_of_two_steps_counts_as_the_later_one():
    """Else the step after would take what was used a moment ago."""
    secret, now = "HDMUKUQBMJZE5MPK5ATW3RRSKY3EZHJ2", totp.step_at(NOON)
    assert totp.code_of(secret, now - 1) == totp.code_of(secret, now) == "699531"
    assert totp.matching_step(secret, "699531", moment=NOON, after=0) == now
    assert totp.matching_step(secret, "699531", moment=NOON, after=now) is None


@pytest.mark.parametrize("shape", ["{0} {1}", " {0}-{1} ", "{0}\u2009{1}"])
def test_spaces_do_not_matter(shape):
    code = totp.code_of(RFC_SECRET, totp.step_at(NOON))
    assert totp.matching_step(RFC_SECRET, shape.format(code[:3], code[3:]), moment=NOON, after=0)


@pytest.mark.parametrize("text", ["", "12345", "abcdef", "1234567", "١٢٣٤٥٦"])
def test_other_text_is_no_code(text):
    assert totp.matching_step(RFC_SECRET, text, moment=NOON, after=0) is None


def test_a_secret_has_160_bits_and_is_never_the_same():
    secrets = {totp.new_secret() for _ in range(100)}
    assert len(secrets) == 100
    assert {len(pyotp.HOTP(secret).byte_secret()) for secret in secrets} == {20}


URI = totp.uri_of(RFC_SECRET, account="a+b@exämple.com", issuer="Latch & key")


def test_the_uri_says_what_an_app_needs():
    parsed = pyotp.parse_uri(URI)
    assert (parsed.secret, parsed.name) == (RFC_SECRET, "a+b@exämple.com")
    assert (parsed.issuer, parsed.digits, parsed.interval) == ("Latch & key", 6, 30)


NAMES = [
    ("alice@example.com", "Latchkey"),
    ("a+b@exämple.com", "Latch & key"),
    ("a b@example.com", "Läden, Ünder & Söhne"),
    ("al:ice@example.com", "Latch: the key"),
    ("alice@example.com", "100% /?#=& 鍵 🗝"),
    ("x" * 242 + "@example.com", "A name as long as it may well be " * 2),
]


@pytest.mark.parametrize(("account", "issuer"), NAMES)
def test_the_qr_code_is_read_back_by_an_independent_decoder(account, issuer):
    uri = totp.uri_of(RFC_SECRET, account=account, issuer=issuer)
    assert zxingcpp.read_barcodes(drawn(qr.svg(uri)))[0].text == uri


@pytest.mark.parametrize(("account", "issuer"), NAMES)
def test_whatever_the_names_hold_an_app_reads_them_apart(account, issuer):
    """By the Key URI Format alone: the label is unquoted, then parted at its one colon."""
    uri = urlsplit(totp.uri_of(RFC_SECRET, account=account, issuer=issuer))
    assert (uri.scheme, uri.netloc, uri.fragment) == ("otpauth", "totp", "")
    shown = [text.replace(":", " ") for text in (issuer, account)]
    assert unquote(uri.path[1:]).split(":") == shown
    query = parse_qs(uri.query, strict_parsing=True)
    assert query == {"secret": [RFC_SECRET], "issuer": [shown[0]]}


def test_the_page_draws_the_uri_of_the_person_and_the_site(client_for, alice, settings):
    settings.SITE_NAME = "Läden: Ünder & Söhne"
    client = client_for(alice)
    page = client.get(client.post("/settings/mfa/totp/add/", {"name": "x"}).url).content.decode()
    secret = re.search(r'<code id="setup-key">([A-Z2-7 ]+)<', page).group(1).replace(" ", "")
    (found,) = zxingcpp.read_barcodes(drawn(page[page.index("<svg", page.index('class="qr"')) :]))
    assert found.text == totp.uri_of(secret, account=alice.email, issuer=settings.SITE_NAME)


def test_the_svg_has_nothing_that_the_content_security_policy_forbids():
    svg = qr.svg(URI)
    assert svg.startswith("<svg")
    for forbidden in ("style", "script", "data:", "href", "<image"):
        assert forbidden not in svg


def drawn(svg):
    """The very path of the SVG, as a picture: moves and horizontal strokes, a module thick."""
    side = int(re.search(r'viewBox="0 0 (\d+) ', svg).group(1))
    image = Image.new("L", (side * 8, side * 8), 255)
    draw = ImageDraw.Draw(image)
    path = re.search(r'stroke="#000"[^>]*? d="([^"]+)"|d="(M[^"]+)"[^>]*stroke="#000"', svg)
    x = y = 0.0
    for letter, numbers in re.findall(r"([Mmh])([^Mmh]*)", path.group(1) or path.group(2)):
        values = [float(number) for number in re.findall(r"-?\d*\.?\d+", numbers)]
        if letter == "h":
            top = (y - 0.5) * 8
            draw.rectangle([x * 8, top, (x + values[0]) * 8 - 1, top + 7], fill=0)
            x += values[0]
        else:
            x, y = values if letter == "M" else (x + values[0], y + values[1])
    return image
