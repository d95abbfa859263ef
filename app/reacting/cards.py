"""What a followed account and an activated card set going."""

from datetime import timedelta

from sqlalchemy.orm import Session

from app.audit.trail import Actor
from app.core import clock
from app.core.errors import Conflict
from app.followup.plans import enrol
from app.followup.reads import had_task
from app.followup.tasks import complete_staff_tasks, open_staff_task
from app.messaging import outbox
from app.messaging.outbox import Promise
from app.patients import events as patients
from app.patients.cards import ensure_for, find_card
from app.patients.identities import find as find_identity


def welcome(session: Session, event: patients.Followed | patients.CardScanned) -> None:
    """Inside the minute that WeChat allows: what this is, and the way to open the card."""
    words, link = _of_the_card(session, event)
    if isinstance(event, patients.Followed):
        words = f"您好，欢迎关注！{words}"
    promise = Promise(
        purpose="welcome",
        dedupe=f"welcome:{event.identity_id}:{event.at:%Y%m%d%H%M%S%f}",
        identity_id=event.identity_id,
        text=f"{words}想问什么，直接在这里写字，护士会看到。",
        link=link,
        origin_kind="card",
        origin_id=event.card_id,
    )
    outbox.promise(session, promise, event.at)


def _of_the_card(session: Session, event: patients.Followed | patients.CardScanned) -> tuple[str, str]:
    """(what to say of the card that was scanned, where to); never whose a card in use is."""
    if event.card_id is None:
        return "有服务卡的话，点下面的蓝字，输入卡号就能开卡。", "/h5/activate"
    card = find_card(session, event.card_id)
    try:
        ensure_for(card, find_identity(session, event.identity_id).patient_id)
    except Conflict as refused:
        return (
            f"您扫的卡不能开：{refused.message}怎么办，点下面的蓝字看一看。",
            f"/h5/activate/closed/{refused.code}",
        )
    if card.status == "activated":
        return "您扫的服务卡，点下面的蓝字打开。", "/h5/card"
    return "您的服务卡已经认出来了，点下面的蓝字开卡，大约两分钟。", "/h5/activate"


FIRST_TASKS = (
    ("assign_doctor", "指定责任医生", "新患者开卡，请指定责任医生和责任护士。", 1),
    ("complete_archive", "完善健康档案", "新患者开卡，请补全过敏史、既往史和联系人。", 3),
)
"""(kind, title, purpose, days to do it in) of the tasks that a new patient opens."""


def enrol_by_card(session: Session, event: patients.CardActivated) -> None:
    """The card's pathway begins today."""
    enrol(
        session,
        event.patient_id,
        event.pathway_code,
        clock.day_of(event.at),
        f"card:{event.card_id}",
        event.at,
    )


def open_first_tasks(session: Session, event: patients.CardActivated) -> None:
    """Somebody new: who is her doctor, and what is known of her? A second card makes nobody new."""
    for kind, title, purpose, days in FIRST_TASKS:
        if had_task(session, event.patient_id, kind):
            continue
        open_staff_task(
            session,
            event.patient_id,
            kind,
            title,
            purpose,
            "nurse",
            f"first:{event.patient_id}:{kind}",
            event.at + timedelta(days=days),
            event.at,
        )


def close_assign_doctor(session: Session, event: patients.DoctorAssigned) -> None:
    """Whoever assigned the doctor: it is done."""
    complete_staff_tasks(
        session,
        Actor("staff", event.by_staff_id),
        event.patient_id,
        "assign_doctor",
        "assigned",
        event.at,
    )


def close_complete_archive(session: Session, event: patients.ArchiveCompleted) -> None:
    """Whoever completed the archive: it is done."""
    complete_staff_tasks(
        session,
        Actor("staff", event.by_staff_id),
        event.patient_id,
        "complete_archive",
        "completed",
        event.at,
    )
