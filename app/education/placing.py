"""An article as WeChat's draft: placed once, seen on the author's phone, and sent as it was seen.

Everything here leaves the building: never call it inside a transaction.
"""

from app.core.errors import Conflict
from app.education.content import article_html
from app.education.cover import cover_png
from app.education.tables import ArticleVersion
from app.wechat.client import WeChat, WeChatError

DRAFT_GONE = 40007


def place_draft(wechat: WeChat, article: ArticleVersion, public_url: str) -> str:
    """Leave this version with WeChat as a draft; its media_id. Raises WeChatError."""
    thumb = wechat.upload_image("cover.png", cover_png())
    html = article_html(article.body, article.source)
    url = f"{public_url}/h5/articles/{article.article_id}"
    return wechat.add_draft(article.title, article.digest, html, thumb, url)


def show_on_phone(
    wechat: WeChat, article: ArticleVersion, openid: str | None, standing: str | None, public_url: str
) -> str:
    """Show this version to one follower; the media_id of the draft that was shown.

    `standing` is the draft that an earlier test of this version left. Raises Conflict not_bound when
    the person has no phone bound, not_sent with WeChat's reason in words.
    """
    if openid is None:
        raise Conflict("您还没有绑定微信：请先到“我的账号”用微信扫码绑定，再试发。", code="not_bound")
    try:
        return _show(wechat, article, openid, standing, public_url)
    except WeChatError as refusal:
        raise Conflict(f"试发没有成功：{_words(refusal)}。", code="not_sent") from refusal


def _show(wechat: WeChat, article: ArticleVersion, openid: str, standing: str | None, public_url: str) -> str:
    if standing is not None:
        try:
            wechat.preview_mass(openid, standing)
        except WeChatError as refusal:
            # Somebody emptied the account's drafts: a fresh one serves as well.
            if refusal.errcode != DRAFT_GONE:
                raise
        else:
            return standing
    media_id = place_draft(wechat, article, public_url)
    wechat.preview_mass(openid, media_id)
    return media_id


def _words(refusal: WeChatError) -> str:
    if refusal.kind == "recipient_gone":
        return "您的微信没有关注服务号，请关注后再试"
    if refusal.kind == "content":
        return f"微信认为内容不合适，请修改后再试（错误 {refusal.errcode}）"
    return f"微信暂时没有接受，请稍后再试（错误 {refusal.errcode or '无回应'}）"
