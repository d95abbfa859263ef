"""A patient's words in the chat, as WeChat's door hands them on."""

from datetime import datetime

from sqlalchemy.orm import Session

from app.core.ids import new_id
from app.wechat.inbound import PatientText
from bot.dispatch import Arrived, dispatch
from bot.fetching import Fetched
from tests.factories.ward import Ward


def tell(session: Session, ward: Ward, words: str, at: datetime) -> str:
    """The patient of the ward writes `words` to the service account; the key of the callback."""
    message, key = PatientText(openid=ward.chat.openid, at=at, text=words, option=None), new_id()
    assert dispatch(session, Arrived(ward.chat.app_id, "oa", key, message, Fetched(), "secret", at), at)
    session.flush()
    return key
