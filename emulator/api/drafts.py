"""Drafts of articles, and publishing them. Source: developers.weixin.qq.com, 草稿箱 and 发布能力."""

import secrets
from html import escape
from typing import Any

from flask import Response

from emulator.api.door import api
from emulator.api.finish import announce, take_fault
from emulator.api.media import MediaId
from emulator.api.wire import Body, Call, Refusal, endpoint, ok
from emulator.current import platform

ARTICLES_PER_DRAFT = 8
TITLE_CHARACTERS = 64


class DraftArticle(Body):
    article_type: str = "news"
    title: str
    author: str = ""
    digest: str = ""
    content: str
    content_source_url: str = ""
    thumb_media_id: str = ""
    show_cover_pic: int = 0
    need_open_comment: int = 0
    only_fans_can_comment: int = 0


class Draft(Body):
    articles: list[DraftArticle]


class PublishId(Body):
    publish_id: str


@endpoint("POST", "/cgi-bin/draft/add", caller="oa", body=Draft)
def add_draft(call: Call) -> dict[str, Any]:
    articles: list[DraftArticle] = call.body.articles
    if not 1 <= len(articles) <= ARTICLES_PER_DRAFT:
        raise Refusal(45008, "article size out of limit")
    media_id = secrets.token_urlsafe(48)
    rows = [_article(call, article) for article in articles]
    call.platform.store.section("drafts")[media_id] = {"articles": rows, "at": call.platform.clock.now()}
    call.platform.store.touch()
    return {"media_id": media_id}


@endpoint("POST", "/cgi-bin/draft/get", caller="oa", body=MediaId)
def get_draft(call: Call) -> dict[str, Any]:
    draft = find_draft(call, call.body.media_id)
    hidden = ("key", "cover")
    items = [{name: row[name] for name in row if name not in hidden} for row in draft["articles"]]
    return {"news_item": items, "create_time": int(draft["at"]), "update_time": int(draft["at"])}


@endpoint("POST", "/cgi-bin/freepublish/submit", caller="oa", body=MediaId)
def publish(call: Call) -> dict[str, Any]:
    """Publishing puts the articles on the web and tells no fan."""
    draft = find_draft(call, call.body.media_id)
    publish_id = str(call.platform.store.next_id(2_247_000_000))
    article_id = secrets.token_urlsafe(32)
    links = [{"idx": i, "article_url": row["url"]} for i, row in enumerate(draft["articles"], start=1)]
    detail = {"count": len(links), "item": links}
    row = {"publish_status": 0, "article_id": article_id, "article_detail": detail}
    call.platform.store.section("published")[publish_id] = row
    info = {
        "publish_id": publish_id,
        "publish_status": 0,
        "article_id": article_id,
        "article_detail": {"count": len(links), "item": links},
    }
    fields = {"MsgType": "event", "Event": "PUBLISHJOBFINISH", "PublishEventInfo": info}
    announce(call, call.platform.people.helper_openid(), fields, take_fault(call))
    del call.platform.store.section("drafts")[call.body.media_id]
    return ok(publish_id=publish_id)


@endpoint("POST", "/cgi-bin/freepublish/get", caller="oa", body=PublishId)
def published(call: Call) -> dict[str, Any]:
    row = call.platform.store.section("published").get(call.body.publish_id)
    if row is None:
        raise Refusal(53600, "article id invalid")
    return {"publish_id": call.body.publish_id, **row}


def find_draft(call: Call, media_id: str) -> dict[str, Any]:
    draft = call.platform.store.section("drafts").get(media_id)
    if draft is None:
        raise Refusal(40007, "invalid media_id")
    return draft


@api.get("/s/<key>")
def show_article(key: str) -> Response:
    """The article's own page, as a fan opens it. Its HTML may not run scripts."""
    world = platform()
    with world.lock:
        row = world.store.section("articles").get(key)
    if row is None:
        return Response("该内容已被发布者删除", 404, content_type="text/plain; charset=utf-8")
    page = (
        '<!doctype html><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        "<style>body{font:17px/1.7 sans-serif;margin:24px auto;max-width:640px;padding:0 16px}"
        "img{max-width:100%}small{color:#888}</style>"
        f"<title>{escape(row['title'])}</title><h2>{escape(row['title'])}</h2>"
        f"<small>{escape(row['author'] or world.config.oa.name)}</small><article>{row['content']}</article>"
    )
    response = Response(page, content_type="text/html; charset=utf-8")
    response.headers["Content-Security-Policy"] = "script-src 'none'; object-src 'none'; base-uri 'none'"
    return response


def _article(call: Call, article: DraftArticle) -> dict[str, Any]:
    """The article as a row with its address, readable from now on."""
    if not 1 <= len(article.title) <= TITLE_CHARACTERS:
        raise Refusal(45003, "title size out of limit")
    cover = call.platform.media.find(article.thumb_media_id, call.account.appid)
    if cover is None or not cover["permanent"]:
        raise Refusal(40007, "invalid media_id: thumb_media_id must be permanent material")
    key = secrets.token_urlsafe(16)
    row = article.model_dump() | {
        "key": key,
        "url": f"{call.platform.base_url}/s/{key}",
        "cover": f"/phone/media/{article.thumb_media_id}",
    }
    call.platform.store.section("articles")[key] = row
    return row
