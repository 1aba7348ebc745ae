def test_it_shows_the_signed_in_account(client_for, alice):
    answer = client_for(alice).get("/api/v1/account/")
    assert answer.status_code == 200
    assert answer.json()["email"] == "alice@example.com"
    assert "password" not in answer.content.decode()


def test_it_answers_401_without_a_session(client):
    answer = client.get("/api/v1/account/")
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Session, Bearer"
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] == "not_authenticated"
