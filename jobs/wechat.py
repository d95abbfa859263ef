"""A regular look at all followers: whoever followed or left while nobody listened is found again."""

from collections.abc import Sequence
from datetime import datetime

import structlog

from app.core import clock
from app.core.db import read_only, transaction
from app.patients import identities
from app.wechat.client import WeChatError
from app.wechat.http_client import FOLLOWERS_A_BATCH
from app.wiring import Outside
from jobs.context import drains

log = structlog.get_logger(__name__)


@drains("wechat.sweep_followers")
def sweep_followers(outside: Outside) -> None:
    """Meet followers we do not know, fill in unionids, and note who has left. Other days will do as well."""
    began = clock.now()
    try:
        followers, total = _followers(outside)
        with read_only(outside.readers) as session:
            known = identities.followers_known(session, outside.settings.oa.app_id)
        unseen = sorted(openid for openid in followers if known.get(openid) is None)
        for start in range(0, len(unseen), FOLLOWERS_A_BATCH):
            _check(outside, unseen[start : start + FOLLOWERS_A_BATCH])
    except WeChatError as error:
        log.warning("followers.not_swept", kind=error.kind, errcode=error.errcode, rid=error.rid)
        return
    if len(followers) < total:
        # Who is not on a list that ended early may follow all the same.
        log.warning("followers.list_not_whole", followers=len(followers), total=total)
        return
    gone = sorted(known.keys() - followers)
    _note_gone(outside, gone, began)
    log.info("followers.swept", followers=len(followers), checked=len(unseen), gone=len(gone))


def _followers(outside: Outside) -> tuple[set[str], int]:
    """Everybody on WeChat's list, and how many it should name; people come and go while it is read."""
    page = outside.wechat.followers(None)
    found, total = set(page.openids), page.total
    while page.after is not None:
        page = outside.wechat.followers(page.after)
        found.update(page.openids)
        total = min(total, page.total)
    return found, total


def _note_gone(outside: Outside, openids: Sequence[str], began: datetime) -> None:
    app_id = outside.settings.oa.app_id
    with transaction(outside.sessions) as session:
        for openid in openids:
            identity = identities.by_openid(session, app_id, openid)
            # Whoever came after the list was drawn up is not on it.
            if identity is not None and (identity.followed_at is None or identity.followed_at < began):
                identities.note_unfollow(session, app_id, openid, clock.now())


def _check(outside: Outside, openids: Sequence[str]) -> None:
    details = outside.wechat.follower_details(openids)
    with transaction(outside.sessions) as session:
        for follower in details:
            identities.note_checked(
                session,
                outside.settings.oa.app_id,
                follower.openid,
                follower.unionid,
                follower.following,
                clock.now(),
            )
