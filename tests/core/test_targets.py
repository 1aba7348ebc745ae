"""Where a request of ours may go."""

import pytest

from core.targets import UrlRefused, is_public, target_of

NOT_PUBLIC = [
    "127.0.0.1",
    "127.8.8.8",
    "0.0.0.0",  # noqa: S104
    "0.1.2.3",
    "10.0.0.1",
    "100.64.0.1",
    "100.127.255.254",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.1",
    "192.168.1.1",
    "198.18.0.1",
    "203.0.113.5",
    "224.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::ffff:127.0.0.1",
    "::ffff:8.8.8.8",
    "64:ff9b::7f00:1",
    "64:ff9b::808:808",
    "64:ff9b:1::1",
    "2001::1",
    "2001:db8::1",
    "2002:7f00:1::",
    "2002:808:808::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fe80::1%eth0",
    "ff02::1",
    "3fff::1",
    "nonsense",
]


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_an_address_off_the_public_internet_is_refused(address):
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "100.63.255.255", "100.128.0.1", "172.32.0.1"])
def test_a_public_one_is_not(address):
    assert is_public(address)


@pytest.mark.parametrize("address", ["2606:4700::1111", "2a00:1450:4001:81b::200e", "2003::1"])
def test_nor_is_one_of_version_six(address):
    assert is_public(address)


@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.example.com/",
        "ftp://hooks.example.com/",
        "hooks.example.com",
        "https://",
        "https://hooks.example.com:80/",
        "https://hooks.example.com:22/",
        "https://hooks.example.com:0/",
        "https://hooks.example.com:99999/",
        "https://hooks.example.com:x/",
        "https://alice:secret@hooks.example.com/",
        "https://hooks.example.com/#part",
        "https://hooks.example.com/a b",
        "https://hooks.example.com/\r\nHost: evil",
        "https://hooks.example.com\\@127.0.0.1/",
        "https://hooks.example.com/ü",
        "https://localhost/",
        "https://intranet/",
        "https://printer.local/",
        "https://metadata.google.internal/",
        "https://2130706433/",
        "https://127.1/",
        "https://0x7f.0.0.1/",
        "https://a_b.example.com/",
        "https://[::1]/",
        "https://[fd00:ec2::254]/",
        "https://[::ffff:169.254.169.254]/",
        "https://169.254.169.254/latest/meta-data/",
        "https://hooks.example.com/" + "a" * 500,
        "http://127.0.0.1:8000/dev/hooks/",
        "http://testserver/dev/hooks/",
        "",
    ],
)
def test_another_address_is_refused_with_a_reason(url):
    with pytest.raises(UrlRefused) as refused:
        target_of(url)
    assert str(refused.value.reason).endswith(".")


def test_what_is_fine_is_taken_apart():
    target = target_of("https://Hooks.Example.com:8443/in?token=1")
    assert (target.host, target.port, target.path) == ("hooks.example.com", 8443, "/in?token=1")
    assert (target_of("https://8.8.8.8").port, target_of("https://8.8.8.8").path) == (443, "/")
    assert target_of("https://bücher.example/").host == "xn--bcher-kva.example"
    assert "token" not in repr(target)


class TestTheReceiverOfLocalMode:
    URL = "http://127.0.0.1:8123/dev/hooks/"

    @pytest.fixture(autouse=True)
    def local(self, settings, monkeypatch):
        settings.DEBUG, settings.SITE_URL = True, "http://127.0.0.1:8123"
        monkeypatch.setattr("dynamo.client.is_local", lambda: True)

    def test_it_is_allowed_there(self):
        target = target_of(self.URL + "503/")
        assert (target.host, target.port, target.is_local) == ("127.0.0.1", 8123, True)

    @pytest.mark.parametrize(
        "url",
        [
            "http://127.0.0.1:8124/dev/hooks/",
            "http://127.0.0.1:8123/dev/inbox/",
            "http://127.0.0.1:8123/dev/hooks/../inbox/",
            "http://localhost:8123/dev/hooks/",
        ],
    )
    def test_nothing_else_on_this_machine_is(self, url):
        with pytest.raises(UrlRefused):
            target_of(url)

    def test_it_is_not_without_debug(self, settings):
        settings.DEBUG = False
        with pytest.raises(UrlRefused):
            target_of(self.URL)

    def test_nor_on_a_storage_that_is_not_local(self, monkeypatch):
        monkeypatch.setattr("dynamo.client.is_local", lambda: False)
        with pytest.raises(UrlRefused):
            target_of(self.URL)
