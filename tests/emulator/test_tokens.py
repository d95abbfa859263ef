"""Access tokens: two families, their grace, and what a wrong one earns."""

from tests.emulator.desk import Desk

LI = "li-jianguo"


def test_a_stable_token_stays_the_same_with_the_time_that_remains(desk: Desk) -> None:
    first = desk.fresh_token()
    desk.move_clock(3600)
    again = desk.fresh_token()
    assert again["access_token"] == first["access_token"]
    assert 3590 <= again["expires_in"] <= 3600


def test_a_stable_token_is_renewed_five_minutes_before_its_end(desk: Desk) -> None:
    old = desk.fresh_token()["access_token"]
    desk.move_clock(7200 - 299)
    new = desk.fresh_token()
    assert new["access_token"] != old
    assert new["expires_in"] == 7200
    assert desk.look("/cgi-bin/user/get", access_token=old)["total"] == 0


def test_the_old_token_dies_after_its_grace(desk: Desk) -> None:
    old = desk.fresh_token()["access_token"]
    desk.move_clock(7200 - 299)
    desk.fresh_token()
    desk.move_clock(7200 + 60)
    assert desk.look("/cgi-bin/user/get", access_token=old)["errcode"] == 40001


def test_an_expired_token_says_so(desk: Desk) -> None:
    token = desk.fresh_token()["access_token"]
    desk.move_clock(7201)
    assert desk.look("/cgi-bin/user/get", access_token=token)["errcode"] == 42001


def test_a_forced_refresh_retires_the_last_token_at_once(desk: Desk) -> None:
    old = desk.fresh_token()["access_token"]
    desk.fresh_token(force_refresh=True)
    assert desk.look("/cgi-bin/user/get", access_token=old)["errcode"] == 40001


def test_a_second_forced_refresh_within_30_seconds_changes_nothing(desk: Desk) -> None:
    first = desk.fresh_token(force_refresh=True)
    second = desk.fresh_token(force_refresh=True)
    third = desk.fresh_token(force_refresh=True)
    assert first["access_token"] != second["access_token"] == third["access_token"]


def test_the_two_families_leave_each_other_alone(desk: Desk) -> None:
    stable = desk.fresh_token()["access_token"]
    account = desk.config["oa"]
    asked = {"grant_type": "client_credential", "appid": account["appid"], "secret": account["secret"]}
    first, second = (desk.look("/cgi-bin/token", **asked)["access_token"] for _ in range(2))
    assert len({stable, first, second}) == 3
    for token in (stable, first, second):
        assert desk.look("/cgi-bin/user/get", access_token=token)["total"] == 0


def test_a_wrong_secret_is_named(desk: Desk) -> None:
    assert desk.fresh_token(secret="wrong")["errcode"] == 40125
    assert desk.fresh_token(appid="wx0000000000000000")["errcode"] == 40013


def test_the_other_apps_token_is_refused(desk: Desk) -> None:
    answer = desk.look("/cgi-bin/user/get", access_token=desk.token("mp"))
    assert answer["errcode"] == 40001
    assert " rid: " in answer["errmsg"]


def test_a_missing_token_is_named(desk: Desk) -> None:
    assert desk.look("/cgi-bin/user/get")["errcode"] == 41001


def test_the_token_quota_ends_at_beijings_midnight(desk: Desk) -> None:
    body = {"cgi_path": "/cgi-bin/token"}
    account = desk.config["oa"]
    asked = {"grant_type": "client_credential", "appid": account["appid"], "secret": account["secret"]}
    desk.look("/cgi-bin/token", **asked)
    assert desk.call("/cgi-bin/openapi/quota/get", body)["quota"] == {
        "daily_limit": 2000,
        "used": 1,
        "remain": 1999,
    }
    desk.move_clock(24 * 3600)
    desk.forget_tokens()
    assert desk.call("/cgi-bin/openapi/quota/get", body)["quota"]["used"] == 0


def test_clearing_the_quota_works_ten_times_a_month(desk: Desk) -> None:
    body = {"appid": desk.config["oa"]["appid"], "appsecret": desk.config["oa"]["secret"]}
    answers = [desk.post_raw("/cgi-bin/clear_quota/v2", body)["errcode"] for _ in range(11)]
    assert answers == [0] * 10 + [48006]
