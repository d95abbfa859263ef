"""Patients, their WeChat identities, cards and phones, with only what a test is about spelled out."""

from datetime import date
from itertools import count

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core import clock
from app.core.db import transaction
from app.core.ids import new_code, new_id
from app.core.masks import blind
from app.http.patient_auth import PATIENT_COOKIE
from app.patients import sessions
from app.patients.person import Person
from app.patients.profiles import set_id_number, set_name, set_phone
from app.patients.rules.identity import check_character
from app.patients.tables import Card, CardBatch, CardType, Consent, Patient, WechatIdentity
from app.wiring import Outside
from tests.conftest import MP, NOW, OA
from tests.factories.followup import make_pathway
from tests.factories.staff import make_account

_NUMBERS = count(1)
CONSENTS = ("health_data", "reminders", "health_education")
IN_1966 = date(1966, 5, 1)


def an_id_number(birth_on: date = IN_1966, sex: str = "female", number: int | None = None) -> str:
    """A sound ID number; another one at each call."""
    district, order = divmod(number or next(_NUMBERS), 499)
    first = f"3201{district % 99 + 1:02d}{birth_on:%Y%m%d}{2 * order + (sex == 'male'):03d}"
    return first + check_character(first)


def a_phone() -> str:
    """A mobile number; another one at each call."""
    return f"139{next(_NUMBERS):08d}"


def a_person(
    name: str = "王秀兰",
    *,
    phone: str | None = None,
    id_number: str | None = None,
    phone_verified: bool = True,
) -> Person:
    """A woman of 59 who wants to activate a card."""
    return Person(name, phone or a_phone(), phone_verified, id_number or an_id_number(), IN_1966, "female")


def make_patient(
    session: Session,
    *,
    name: str = "王秀兰",
    birth_on: date = IN_1966,
    sex: str = "female",
    phone: str | None = None,
    id_number: str | None = None,
    consents: tuple[str, ...] = CONSENTS,
    **more: object,
) -> Patient:
    """An active patient of 59 (on the tests' day) who agreed to everything, without WeChat and card."""
    patient = Patient(**{"id": new_id(), "sex": sex, "birth_on": birth_on, "created_at": NOW, **more})
    set_name(patient, name)
    set_phone(patient, phone or a_phone(), verified=True)
    set_id_number(patient, id_number or an_id_number(birth_on, sex))
    session.add(patient)
    session.flush()
    session.add_all(
        Consent(patient_id=patient.id, purpose=purpose, text_version="2026-03", given_at=NOW)
        for purpose in consents
    )
    session.flush()
    return patient


def make_identity(
    session: Session, patient_id: str | None = None, *, app_kind: str = "oa", **more: object
) -> WechatIdentity:
    """An openid of the service account that follows it, or (app_kind mp) one of the mini-program."""
    identity_id = new_id()
    follows = app_kind == "oa"
    identity = WechatIdentity(
        **{
            "id": identity_id,
            "app_id": (OA if follows else MP)["app_id"],
            "app_kind": app_kind,
            "openid": f"o{identity_id[5:]}",
            "patient_id": patient_id,
            "following": follows,
            "followed_at": NOW if follows else None,
            "created_at": NOW,
            **more,
        }
    )
    session.add(identity)
    session.flush()
    return identity


def make_card_type(session: Session, *, code: str = "hypertension", **more: object) -> CardType:
    """The card type of this code, made when it is not there."""
    found = session.scalar(select(CardType).where(CardType.code == code))
    if found is not None:
        return found
    make_pathway(session, code=code)
    told = {"name": "高血压随访服务卡", "pathway_code": code, "months": 12, "description": "一年的血压随访"}
    card_type = CardType(**{"code": code, **told, **more})
    session.add(card_type)
    session.flush()
    return card_type


def make_card(
    session: Session, patient_id: str | None = None, *, code: str | None = None, **more: object
) -> Card:
    """An issued card; an activated one when a patient is given."""
    card_type = make_card_type(session)
    batch = CardBatch(
        card_type_id=card_type.id,
        count=1,
        created_by=make_account(session, role="front_desk", name="周洁").id,
        created_at=NOW,
        request_id=new_id(),
    )
    session.add(batch)
    session.flush()
    one_time = code or new_code()
    card = Card(
        **{
            "batch_id": batch.id,
            "card_type_id": card_type.id,
            "serial": f"{new_code(4)}-001",
            "code": one_time,
            "code_blind": blind(one_time),
            "scene": f"card.{new_id()}",
            "status": "activated" if patient_id else "issued",
            "patient_id": patient_id,
            "activated_at": NOW if patient_id else None,
            **more,
        }
    )
    session.add(card)
    session.flush()
    return card


def on_the_phone(
    client: FlaskClient,
    outside: Outside,
    patient_id: str | None = None,
    *,
    app_kind: str = "oa",
    **more: object,
) -> WechatIdentity:
    """Let `client` be the phone of this patient (of a newcomer without one), on the patient pages."""
    with transaction(outside.sessions) as session:
        identity = make_identity(session, patient_id, app_kind=app_kind, **more)
        token = sessions.open_session(session, identity.id, "page", clock.machine())
    client.set_cookie(PATIENT_COOKIE, token)
    return identity


def bearer(outside: Outside, patient_id: str | None = None, **more: object) -> dict[str, str]:
    """The Authorization header of this patient's mini-program (of a newcomer's without one)."""
    with transaction(outside.sessions) as session:
        identity = make_identity(session, patient_id, app_kind="mp", **more)
        token = sessions.open_session(session, identity.id, "api", clock.machine())
    return {"Authorization": f"Bearer {token}"}
