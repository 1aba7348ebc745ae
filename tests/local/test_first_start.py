import base64
import socket

from config import first_start


def variables(text):
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return dict(line.split("=", 1) for line in lines)


def test_it_writes_a_file_that_only_its_owner_reads(tmp_path):
    path = tmp_path / ".env"
    assert first_start.write(path) is True
    assert path.stat().st_mode & 0o777 == 0o600
    assert variables(path.read_text())["STORAGE"] == "local"


def test_an_existing_file_is_never_written(tmp_path):
    path = tmp_path / ".env"
    path.write_text("SECRET_KEY=mine\n")
    assert first_start.write(path) is False
    assert path.read_text() == "SECRET_KEY=mine\n"


def test_a_link_to_nothing_is_not_followed(tmp_path):
    target = tmp_path / "elsewhere"
    path = tmp_path / ".env"
    path.symlink_to(target)
    assert first_start.write(path) is False
    assert not target.exists()


def test_the_secrets_are_new_each_time_and_of_full_strength():
    first, second = variables(first_start.content()), variables(first_start.content())
    assert first["SECRET_KEY"] != second["SECRET_KEY"]
    assert first["FIELD_ENCRYPTION_KEYS"] != second["FIELD_ENCRYPTION_KEYS"]
    assert len(first["SECRET_KEY"]) >= 50
    key_id, _, key = first["FIELD_ENCRYPTION_KEYS"].partition(":")
    assert key_id == "local1"
    assert len(base64.b64decode(key, validate=True)) == 32


def test_it_names_every_table_of_the_product():
    from dynamo.schema import all_schemas

    written = variables(first_start.content())
    assert {schema.variable for schema in all_schemas()} <= set(written)


def test_the_port_is_free_and_below_the_range_of_outgoing_connections():
    port = first_start.free_port()
    assert port in range(20_000, 30_000)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", port))


def test_a_taken_port_is_not_chosen(monkeypatch):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        busy = taken.getsockname()[1]
        offers = iter([busy, busy, 23456])
        monkeypatch.setattr(first_start.secrets, "choice", lambda _: next(offers))
        assert first_start.free_port() == 23456
