"""Quotas: looking at them and clearing them. Source: developers.weixin.qq.com, openApi 管理, read 2026."""

from typing import Any

from emulator.api.tokens import app_of
from emulator.api.wire import ENDPOINTS, Body, Call, Refusal, endpoint, ok
from emulator.state.quotas import DAILY_LIMITS


class ClearQuota(Body):
    appid: str


class ClearQuotaBySecret(Body):
    appid: str
    appsecret: str


class ApiPath(Body):
    cgi_path: str


@endpoint("POST", "/cgi-bin/clear_quota", caller="any", body=ClearQuota)
def clear_quota(call: Call) -> dict[str, Any]:
    if call.body.appid != call.account.appid:
        raise Refusal(40013, "invalid appid")
    return _clear(call, call.body.appid)


@endpoint("POST", "/cgi-bin/clear_quota/v2", caller="nobody", body=ClearQuotaBySecret)
def clear_quota_by_secret(call: Call) -> dict[str, Any]:
    """Works without a token, for when the token's own quota is gone."""
    app_of(call.platform, call.body.appid, call.body.appsecret)
    return _clear(call, call.body.appid)


@endpoint("POST", "/cgi-bin/openapi/quota/get", caller="any", body=ApiPath)
def get_quota(call: Call) -> dict[str, Any]:
    path = call.body.cgi_path
    if path not in DAILY_LIMITS:
        raise Refusal(
            76021 if path not in ENDPOINTS or path.startswith("/sns") else 76022, "cgi_path not found"
        )
    return ok(quota=call.platform.quotas.standing(call.account.appid, path))


def _clear(call: Call, appid: str) -> dict[str, Any]:
    if not call.platform.quotas.clear(appid):
        raise Refusal(48006, "forbid to clear quota because of reaching the limit")
    return ok()
