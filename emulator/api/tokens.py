"""Access tokens. Source: developers.weixin.qq.com, getAccessToken and getStableAccessToken, read 2026."""

from typing import Any

from emulator.api.wire import Body, Call, Refusal, endpoint
from emulator.config import AppKind
from emulator.platform import Platform


class StableToken(Body):
    grant_type: str
    appid: str
    secret: str
    force_refresh: bool = False


def app_of(platform: Platform, appid: str | None, secret: str | None) -> AppKind:
    """The app with this appid and secret. Raises Refusal as WeChat refuses credentials."""
    if not appid:
        raise Refusal(41002, "appid missing")
    if not secret:
        raise Refusal(41004, "appsecret missing")
    kinds: tuple[AppKind, AppKind] = ("oa", "mp")
    for kind in kinds:
        account = platform.config.account(kind)
        if account.appid == appid:
            if account.secret != secret:
                raise Refusal(40125, "invalid appsecret, view more at http://t.cn/RAEkdVq")
            return kind
    raise Refusal(40013, "invalid appid")


@endpoint("GET", "/cgi-bin/token", caller="nobody")
def get_token(call: Call) -> dict[str, Any]:
    if call.query.get("grant_type") != "client_credential":
        raise Refusal(40002, "invalid grant_type")
    kind = app_of(call.platform, call.query.get("appid"), call.query.get("secret"))
    return call.platform.tokens.legacy(kind)


@endpoint("POST", "/cgi-bin/stable_token", caller="nobody", body=StableToken)
def get_stable_token(call: Call) -> dict[str, Any]:
    if call.body.grant_type != "client_credential":
        raise Refusal(40002, "invalid grant_type")
    kind = app_of(call.platform, call.body.appid, call.body.secret)
    return call.platform.tokens.stable(kind, call.body.force_refresh)
