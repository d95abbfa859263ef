"""Web OAuth of the service account. Source: developers.weixin.qq.com, 网页授权, read 2026.

The person is the one whom the phone page picked (a cookie); without one, a small page asks.
"""

import secrets
from html import escape
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from flask import Response, redirect, request

from emulator.api.door import api
from emulator.api.tokens import app_of
from emulator.api.wire import Call, Refusal, endpoint
from emulator.config import Person
from emulator.current import platform
from emulator.phone import COOKIE
from emulator.platform import Platform
from emulator.state.faults import LOGIN_KINDS

LIFE_SECONDS = 7200
REFRESH_LIFE_SECONDS = 30 * 24 * 3600
_SCOPES = ("snsapi_base", "snsapi_userinfo")


@api.get("/connect/oauth2/authorize")
def authorize() -> Any:
    """Ask nobody when the phone knows its person; else let somebody choose one."""
    world = platform()
    complaint = _complaint(world)
    if complaint:
        return _page(f"<h2>{complaint[1]}</h2><p>错误码 {complaint[0]}</p>", 400)
    with world.lock:
        person = world.config.person(request.args.get("as") or request.cookies.get(COOKIE, ""))
        if person is None:
            return _page(_choices(world), 200)
        code = world.codes.issue("oauth", person.id, scope=request.args["scope"])
    target = _with_query(request.args["redirect_uri"], code=code, state=request.args.get("state", ""))
    answer = redirect(target)
    answer.set_cookie(COOKIE, person.id, path="/", samesite="Lax")
    return answer


@endpoint("GET", "/sns/oauth2/access_token", caller="nobody")
def exchange_code(call: Call) -> dict[str, Any]:
    _need_oa(call)
    if call.query.get("grant_type") != "authorization_code":
        raise Refusal(40002, "invalid grant_type")
    errcode, row = call.platform.codes.redeem("oauth", call.query.get("code", ""))
    if errcode:
        raise Refusal(errcode, "invalid code" if errcode == 40029 else "code been used")
    if call.platform.faults.take(call.path, LOGIN_KINDS):
        call.faults.append("snapshot")
        return _snapshot_user(row["scope"])
    return _grant(call, row["person"], row["scope"])


@endpoint("GET", "/sns/oauth2/refresh_token", caller="nobody")
def refresh(call: Call) -> dict[str, Any]:
    tokens = call.platform.store.section("oauth_tokens")
    old = tokens.get(call.query.get("refresh_token", ""))
    now = call.platform.clock.now()
    if old is None or old["kind"] != "refresh" or now > old["until"]:
        raise Refusal(40030, "invalid refresh_token")
    return _grant(call, old["person"], old["scope"])


@endpoint("GET", "/sns/auth", caller="nobody")
def check_grant(call: Call) -> dict[str, Any]:
    _live_grant(call)
    return {"errcode": 0, "errmsg": "ok"}


@endpoint("GET", "/sns/userinfo", caller="nobody")
def user_info(call: Call) -> dict[str, Any]:
    row = _live_grant(call)
    if row["scope"] != "snsapi_userinfo":
        raise Refusal(48001, "api unauthorized")
    person = call.platform.config.person(row["person"])
    name = (person.nickname or person.name) if person else ""
    base = {"openid": call.query["openid"], "nickname": name, "sex": 0, "province": "", "city": ""}
    unionid = call.platform.people.unionid(row["person"])
    more = {"country": "", "headimgurl": person.avatar if person else "", "privilege": []}
    return base | more | ({"unionid": unionid} if unionid else {})


def _live_grant(call: Call) -> dict[str, Any]:
    row = call.platform.store.section("oauth_tokens").get(call.query.get("access_token", ""))
    if row is None or row["kind"] != "access":
        raise Refusal(40001, "invalid credential")
    if call.platform.clock.now() > row["until"]:
        raise Refusal(42001, "access_token expired")
    if call.query.get("openid") != call.platform.people.openid("oa", row["person"]):
        raise Refusal(40003, "invalid openid")
    return row


def _grant(call: Call, person_id: str, scope: str) -> dict[str, Any]:
    platform_, now = call.platform, call.platform.clock.now()
    tokens = platform_.store.section("oauth_tokens")
    for old in [key for key, row in tokens.items() if now > row["until"]]:
        del tokens[old]
    access, fresh = secrets.token_urlsafe(64), secrets.token_urlsafe(64)
    row = {"person": person_id, "scope": scope}
    tokens[access] = {**row, "kind": "access", "until": now + LIFE_SECONDS}
    tokens[fresh] = {**row, "kind": "refresh", "until": now + REFRESH_LIFE_SECONDS}
    platform_.store.touch()
    answer = {
        "access_token": access,
        "expires_in": LIFE_SECONDS,
        "refresh_token": fresh,
        "openid": platform_.people.openid("oa", person_id),
        "scope": scope,
    }
    unionid = platform_.people.unionid(person_id) if scope == "snsapi_userinfo" else None
    return answer | ({"unionid": unionid} if unionid else {})


def _snapshot_user(scope: str) -> dict[str, Any]:
    """A page opened in snapshot mode: the openid belongs to a virtual account."""
    return {
        "access_token": secrets.token_urlsafe(64),
        "expires_in": LIFE_SECONDS,
        "refresh_token": secrets.token_urlsafe(64),
        "openid": "o" + secrets.token_urlsafe(21)[:27],
        "scope": scope,
        "is_snapshotuser": 1,
    }


def _need_oa(call: Call) -> None:
    if app_of(call.platform, call.query.get("appid"), call.query.get("secret")) != "oa":
        raise Refusal(40013, "invalid appid")


def _complaint(world: Platform) -> tuple[int, str] | None:
    """(page errcode, its sentence), as the WeChat client shows them; None when the link is good."""
    query = request.args
    target = urlsplit(query.get("redirect_uri", ""))
    domain = world.config.oa.oauth_domain
    checks = [
        (query.get("appid") != world.config.oa.appid, 10012, "appid 参数错误"),
        (query.get("response_type") != "code", 10010, "response_type 参数错误"),
        (query.get("scope") not in _SCOPES, 10010, "scope 参数错误或没有 scope 权限"),
        (target.scheme not in ("http", "https"), 10011, "redirect_uri 参数错误"),
        (bool(domain) and target.netloc != domain, 10003, "redirect_uri 域名与后台配置不一致"),
        (len(query.get("state", "").encode()) > 128, 10013, "state 参数错误"),
    ]
    return next(((code, sentence) for wrong, code, sentence in checks if wrong), None)


def _with_query(url: str, **more: str) -> str:
    parts = urlsplit(url)
    query = urlencode([*parse_qsl(parts.query, keep_blank_values=True), *more.items()])
    return urlunsplit(parts._replace(query=query))


def _choices(world: Platform) -> str:
    rows = "".join(_choice(person) for person in world.config.people)
    return f"<h2>用哪位的微信打开？</h2><ul>{rows}</ul>"


def _choice(person: Person) -> str:
    link = escape(f"?{urlencode({**request.args.to_dict(), 'as': person.id})}", quote=True)
    return f'<li><a href="{link}">{escape(person.name)}</a></li>'


def _page(inner: str, status: int) -> Response:
    html = (
        '<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>微信</title>'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        "<style>body{font:18px/1.6 sans-serif;max-width:420px;margin:48px auto;padding:0 20px;color:#222}"
        "ul{list-style:none;padding:0}a{display:block;padding:14px;margin:10px 0;border-radius:10px;"
        f"background:#f2f2f2;color:#222;text-decoration:none}}</style>{inner}</html>"
    )
    return Response(html, status, content_type="text/html; charset=utf-8")
