"""Health articles and broadcasts, on the way the house takes them."""

from sqlalchemy.orm import Session

from app.audit.trail import Actor
from app.core.ids import new_id
from app.education import articles, broadcasts
from app.education.articles import Draft
from app.education.audience import carried
from app.education.tables import Article, Broadcast
from app.patients.tables import Patient, WechatIdentity
from tests.conftest import NOW
from tests.factories.patients import make_identity, make_patient
from tests.factories.risk import make_tag
from tests.factories.staff import make_account

TIP = Draft(
    "高血压怎么吃盐",
    "每天不超过 5 克，教您三个好办法",
    "做菜时用盐勺，一人一天不超过 5 克。\n少吃咸菜、腊肉。",
    "中国高血压防治指南（2024）",
)
TAG = "高血压"


def make_author(session: Session) -> Actor:
    return Actor("staff", make_account(session, role="nurse", name="李芳").id)


def make_approver(session: Session) -> Actor:
    return Actor("staff", make_account(session, role="administrator", name="周敏").id)


def make_article(session: Session, author: Actor | None = None, *, draft: Draft = TIP) -> Article:
    """A written article that nobody has let go yet."""
    return articles.write(session, author or make_author(session), draft, NOW)


def make_draft(
    session: Session, *, author: Actor | None = None, article: Article | None = None, tested: bool = True
) -> Broadcast:
    """A drafted broadcast to everybody with TAG (to somebody out of reach, if nobody has it), tested."""
    author = author or make_author(session)
    if not carried(session, TAG, NOW):
        make_tag(session, make_patient(session).id, tag=TAG)
    article = article or make_article(session, author)
    broadcast = broadcasts.draft(session, author, article.id, TAG, new_id(), NOW)
    if tested:
        broadcasts.note_test(session, author, broadcast.id, article.version, "media", NOW)
    return broadcast


def make_follower(
    session: Session, *, openid: str = "", name: str = "王桂芳", **more: object
) -> tuple[Patient, WechatIdentity]:
    """A patient with TAG who follows the service account and agreed to health tips."""
    patient = make_patient(session, name=name, **more)
    identity = make_identity(session, patient.id, **({"openid": openid} if openid else {}))
    make_tag(session, patient.id, tag=TAG)
    return patient, identity
