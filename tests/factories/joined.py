"""A patient whose WeChat is a real phone of the emulator, in a hospital with its templates and a nurse."""

from datetime import timedelta

from sqlalchemy import select

from app.core import clock
from app.core.db import transaction
from app.messaging import templates
from app.patients.tables import WechatIdentity
from app.questionnaires import advice
from app.seeding import SEEDS
from tests.factories.patients import make_patient
from tests.factories.staff import make_account, make_shift
from tests.factories.ward import Ward
from tests.hospital import Hospital, Phone


def join(hospital: Hospital, phone: Phone, *, name: str = "王桂芳") -> Ward:
    """The person follows the service account and becomes a patient who agreed to reminders."""
    phone.follow()
    hospital.work()
    now = clock.now()
    with transaction(hospital.outside.sessions) as session:
        templates.load_seeds(session, SEEDS, now)
        session.flush()
        templates.use_demo_ids(session, SEEDS)
        advice.load_seeds(session, SEEDS, now)
        nurse = make_account(session, name="李敏")
        make_shift(session, nurse.id, starts_at=now - timedelta(hours=1), hours=12)
        patient = make_patient(session, name=name, nurse_id=nurse.id)
        chat = session.scalars(
            select(WechatIdentity).where(WechatIdentity.openid == phone.openid("oa"))
        ).one()
        chat.patient_id = patient.id
    return Ward(patient, chat, nurse)


def open_mini_program(hospital: Hospital, phone: Phone, ward: Ward) -> WechatIdentity:
    """The patient has opened the mini-program once: its openid is known."""
    with transaction(hospital.outside.sessions) as session:
        settings = hospital.outside.settings
        identity = WechatIdentity(
            app_id=settings.mp.app_id,
            app_kind="mp",
            openid=phone.openid("mp"),
            unionid=phone.unionid(),
            patient_id=ward.patient.id,
            following=False,
            created_at=clock.now(),
        )
        session.add(identity)
    return identity
