"""Every room's tables, so that migrations see one picture."""

from app.alerts import tables as alerts
from app.audit import tables as audit
from app.booking import tables as booking
from app.conversations import tables as conversations
from app.core.db import Base
from app.education import tables as education
from app.followup import tables as followup
from app.medication import tables as medication
from app.messaging import tables as messaging
from app.patients import tables as patients
from app.questionnaires import tables as questionnaires
from app.records import tables as records
from app.risk import tables as risk
from app.staff import tables as staff
from app.wechat import tables as wechat

ROOMS = (
    audit,
    staff,
    patients,
    records,
    risk,
    wechat,
    messaging,
    questionnaires,
    followup,
    medication,
    conversations,
    alerts,
    booking,
    education,
)

metadata = Base.metadata
