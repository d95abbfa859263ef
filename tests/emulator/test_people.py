"""Followers, unionids, login codes, phone numbers, OAuth, parametric codes."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from tests.emulator.desk import Desk

LI, ZHANG, WANG = "li-jianguo", "zhang-min", "wang-guifang"


def login(desk: Desk, code: str) -> dict:
    account = desk.config["mp"]
    return desk.look(
        "/sns/jscode2session",
        appid=account["appid"],
        secret=account["secret"],
        js_code=code,
        grant_type="authorization_code",
    )


def test_openids_differ_by_app_and_look_like_wechats(desk: Desk) -> None:
    assert desk.openid(LI) != desk.openid(LI, "mp")
    for app in ("oa", "mp"):
        assert re.fullmatch(r"o[\w-]{27}", desk.openid(LI, app))


def test_a_stranger_is_hardly_known(desk: Desk) -> None:
    profile = desk.ask("/cgi-bin/user/info", openid=desk.openid(LI))
    assert profile["subscribe"] == 0
    assert "unionid" not in profile


def test_a_follower_has_the_unionid_of_the_mini_program(desk: Desk) -> None:
    desk.act(LI, "follow")
    profile = desk.ask("/cgi-bin/user/info", openid=desk.openid(LI))
    session = login(desk, desk.act(LI, "login-code")["code"])
    assert profile["unionid"] == session["unionid"] == desk.unionids[LI]
    assert session["openid"] == desk.openid(LI, "mp")


def test_apps_that_are_not_bound_have_no_unionid(desk: Desk) -> None:
    desk.operate("config", **desk.config | {"bound": False})
    desk.act(LI, "follow")
    assert "unionid" not in desk.ask("/cgi-bin/user/info", openid=desk.openid(LI))
    assert "unionid" not in login(desk, desk.act(LI, "login-code")["code"])


def test_many_profiles_come_at_once(desk: Desk) -> None:
    desk.act(LI, "follow")
    wanted = [{"openid": desk.openid(person), "lang": "zh_CN"} for person in (LI, ZHANG)]
    rows = desk.call("/cgi-bin/user/info/batchget", {"user_list": wanted})["user_info_list"]
    assert [row["subscribe"] for row in rows] == [1, 0]
    assert desk.call("/cgi-bin/user/info/batchget", {"user_list": wanted * 51})["errcode"] == 40032


def test_followers_are_listed_with_both_endings(desk: Desk) -> None:
    for person in (LI, ZHANG):
        desk.act(person, "follow")
    page = desk.ask("/cgi-bin/user/get")
    assert (page["total"], page["count"]) == (2, 2)
    last = desk.ask("/cgi-bin/user/get", next_openid=page["next_openid"])
    assert last["count"] == 0
    assert "data" not in last


def test_a_login_code_is_good_once_and_for_five_minutes(desk: Desk) -> None:
    code = desk.act(LI, "login-code")["code"]
    assert "errcode" not in login(desk, code)
    assert login(desk, code)["errcode"] == 40163
    late = desk.act(LI, "login-code")["code"]
    desk.move_clock(301)
    assert login(desk, late)["errcode"] == 40029


def test_a_phone_code_gives_the_number_once(desk: Desk) -> None:
    code = desk.act(LI, "phone-number-code")["code"]
    info = desk.call("/wxa/business/getuserphonenumber", {"code": code}, "mp")["phone_info"]
    assert info["purePhoneNumber"] == "13800001002"
    assert info["watermark"]["appid"] == desk.config["mp"]["appid"]
    assert desk.call("/wxa/business/getuserphonenumber", {"code": code}, "mp")["errcode"] == 40029


def test_a_login_code_is_no_phone_code(desk: Desk) -> None:
    code = desk.act(LI, "login-code")["code"]
    assert desk.call("/wxa/business/getuserphonenumber", {"code": code}, "mp")["errcode"] == 40029


def authorize(desk: Desk, session: requests.Session, **changes: str) -> requests.Response:
    params = {
        "appid": desk.config["oa"]["appid"],
        "redirect_uri": "http://hospital.example/h5/login?next=%2Fplan",
        "response_type": "code",
        "scope": "snsapi_base",
        "state": "s1",
    }
    url = f"{desk.url}/connect/oauth2/authorize"
    return session.get(url, params=params | changes, allow_redirects=False, timeout=10)


def exchange(desk: Desk, code: str) -> dict:
    account = desk.config["oa"]
    return desk.look(
        "/sns/oauth2/access_token",
        appid=account["appid"],
        secret=account["secret"],
        code=code,
        grant_type="authorization_code",
    )


def test_oauth_brings_the_picked_person_back(desk: Desk) -> None:
    with requests.Session() as phone:
        phone.post(f"{desk.url}/phone/api/people/{LI}/pick", timeout=10)
        answer = authorize(desk, phone, scope="snsapi_userinfo")
    target = urlsplit(answer.headers["Location"])
    query = parse_qs(target.query)
    assert (target.netloc, query["next"], query["state"]) == ("hospital.example", ["/plan"], ["s1"])
    grant = exchange(desk, query["code"][0])
    assert (grant["openid"], grant["unionid"]) == (desk.openid(LI), desk.unionids[LI])
    assert exchange(desk, query["code"][0])["errcode"] == 40163
    info = desk.look("/sns/userinfo", access_token=grant["access_token"], openid=grant["openid"])
    assert info["openid"] == grant["openid"]


def test_another_persons_phone_never_had_the_pages_cookie(desk: Desk) -> None:
    desk.operate("config", **desk.config, page_cookies=["page_session"])
    with requests.Session() as phone:

        def pick(person: str) -> str | None:
            phone.post(f"{desk.url}/phone/api/people/{person}/pick", timeout=10)
            return phone.cookies.get("page_session")

        pick(WANG)
        # As a page on another port of this host sets it: cookies know no ports.
        phone.cookies.set("page_session", "wangs", domain=urlsplit(desk.url).hostname)
        phone.cookies.set("large_type", "on", domain=urlsplit(desk.url).hostname)
        assert pick(WANG) == "wangs", "her own phone keeps it"
        assert pick(LI) is None
        assert phone.cookies.get("large_type") == "on"


def test_oauth_asks_who_it_is_when_nobody_was_picked(desk: Desk) -> None:
    with requests.Session() as phone:
        page = authorize(desk, phone)
        assert page.status_code == 200
        assert "李建国" in page.text
        chosen = authorize(desk, phone, **{"as": LI})
    assert "code=" in chosen.headers["Location"]


@pytest.mark.parametrize(
    ("changes", "errcode"),
    [({"appid": "wx1"}, "10012"), ({"redirect_uri": "nowhere"}, "10011"), ({"scope": "all"}, "10010")],
)
def test_a_bad_oauth_link_shows_its_error(desk: Desk, changes: dict[str, str], errcode: str) -> None:
    with requests.Session() as phone:
        page = authorize(desk, phone, **changes)
    assert page.status_code == 400
    assert errcode in page.text


def test_a_snapshot_page_yields_a_virtual_person(desk: Desk) -> None:
    desk.fault("/sns/oauth2/access_token", "snapshot")
    with requests.Session() as phone:
        phone.post(f"{desk.url}/phone/api/people/{LI}/pick", timeout=10)
        code = parse_qs(urlsplit(authorize(desk, phone).headers["Location"]).query)["code"][0]
    grant = exchange(desk, code)
    assert grant["is_snapshotuser"] == 1
    assert grant["openid"] != desk.openid(LI)


def qr(desk: Desk, scene: str, **more: int) -> dict:
    body = {
        "action_name": "QR_STR_SCENE",
        "action_info": {"scene": {"scene_str": scene}},
        "expire_seconds": 600,
    }
    return desk.call("/cgi-bin/qrcode/create", body | more)


def test_scanning_a_code_follows_with_its_scene(desk: Desk) -> None:
    code = qr(desk, "card_8731")
    assert desk.act(LI, "scan", content=code["url"]) == {"open": None, "followed_now": True}
    [event] = desk.receiver.wait_for("subscribe")
    assert (event["EventKey"], event["Ticket"]) == ("qrscene_card_8731", code["ticket"])
    profile = desk.ask("/cgi-bin/user/info", openid=desk.openid(LI))
    assert (profile["subscribe_scene"], profile["qr_scene_str"]) == ("ADD_SCENE_QR_CODE", "card_8731")
    assert desk.act(LI, "scan", content=code["ticket"]) == {"open": None, "followed_now": False}
    [again] = desk.receiver.wait_for("SCAN")
    assert again["EventKey"] == "card_8731"


def test_an_expired_code_says_so(desk: Desk) -> None:
    code = qr(desk, "short", expire_seconds=60)
    desk.move_clock(61)
    answer = desk.try_to(LI, "scan", content=code["url"])
    assert (answer.status_code, answer.json()["error"]) == (409, "二维码已过期")
    image = requests.get(f"{desk.url}/cgi-bin/showqrcode", params={"ticket": code["ticket"]}, timeout=10)
    assert image.status_code == 404


def test_the_picture_of_a_code_is_a_png(desk: Desk) -> None:
    ticket = qr(desk, "card")["ticket"]
    image = requests.get(f"{desk.url}/cgi-bin/showqrcode", params={"ticket": ticket}, timeout=10)
    assert image.headers["Content-Type"] == "image/png"
    assert image.content.startswith(b"\x89PNG")
    assert desk.look("/operator/api/qrcodes")["qrcodes"][0]["scene"] == "card"


def test_a_web_address_is_opened(desk: Desk) -> None:
    opened = desk.act(LI, "scan", content="http://hospital.example/c/AB12")
    assert opened == {"open": "http://hospital.example/c/AB12", "followed_now": False}
    assert desk.try_to(LI, "scan", content="随便写写").status_code == 409


def test_leaving_is_told(desk: Desk) -> None:
    desk.act(LI, "follow")
    desk.act(LI, "unfollow")
    desk.receiver.wait_for("unsubscribe")
    assert desk.ask("/cgi-bin/user/info", openid=desk.openid(LI))["subscribe"] == 0


def test_a_view_button_opens_its_page(desk: Desk) -> None:
    desk.act(LI, "follow")
    mini = {
        "name": "小程序",
        "type": "miniprogram",
        "url": "http://h.example",
        "appid": desk.config["mp"]["appid"],
        "pagepath": "pages/me",
    }
    sub = [{"name": "我的计划", "type": "view", "url": "http://hospital.example/h5"}, mini]
    desk.call("/cgi-bin/menu/create", {"button": [{"name": "随护", "sub_button": sub}]})
    assert desk.act(LI, "menu", path=[0, 0]) == {"open": "http://hospital.example/h5"}
    [event] = desk.receiver.wait_for("VIEW")
    assert event["EventKey"] == "http://hospital.example/h5"
    assert "&path=pages%2Fme" in desk.act(LI, "menu", path=[0, 1])["open"]
    assert desk.try_to(LI, "menu", path=[3]).status_code == 409
    assert desk.look(f"/phone/api/people/{LI}/state")["menu"][0]["name"] == "随护"


def test_a_picture_can_be_fetched_by_the_developer(desk: Desk) -> None:
    desk.act(LI, "follow")
    url = f"{desk.url}/phone/api/people/{LI}/image"
    requests.post(url, files={"media": ("skin.jpg", b"jpeg bytes", "image/jpeg")}, timeout=10)
    [message] = desk.receiver.wait_for("image")
    for address in (
        message["PicUrl"],
        f"{desk.url}/cgi-bin/media/get?access_token={desk.token()}&media_id={message['MediaId']}",
    ):
        assert requests.get(address, timeout=10).content == b"jpeg bytes"
