"""Mini-program login and phone number. Source: developers.weixin.qq.com, code2Session, getPhoneNumber."""

import base64
import hashlib
import hmac
import secrets
from typing import Any

from emulator.api.tokens import app_of
from emulator.api.wire import Body, Call, Refusal, endpoint, ok


class PhoneCode(Body):
    code: str


@endpoint("GET", "/sns/jscode2session", caller="nobody")
def code_to_session(call: Call) -> dict[str, Any]:
    query, platform = call.query, call.platform
    if app_of(platform, query.get("appid"), query.get("secret")) != "mp":
        raise Refusal(40013, "invalid appid")
    if query.get("grant_type") != "authorization_code":
        raise Refusal(40002, "invalid grant_type")
    errcode, row = platform.codes.redeem("login", query.get("js_code", ""))
    if errcode:
        raise Refusal(errcode, "invalid code" if errcode == 40029 else "code been used")
    openid = platform.people.openid("mp", row["person"])
    session_key = base64.b64encode(secrets.token_bytes(16)).decode()
    platform.store.section("session_keys")[openid] = session_key
    unionid = platform.people.unionid(row["person"])
    return {"session_key": session_key, "openid": openid} | ({"unionid": unionid} if unionid else {})


@endpoint("GET", "/wxa/checksession", caller="mp")
def check_session(call: Call) -> dict[str, Any]:
    """`signature` is hex(hmac_sha256(session_key, ""))."""
    openid = call.query.get("openid", "")
    call.person(openid)
    key = call.platform.store.section("session_keys").get(openid, "")
    expected = hmac.new(key.encode(), b"", hashlib.sha256).hexdigest()
    if not key or not hmac.compare_digest(expected, call.query.get("signature", "")):
        raise Refusal(87009, "invalid signature")
    return ok()


@endpoint("POST", "/wxa/business/getuserphonenumber", caller="mp", body=PhoneCode)
def phone_number(call: Call) -> dict[str, Any]:
    errcode, row = call.platform.codes.redeem("phone", call.body.code)
    if errcode:
        raise Refusal(40029, "invalid code")
    person = call.platform.config.person(row["person"])
    number = person.phone if person else ""
    watermark = {"timestamp": int(call.platform.clock.now()), "appid": call.account.appid}
    info = {"phoneNumber": number, "purePhoneNumber": number, "countryCode": "86", "watermark": watermark}
    return ok(phone_info=info)
