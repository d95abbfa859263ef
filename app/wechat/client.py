"""What the house may ask of WeChat, and what can go wrong: the seam that every room's door looks through."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Protocol


class WeChatError(Exception):
    """A call that WeChat refused or that did not come back.

    `kind` is one of the classes of app.wechat.errcodes: transient, unknown, token, recipient_gone,
    no_consent, recipient_wrong, content, template, quota, login_code (used or stale), gateway, request_bug.
    No token, openid or patient's data is in the text.
    """

    def __init__(
        self, kind: str, errcode: int | None, endpoint: str, rid: str | None = None, about: str = ""
    ) -> None:
        super().__init__(f"{endpoint}: {kind} {errcode if errcode is not None else ''} {about}".strip())
        self.kind = kind
        self.errcode = errcode
        self.endpoint = endpoint
        self.rid = rid
        self.about = about
        """The template key that 47003 names, for example; never a value."""


@dataclass(frozen=True)
class Login:
    """Who opened the mini-program or the page: an openid of that app, the unionid where WeChat gives one."""

    openid: str
    unionid: str | None
    snapshot: bool = False
    """True for a virtual account in snapshot mode: never bind it."""


@dataclass(frozen=True)
class Follower:
    """What user/info tells of one openid."""

    openid: str
    following: bool
    unionid: str | None


@dataclass(frozen=True)
class Followers:
    """One page of the service account's followers."""

    openids: Sequence[str]
    after: str | None
    """Where the next page begins; None when this is the last."""
    total: int
    """How many WeChat says there are on all pages."""


class WeChat(Protocol):
    """Every call leaves the building: never call one inside a transaction. All raise WeChatError."""

    def login_by_code(self, js_code: str) -> Login:
        """jscode2session: the mini-program's wx.login code, good once for five minutes."""

    def login_by_oauth(self, code: str) -> Login:
        """sns/oauth2/access_token: the service account's web page code, good once."""

    def oauth_url(self, redirect_uri: str, state: str) -> str:
        """Where to send a page opened inside WeChat so that it comes back with a code (snsapi_base)."""

    def phone_number(self, code: str) -> str:
        """getuserphonenumber: the code of the mini-program's phone button; 11 digits."""

    def follower(self, openid: str) -> Follower:
        """user/info of a service account openid."""

    def followers(self, after: str | None) -> Followers:
        """user/get: up to 10,000 openids and where to go on."""

    def follower_details(self, openids: Sequence[str]) -> Sequence[Follower]:
        """user/info/batchget: the same of up to 100 openids at once."""

    def create_qr(self, scene: str) -> str:
        """A permanent QR of the service account; the text that the QR holds, to be drawn locally."""

    def create_passing_qr(self, scene: str, lasts: timedelta) -> str:
        """The same for at most 30 days: an account has 100,000 permanent ones in its life."""

    def send_template(
        self,
        openid: str,
        template_id: str,
        data: Mapping[str, str],
        url: str,
        client_msg_id: str,
        page: str | None = None,
    ) -> str:
        """A template message of the service account; the msgid. Accepted is not delivered."""

    def send_subscribe(self, openid: str, template_id: str, data: Mapping[str, str], page: str) -> str | None:
        """A subscription message of the mini-program; the msgid where WeChat gives one."""

    def send_text(self, openid: str, text: str) -> None:
        """A customer-service message inside the person's window."""

    def send_menu(self, openid: str, head: str, options: Sequence[tuple[str, str]], tail: str) -> None:
        """A customer-service menu: (id, text) options the person can tap."""

    def show_typing(self, openid: str) -> None:
        """Tell the person that somebody is typing."""

    def create_tag(self, name: str) -> int:
        """A tag of the service account; its id. An existing one of that name is found."""

    def tag_followers(self, tag_id: int, openids: Sequence[str]) -> Sequence[str]:
        """Tag up to 50 followers; the openids that failed."""

    def untag_followers(self, tag_id: int, openids: Sequence[str]) -> None:
        """Take the tag from up to 50 openids; who has left the account carries none anyway."""

    def delete_tag(self, tag_id: int) -> None:
        """Remove a tag; one that is gone already is removed."""

    def add_draft(self, title: str, digest: str, html: str, thumb_media_id: str, url: str) -> str:
        """An article draft; its media_id."""

    def upload_image(self, name: str, content: bytes) -> str:
        """A permanent image (png, jpg), as an article's cover has to be; its media_id."""

    def fetch_media(self, media_id: str) -> tuple[bytes, str]:
        """A picture or voice a patient sent: bytes and content type; gone at WeChat after three days."""

    def send_mass_by_tag(self, tag_id: int, media_id: str, client_msg_id: str) -> str:
        """A mass message of an article to a tag; the msg_id. One client_msg_id sends once in 24 hours."""

    def preview_mass(self, openid: str, media_id: str) -> None:
        """Show an article to one follower before it goes out."""

    def set_menu(self, buttons: Sequence[Mapping[str, Any]]) -> None:
        """The service account's menu."""

    def close(self) -> None:
        """Close the connections."""
