"""One's own account: the QR that binds, the page that sees it happen, the lost phone, WeChat away."""

from flask.testing import FlaskClient

from app.core.db import read_only, transaction
from app.staff.binding import openid_of
from app.staff.tables import Account
from app.wiring import Outside
from tests.factories.staff import signed_in
from tests.hospital import Hospital, Json


def test_the_page_sees_by_itself_that_the_qr_was_scanned(hospital: Hospital, client: FlaskClient) -> None:
    account = signed_in(client, hospital.outside, role="nurse", name="李芳")
    assert "还没有绑定" in client.get("/console/me").text
    page = client.post("/console/me/wechat-code").text
    assert "绑定我的微信" in page
    assert 'hx-get="/console/me/wechat"' in page
    waiting = client.get("/console/me/wechat")
    assert "还没有绑定" in waiting.text
    [code] = hospital.emulator.get("/operator/api/qrcodes")["qrcodes"]
    assert code["expires_at"]
    liu = hospital.phone("liu")
    liu.scan(code["url"])
    hospital.work(until=lambda: any("已绑定" in words for words in liu.texts()))
    seen = client.get("/console/me/wechat", headers={"If-None-Match": waiting.headers["ETag"]})
    assert (seen.status_code, "已绑定" in seen.text) == (200, True)
    with read_only(hospital.outside.readers) as session:
        assert openid_of(session, account.id) == liu.openid()


def test_a_lost_phone_is_let_go(client: FlaskClient, outside: Outside) -> None:
    account = signed_in(client, outside, role="doctor", name="陈立", oa_openid="oLost")
    assert "解除绑定" in client.get("/console/me").text
    client.post("/console/me/wechat/release")
    with transaction(outside.sessions) as session:
        assert session.get_one(Account, account.id).oa_openid is None
    assert "还没有绑定" in client.get("/console/me").text


def test_with_wechat_away_the_page_says_so(client: FlaskClient, outside: Outside, wechat: Json) -> None:
    signed_in(client, outside, role="nurse", name="李芳")
    wechat.post("/operator/api/faults", path="/cgi-bin/qrcode/create", kind="45009", times=1)
    answer = client.post("/console/me/wechat-code")
    assert answer.status_code == 503
    assert "微信暂时没有给出二维码" in answer.text
