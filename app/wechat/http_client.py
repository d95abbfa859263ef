"""WeChat over HTTP: app.wechat.client.WeChat on our own transport."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from redis import Redis

from app.core.config import Settings, WeChatApp
from app.wechat.answers import needed, read_values
from app.wechat.calls import Calls
from app.wechat.client import Follower, Followers, Login, WeChat, WeChatError
from app.wechat.errcodes import CONTENT, RECIPIENT_WRONG
from app.wechat.tokens import Tokens
from app.wechat.transport import Transport

TAG_EXISTS = 45157
TAG_GONE = 45159
PARTLY_TAGGED = 45171
MASS_ALREADY_SENT = 45065
FOLLOWERS_A_BATCH = 100


def connect_wechat(settings: Settings, redis: Redis) -> WeChat:
    """WeChat's client for these settings; nothing is contacted yet."""
    return HttpWeChat(settings, redis)


class HttpWeChat:
    """The service account (`oa`) and the mini-program (`mp`) of one hospital."""

    def __init__(self, settings: Settings, redis: Redis) -> None:
        self._transport = Transport(settings.wechat_api_base_url, only_local=not settings.is_production)
        self._open_base = settings.wechat_open_base_url
        self._oa_app, self._mp_app = settings.oa, settings.mp

        def calls(account: WeChatApp) -> Calls:
            return Calls(self._transport, Tokens(redis, self._transport, settings.environment, account))

        self._oa, self._mp = calls(settings.oa), calls(settings.mp)

    def login_by_code(self, js_code: str) -> Login:
        path = "/sns/jscode2session"
        query = _credentials(self._mp_app) | {"js_code": js_code, "grant_type": "authorization_code"}
        values = read_values(path, self._transport.request("GET", path, query))
        # session_key is not kept: nothing here decrypts with it.
        return Login(needed(path, values, "openid"), values.get("unionid") or None)

    def login_by_oauth(self, code: str) -> Login:
        path = "/sns/oauth2/access_token"
        query = _credentials(self._oa_app) | {"code": code, "grant_type": "authorization_code"}
        values = read_values(path, self._transport.request("GET", path, query))
        snapshot = str(values.get("is_snapshotuser", "")) == "1"
        unionid = None if snapshot else values.get("unionid") or None
        return Login(needed(path, values, "openid"), unionid, snapshot)

    def oauth_url(self, redirect_uri: str, state: str) -> str:
        # WeChat wants this order of parameters, and the fragment.
        query = urlencode(
            {
                "appid": self._oa_app.app_id,
                "redirect_uri": redirect_uri,
                "response_type": "code",
                "scope": "snsapi_base",
                "state": state,
            }
        )
        return f"{self._open_base}/connect/oauth2/authorize?{query}#wechat_redirect"

    def phone_number(self, code: str) -> str:
        path = "/wxa/business/getuserphonenumber"
        values = self._mp.post(path, {"code": code})
        if needed(path, values, "phone_info", "watermark", "appid") != self._mp_app.app_id:
            raise WeChatError(CONTENT, None, path, about="the watermark names another app")
        return str(needed(path, values, "phone_info", "purePhoneNumber"))

    def follower(self, openid: str) -> Follower:
        path = "/cgi-bin/user/info"
        return _follower(path, self._oa.get(path, openid=openid, lang="zh_CN"))

    def follower_details(self, openids: Sequence[str]) -> Sequence[Follower]:
        users = [{"openid": openid, "lang": "zh_CN"} for openid in openids]
        path = "/cgi-bin/user/info/batchget"
        answer = self._oa.post(path, {"user_list": users})
        return [_follower(path, values) for values in needed(path, answer, "user_info_list")]

    def followers(self, after: str | None) -> Followers:
        path = "/cgi-bin/user/get"
        answer = self._oa.get(path, **({"next_openid": after} if after else {}))
        total = int(needed(path, answer, "total"))
        if not needed(path, answer, "count"):
            # One of the two endings WeChat has: a page without data. The other is an empty next_openid.
            return Followers((), None, total)
        return Followers(needed(path, answer, "data", "openid"), answer.get("next_openid") or None, total)

    def create_qr(self, scene: str) -> str:
        body = {"action_name": "QR_LIMIT_STR_SCENE", "action_info": {"scene": {"scene_str": scene}}}
        return self._qr(body)

    def create_passing_qr(self, scene: str, lasts: timedelta) -> str:
        body = {
            "action_name": "QR_STR_SCENE",
            "expire_seconds": int(lasts.total_seconds()),
            "action_info": {"scene": {"scene_str": scene}},
        }
        return self._qr(body)

    def _qr(self, body: Mapping[str, Any]) -> str:
        path = "/cgi-bin/qrcode/create"
        return str(needed(path, self._oa.post(path, body), "url"))

    def send_template(
        self,
        openid: str,
        template_id: str,
        data: Mapping[str, str],
        url: str,
        client_msg_id: str,
        page: str | None = None,
    ) -> str:
        body: dict[str, Any] = {
            "touser": openid,
            "template_id": template_id,
            "url": url,
            "client_msg_id": client_msg_id,
            "data": _values_of(data),
        }
        if page is not None:
            body["miniprogram"] = {"appid": self._mp_app.app_id, "pagepath": page}
        path = "/cgi-bin/message/template/send"
        return str(needed(path, self._oa.act(path, body), "msgid"))

    def send_subscribe(self, openid: str, template_id: str, data: Mapping[str, str], page: str) -> str | None:
        body = {"touser": openid, "template_id": template_id, "page": page, "data": _values_of(data)}
        msgid = self._mp.act("/cgi-bin/message/subscribe/send", body).get("msgid")
        return None if msgid is None else str(msgid)

    def send_text(self, openid: str, text: str) -> None:
        self._oa.act(
            "/cgi-bin/message/custom/send", {"touser": openid, "msgtype": "text", "text": {"content": text}}
        )

    def send_menu(self, openid: str, head: str, options: Sequence[tuple[str, str]], tail: str) -> None:
        menu = {
            "head_content": head,
            "list": [{"id": id_, "content": content} for id_, content in options],
            "tail_content": tail,
        }
        body = {"touser": openid, "msgtype": "msgmenu", "msgmenu": menu}
        self._oa.act("/cgi-bin/message/custom/send", body)

    def show_typing(self, openid: str) -> None:
        self._oa.act("/cgi-bin/message/custom/typing", {"touser": openid, "command": "Typing"})

    def create_tag(self, name: str) -> int:
        path, listing = "/cgi-bin/tags/create", "/cgi-bin/tags/get"
        answer = self._oa.post(path, {"tag": {"name": name}}, answers=(TAG_EXISTS,))
        if answer.get("errcode") != TAG_EXISTS:
            return int(needed(path, answer, "tag", "id"))
        for tag in needed(listing, self._oa.get(listing), "tags"):
            if needed(listing, tag, "name") == name:
                return int(needed(listing, tag, "id"))
        raise WeChatError(CONTENT, TAG_EXISTS, path, about="name")

    def tag_followers(self, tag_id: int, openids: Sequence[str]) -> Sequence[str]:
        answer = self._oa.act(
            "/cgi-bin/tags/members/batchtagging",
            {"openid_list": list(openids), "tagid": tag_id},
            answers=(PARTLY_TAGGED,),
        )
        return list(answer.get("fail_openid_list", ()))

    def untag_followers(self, tag_id: int, openids: Sequence[str]) -> None:
        self._oa.act(
            "/cgi-bin/tags/members/batchuntagging",
            {"openid_list": list(openids), "tagid": tag_id},
            answers=(PARTLY_TAGGED,),
        )

    def delete_tag(self, tag_id: int) -> None:
        self._oa.act("/cgi-bin/tags/delete", {"tag": {"id": tag_id}}, answers=(TAG_GONE,))

    def add_draft(self, title: str, digest: str, html: str, thumb_media_id: str, url: str) -> str:
        article = {
            "title": title,
            "digest": digest,
            "content": html,
            "content_source_url": url,
            "thumb_media_id": thumb_media_id,
        }
        path = "/cgi-bin/draft/add"
        return str(needed(path, self._oa.post(path, {"articles": [article]}), "media_id"))

    def upload_image(self, name: str, content: bytes) -> str:
        kind = "image/png" if name.lower().endswith(".png") else "image/jpeg"
        path = "/cgi-bin/material/add_material"
        return str(needed(path, self._oa.upload(path, name, content, kind, type="image"), "media_id"))

    def fetch_media(self, media_id: str) -> tuple[bytes, str]:
        path = "/cgi-bin/media/get"
        answer = self._oa.download(path, media_id=media_id)
        if not answer.content:
            raise WeChatError(RECIPIENT_WRONG, None, path, about="empty")
        return answer.content, answer.content_type.partition(";")[0].strip()

    def send_mass_by_tag(self, tag_id: int, media_id: str, client_msg_id: str) -> str:
        body = {
            "filter": {"is_to_all": False, "tag_id": tag_id},
            "msgtype": "mpnews",
            "mpnews": {"media_id": media_id},
            "send_ignore_reprint": 0,
            "clientmsgid": client_msg_id,
        }
        # A repeat answers with the first one's id: it is out already, which is what was asked for.
        path = "/cgi-bin/message/mass/sendall"
        return str(needed(path, self._oa.act(path, body, answers=(MASS_ALREADY_SENT,)), "msg_id"))

    def preview_mass(self, openid: str, media_id: str) -> None:
        body = {"touser": openid, "msgtype": "mpnews", "mpnews": {"media_id": media_id}}
        self._oa.act("/cgi-bin/message/mass/preview", body)

    def set_menu(self, buttons: Sequence[Mapping[str, Any]]) -> None:
        self._oa.act("/cgi-bin/menu/create", {"button": list(buttons)})

    def close(self) -> None:
        """Close the connections."""
        self._transport.close()


def _credentials(account: WeChatApp) -> dict[str, str]:
    return {"appid": account.app_id, "secret": account.app_secret}


def _values_of(data: Mapping[str, str]) -> dict[str, dict[str, str]]:
    return {key: {"value": value} for key, value in data.items()}


def _follower(path: str, values: Mapping[str, Any]) -> Follower:
    following = needed(path, values, "subscribe") == 1
    return Follower(needed(path, values, "openid"), following, values.get("unionid") or None)
