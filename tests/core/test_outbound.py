"""Requests to addresses that other people chose, against real TLS servers on loopback.

The policy of addresses is in test_targets.py; where a server here is to be reached, 127.0.0.1
stands for a public address.
"""

import socket
import ssl
import threading
import time
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from core import outbound
from core.outbound import Failure, OutboundFailed, post
from tests.core.test_targets import NOT_PUBLIC

LENGTH = b"content-length:"
HOST = "hooks.example.com"
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\nX-Part: one\r\n\r\nfine"


@pytest.fixture(scope="session")
def certificate(tmp_path_factory):
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path_factory.mktemp("tls") / "server.pem"
    secret = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    file.write_bytes(secret + made.public_bytes(serialization.Encoding.PEM))
    return file


class Server:
    """Answers each connection with `answer` (bytes, or what a function does with it)."""

    def __init__(self, certificate, answer):
        self.answer, self.requests, self.names = answer, [], []
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(certificate)
        self.context.sni_callback = lambda _socket, name, _context: self.names.append(name)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            try:
                raw, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.talk, args=(raw,), daemon=True).start()

    def talk(self, raw):
        try:
            with self.context.wrap_socket(raw, server_side=True) as line:
                self.requests.append(_read(line))
                self.answer(line) if callable(self.answer) else line.sendall(self.answer)
        except OSError:
            return


def _read(line):
    """A request with its body, which comes in packets of its own."""
    read = b""
    while True:
        head, end, body = read.partition(b"\r\n\r\n")
        length = next((int(h[15:]) for h in head.lower().split(b"\r\n") if h[:15] == LENGTH), 0)
        if end and len(body) >= length:
            return read
        if not (packet := line.recv(65_536)):
            return read
        read += packet


@pytest.fixture
def serve(certificate, monkeypatch):
    """A server that the name hooks.example.com, port 8443, leads to."""
    servers = []
    real = socket.create_connection

    def start(answer):
        server = Server(certificate, answer)
        servers.append(server)
        connect = lambda address, timeout: real((address[0], server.port), timeout)  # noqa: E731
        monkeypatch.setattr("core.outbound.socket.create_connection", connect)
        return server

    trusting = ssl.create_default_context(cafile=str(certificate))
    monkeypatch.setattr(outbound, "tls_context", lambda: trusting)
    monkeypatch.setattr(outbound, "resolve", lambda host, port: ["127.0.0.1"])
    monkeypatch.setattr(outbound, "is_public", lambda address: address == "127.0.0.1")
    yield start
    for server in servers:
        server.listener.close()


def sent(url=f"https://{HOST}:8443/in?a=1", *, seconds=5.0, max_bytes=1024, body=b"{}"):
    headers = {"content-type": "application/json", "webhook-id": "msg_1"}
    return post(url, body=body, headers=headers, max_bytes=max_bytes, seconds=seconds)


@contextmanager
def failing(failure):
    with pytest.raises(OutboundFailed) as failed:
        yield
    assert failed.value.failure is failure


def test_it_goes_to_the_checked_address_under_the_name_of_the_host(serve):
    server = serve(OK)
    answer = sent(body=b'{"a":1}')
    assert (answer.status, answer.body, answer.headers["x-part"]) == (200, b"fine", "one")
    assert server.names == [HOST]
    head, _, body = server.requests[0].partition(b"\r\n\r\n")
    assert head.startswith(b"POST /in?a=1 HTTP/1.1\r\n")
    assert b"Host: hooks.example.com:8443\r\n" in head
    assert body == b'{"a":1}'


def test_a_redirect_is_an_answer_and_is_not_followed(serve):
    server = serve(b"HTTP/1.1 302 Found\r\nLocation: https://hooks.example.com/b\r\n\r\n")
    assert sent().status == 302
    assert len(server.requests) == 1


def test_proxies_of_the_environment_are_not_used(serve, monkeypatch):
    for name in ("https_proxy", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    serve(OK)
    assert sent().status == 200


def test_only_the_first_bytes_of_an_answer_are_read(serve):
    def pour(line):
        line.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            line.sendall(b"x" * 65_536)

    serve(pour)
    assert sent(max_bytes=100).body == b"x" * 100


@pytest.mark.parametrize(
    "head",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nX-Endless: ",
        b"HTTP/1.1 100 Continue\r\n\r\n",
    ],
)
def test_one_that_drips_is_cut_off(serve, head):
    def drip(line):
        line.sendall(head)
        while True:
            time.sleep(0.05)
            line.sendall(b"x")

    serve(drip)
    began = time.monotonic()
    with failing(Failure.TIMED_OUT):
        sent(seconds=0.5)
    assert time.monotonic() - began < 3


def test_one_that_says_nothing_is_cut_off(serve):
    serve(lambda line: time.sleep(3))
    with failing(Failure.TIMED_OUT):
        sent(seconds=0.3)


def test_a_resolver_that_says_nothing_is_left(serve, monkeypatch):
    serve(OK)
    monkeypatch.setattr(outbound, "resolve", lambda host, port: time.sleep(3))
    with failing(Failure.TIMED_OUT):
        sent(seconds=0.2)


def test_a_name_and_a_connection_have_a_shorter_limit(serve, monkeypatch):
    serve(OK)
    waits = []

    def silent(address, timeout):
        waits.append(timeout)
        raise TimeoutError

    monkeypatch.setattr("core.outbound.socket.create_connection", silent)
    monkeypatch.setattr(outbound, "resolve", lambda host, port: ["127.0.0.1"] * 3)
    with failing(Failure.NO_CONNECTION):
        sent(seconds=10)
    assert max(waits) <= outbound.CONNECT_SECONDS < outbound.SECONDS
    monkeypatch.setattr(outbound, "resolve", lambda host, port: time.sleep(3))
    with failing(Failure.TIMED_OUT):
        post(f"https://{HOST}/", body=b"", headers={}, max_bytes=1, connect_seconds=0.2)


def test_a_connection_may_answer_after_the_limit_to_make_it(serve):
    def answer(line):
        time.sleep(1.2)
        line.sendall(OK)

    serve(answer)
    url = f"https://{HOST}:8443/"
    assert post(url, body=b"", headers={}, max_bytes=9, connect_seconds=1).status == 200


@pytest.mark.parametrize("answer", [b"", b"SSH-2.0-OpenSSH\r\n", b"HTTP/1.1 abc\r\n\r\n"])
def test_what_is_not_http_is_no_answer(serve, answer):
    serve(answer)
    with pytest.raises(OutboundFailed):
        sent()


def test_an_answer_that_breaks_off_counts_by_its_status(serve):
    serve(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab")
    assert sent().status == 200


def test_the_certificate_of_another_host_is_refused(serve):
    server = serve(OK)
    with failing(Failure.TLS_FAILED):
        sent(f"https://other.{HOST}:8443/")
    assert server.requests == []


def test_one_that_nobody_vouches_for_is_refused(serve, monkeypatch):
    server = serve(OK)
    monkeypatch.setattr(outbound, "tls_context", ssl.create_default_context)
    with failing(Failure.TLS_FAILED):
        sent()
    assert server.requests == []


class TestAddresses:
    @pytest.fixture(autouse=True)
    def connections(self, monkeypatch):
        self.tried = []
        monkeypatch.setattr("core.outbound.socket.create_connection", self.connect)

    def connect(self, address, timeout):
        self.tried.append(address)
        raise ConnectionRefusedError

    def leads_to(self, monkeypatch, *answers):
        given = iter(answers)
        monkeypatch.setattr(outbound, "resolve", lambda host, port: next(given))

    @pytest.mark.parametrize("address", NOT_PUBLIC)
    def test_a_name_that_leads_off_the_public_internet_is_refused(self, monkeypatch, address):
        self.leads_to(monkeypatch, [address])
        with failing(Failure.ADDRESS_REFUSED):
            sent()
        assert self.tried == []

    @pytest.mark.parametrize("bad", ["127.0.0.1", "fd00:ec2::254"])
    def test_one_such_answer_among_good_ones_refuses_the_name(self, monkeypatch, bad):
        self.leads_to(monkeypatch, ["8.8.8.8", "2606:4700::1111", bad])
        with failing(Failure.ADDRESS_REFUSED):
            sent()
        assert self.tried == []

    def test_an_answer_that_changes_after_the_check_is_not_asked_for(self, monkeypatch):
        self.leads_to(monkeypatch, ["8.8.8.8"], ["127.0.0.1"])
        with failing(Failure.NO_CONNECTION):
            sent()
        assert self.tried == [("8.8.8.8", 8443)]
        with failing(Failure.ADDRESS_REFUSED):
            sent()
        assert self.tried == [("8.8.8.8", 8443)]

    def test_every_form_of_a_loopback_address_is_refused_by_the_real_resolver(self):
        for name in ("localhost", "127.1", "0x7f000001", "2130706433"):
            target = outbound.Target(host=name, port=443, path="/")
            with failing(Failure.ADDRESS_REFUSED):
                outbound._checked_addresses(target, time.monotonic() + 5)

    def test_a_name_without_an_address_is_no_host(self, monkeypatch):
        def unknown(host, port):
            raise socket.gaierror

        monkeypatch.setattr(outbound, "resolve", unknown)
        with failing(Failure.NO_SUCH_HOST):
            sent()

    def test_the_receiver_of_local_mode_is_reached_on_loopback_only(self, monkeypatch):
        self.leads_to(monkeypatch, ["8.8.8.8"])
        target = outbound.Target(host="127.0.0.1", port=8000, path="/", is_local=True)
        with failing(Failure.ADDRESS_REFUSED):
            outbound._checked_addresses(target, time.monotonic() + 5)


def test_a_peer_that_is_not_the_checked_address_gets_nothing(serve, monkeypatch):
    server = serve(OK)
    monkeypatch.setattr(outbound, "resolve", lambda host, port: ["8.8.8.8"])
    monkeypatch.setattr(outbound, "is_public", lambda address: True)
    monkeypatch.setattr(
        "core.outbound.socket.create_connection",
        lambda address, timeout: _to(server.port),
    )
    with failing(Failure.ADDRESS_REFUSED):
        sent()
    assert server.requests == []


def _to(port):
    line = socket.socket()
    line.connect(("127.0.0.1", port))
    return line
