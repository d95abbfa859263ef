"""Followers and their profiles. Source: developers.weixin.qq.com, 用户管理, read 2026."""

from typing import Any

from emulator.api.wire import Body, Call, Refusal, endpoint, ok
from emulator.state.faults import LIST_KINDS

PAGE = 10_000
BATCH = 100
_LANGUAGES = ("zh_CN", "zh_TW", "en")


class OneUser(Body):
    openid: str
    lang: str = "zh_CN"


class UserList(Body):
    user_list: list[OneUser]


class Remark(Body):
    openid: str
    remark: str


@endpoint("GET", "/cgi-bin/user/info", caller="oa")
def user_info(call: Call) -> dict[str, Any]:
    person = call.person(call.query.get("openid", ""))
    return call.platform.people.profile(person.id, _language(call.query.get("lang", "zh_CN")))


@endpoint("POST", "/cgi-bin/user/info/batchget", caller="oa", body=UserList)
def batch_user_info(call: Call) -> dict[str, Any]:
    wanted = call.body.user_list
    if not 1 <= len(wanted) <= BATCH:
        raise Refusal(40032, "invalid openid list size")
    people = [(call.person(one.openid), _language(one.lang)) for one in wanted]
    return {"user_info_list": [call.platform.people.profile(person.id, lang) for person, lang in people]}


@endpoint("GET", "/cgi-bin/user/get", caller="oa")
def list_followers(call: Call) -> dict[str, Any]:
    answer = page_of(call.platform.people.followers(), call.query.get("next_openid", ""), with_total=True)
    if call.platform.faults.take(call.path, LIST_KINDS):
        call.faults.append("short_list")
        return {"total": answer["total"], "count": 0, "next_openid": ""}
    return answer


@endpoint("POST", "/cgi-bin/user/info/updateremark", caller="oa", body=Remark)
def update_remark(call: Call) -> dict[str, Any]:
    person = call.person(call.body.openid)
    if len(call.body.remark.encode()) >= 30:
        raise Refusal(40092, "invalid remark name")
    if not call.platform.people.follows(person.id):
        raise Refusal(43004, "require subscribe")
    call.platform.people.row(person.id)["remark"] = call.body.remark
    call.platform.store.touch()
    return ok()


def page_of(openids: list[str], after: str, with_total: bool) -> dict[str, Any]:
    """One page of 10 000 after an openid. Past the end: count 0, and no `data`."""
    if after and after not in openids:
        raise Refusal(40003, "invalid openid")
    start = openids.index(after) + 1 if after else 0
    page = openids[start : start + PAGE]
    answer: dict[str, Any] = {"total": len(openids)} if with_total else {}
    answer["count"] = len(page)
    if page:
        answer["data"] = {"openid": page}
    return answer | {"next_openid": page[-1] if page else ""}


def _language(lang: str) -> str:
    if lang not in _LANGUAGES:
        raise Refusal(40035, "invalid parameter: lang")
    return lang
