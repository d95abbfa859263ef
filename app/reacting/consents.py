"""What a withdrawn consent stops, and what one given again starts.

The lanes of a withdrawn purpose stop without a reaction: messaging and education ask for the consent
at the moment of sending.
"""

from datetime import timedelta

from sqlalchemy.orm import Session

from app.audit.trail import Actor
from app.followup.plans import stop_all
from app.followup.tasks import nurse_of, open_staff_task
from app.patients import events as patients

WITHDRAWN = "患者撤回了“使用我的健康信息”的同意"


def stop_following_up(session: Session, event: patients.HealthDataWithdrawn) -> None:
    """Every plan ends; its tasks ask nobody any more."""
    stop_all(session, Actor("patient", event.patient_id), event.patient_id, WITHDRAWN, event.at)


def look_for_a_new_start(session: Session, event: patients.HealthDataAllowedAgain) -> None:
    """A nurse decides with the patient how follow-up goes on."""
    open_staff_task(
        session,
        event.patient_id,
        "review",
        "患者重新同意随访",
        "患者重新同意医院使用健康信息。请看一下随访和用药提醒要不要重新安排。",
        "nurse",
        f"consent:{event.patient_id}:{event.at:%Y%m%d%H%M%S%f}",
        event.at + timedelta(days=1),
        event.at,
        assignee_id=nurse_of(session, event.patient_id),
    )
