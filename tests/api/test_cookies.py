"""Programs bring no cookies: none is read, none is set."""

from tests.api.conftest import Caller


def test_a_cookie_opens_nothing_and_none_is_given(newcomer: Caller) -> None:
    newcomer.client.set_cookie("suihu_form", "forged")
    newcomer.client.set_cookie("suihu_patient", newcomer.token or "")
    without_header = Caller(newcomer.client).get("/plan")
    assert without_header.status_code == 401
    answer = newcomer.get("/plan")
    assert "Set-Cookie" not in answer.headers and "Vary" not in answer.headers


def test_every_answer_is_private_and_guarded(newcomer: Caller) -> None:
    headers = newcomer.get("/plan").headers
    assert headers.getlist("Cache-Control") == ["no-store"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers.getlist("Content-Security-Policy")[0].startswith("default-src 'self'")
    assert len(headers["X-Request-Id"]) == 32
