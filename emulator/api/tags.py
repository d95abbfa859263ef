"""Tags. Source: developers.weixin.qq.com, 用户标签管理, read 2026."""

from typing import Any

from emulator.api.users import page_of
from emulator.api.wire import Body, Call, Refusal, endpoint, ok
from emulator.state.tags import STAR_GROUP

TAGS_PER_ACCOUNT = 100
TAGS_PER_FAN = 20
FANS_PER_CALL = 50
NAME_CHARACTERS = 30


class NewTag(Body):
    name: str


class CreateTag(Body):
    tag: NewTag


class Tag(Body):
    id: int
    name: str


class UpdateTag(Body):
    tag: Tag


class TagId(Body):
    id: int


class DeleteTag(Body):
    tag: TagId


class Tagging(Body):
    openid_list: list[str]
    tagid: int


class OneFan(Body):
    openid: str


class TagPage(Body):
    tagid: int
    next_openid: str = ""


@endpoint("POST", "/cgi-bin/tags/create", caller="oa", body=CreateTag)
def create_tag(call: Call) -> dict[str, Any]:
    tags = call.platform.tags
    _check_name(call, call.body.tag.name)
    if len(tags.names()) >= TAGS_PER_ACCOUNT:
        raise Refusal(45056, "too many tags")
    return {"tag": tags.create(call.body.tag.name)}


@endpoint("GET", "/cgi-bin/tags/get", caller="oa")
def list_tags(call: Call) -> dict[str, Any]:
    named = [STAR_GROUP] + [
        {"id": int(key), "name": name} for key, name in call.platform.tags.names().items()
    ]
    return {"tags": [tag | {"count": len(_carriers(call, int(str(tag["id"]))))} for tag in named]}


@endpoint("POST", "/cgi-bin/tags/update", caller="oa", body=UpdateTag)
def update_tag(call: Call) -> dict[str, Any]:
    _check_own_tag(call, call.body.tag.id)
    _check_name(call, call.body.tag.name)
    call.platform.tags.rename(call.body.tag.id, call.body.tag.name)
    return ok()


@endpoint("POST", "/cgi-bin/tags/delete", caller="oa", body=DeleteTag)
def delete_tag(call: Call) -> dict[str, Any]:
    _check_own_tag(call, call.body.tag.id)
    call.platform.tags.delete(call.body.tag.id)
    return ok()


@endpoint("POST", "/cgi-bin/tags/members/batchtagging", caller="oa", body=Tagging)
def tag_fans(call: Call) -> dict[str, Any]:
    rows = _fan_rows(call)
    if any(
        len(row["tagids"]) >= TAGS_PER_FAN and call.body.tagid not in row["tagids"] for row in rows.values()
    ):
        raise Refusal(45059, "too many tags on one fan")
    for row in rows.values():
        if row["subscribe"] and call.body.tagid not in row["tagids"]:
            row["tagids"].append(call.body.tagid)
    return _partial(call, rows)


@endpoint("POST", "/cgi-bin/tags/members/batchuntagging", caller="oa", body=Tagging)
def untag_fans(call: Call) -> dict[str, Any]:
    rows = _fan_rows(call)
    for row in rows.values():
        if call.body.tagid in row["tagids"]:
            row["tagids"].remove(call.body.tagid)
    return _partial(call, rows)


@endpoint("POST", "/cgi-bin/tags/getidlist", caller="oa", body=OneFan)
def tags_of_fan(call: Call) -> dict[str, Any]:
    person = call.person(call.body.openid)
    return {"tagid_list": list(call.platform.people.row(person.id)["tagids"])}


@endpoint("POST", "/cgi-bin/user/tag/get", caller="oa", body=TagPage)
def fans_of_tag(call: Call) -> dict[str, Any]:
    if not call.platform.tags.exists(call.body.tagid):
        raise Refusal(45159, "invalid tag id")
    return page_of(_carriers(call, call.body.tagid), call.body.next_openid, with_total=False)


def _carriers(call: Call, tag_id: int) -> list[str]:
    return call.platform.people.followers_with(tag_id)


def _check_name(call: Call, name: str) -> None:
    if len(name) > NAME_CHARACTERS:
        raise Refusal(45158, "tag name too long")
    if not name.strip() or name in call.platform.tags.names().values() or name == STAR_GROUP["name"]:
        raise Refusal(45157, "invalid or duplicate tag name")


def _check_own_tag(call: Call, tag_id: int) -> None:
    if tag_id < 3:
        raise Refusal(45058, "can't modify sys tag")
    if not call.platform.tags.exists(tag_id):
        raise Refusal(45159, "invalid tag id")


def _fan_rows(call: Call) -> dict[str, dict[str, Any]]:
    """Follower rows by openid, all of them this account's."""
    if not 1 <= len(call.body.openid_list) <= FANS_PER_CALL:
        raise Refusal(40032, "invalid openid list size")
    if not call.platform.tags.exists(call.body.tagid):
        raise Refusal(45159, "invalid tag id")
    openids = call.body.openid_list
    return {openid: call.platform.people.row(call.person(openid, 49003).id) for openid in openids}


def _partial(call: Call, rows: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """0 when all were followers; else 45171 naming the others, the rest being done."""
    call.platform.store.touch()
    failed = [openid for openid, row in rows.items() if not row["subscribe"]]
    if failed:
        raise Refusal(45171, "partial failure", fail_openid_list=failed)
    return ok()
