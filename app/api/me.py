"""The person behind the token: data, family, consents, how large to write."""

from typing import Annotated, Literal

from flask import Response
from pydantic import Field, StringConstraints

from app.api.answering import answer
from app.api.family import family
from app.api.fitting import fitting
from app.api.problem import WITH_BODY, refusals
from app.api.shapes import Day, Listed, Moment, Path, RowId, Shown, Write, text
from app.core import clock
from app.core.db import contend, read_only
from app.http.doors import outside
from app.http.patient_auth import identity_api, patient_actor, patient_api, patient_id, visitor
from app.patients import consents, reads
from app.patients.consent_texts import Purpose, consent_texts
from app.patients.profiles import set_large_type

api = family("me", "我：资料、家人、知情同意")


class Settings(Write):
    large_type: Annotated[bool, Field(description="Whether this person reads large type.", examples=[True])]


class ConsentPath(Path):
    purpose: Annotated[str, StringConstraints(pattern=r"^[a-z_]{1,32}$")]


class Agreed(Write):
    version: Annotated[str, text(32), Field(description="Of the text that was read.", examples=["2026-03"])]


class Me(Shown):
    id: RowId
    name: str
    sex: Literal["女", "男"]
    age: int
    birth_on: Day
    phone: str = Field(description="Masked.", examples=["138****0000"])
    phone_verified: bool = Field(description="Whether WeChat gave it.")
    id_number: str = Field(description="Masked.")
    status: str = Field(description="In Chinese.", examples=["在管"])
    doctor: str = Field(description="Empty without one.")
    nurse: str = Field(description="Empty without one.")
    follows_service_account: bool
    large_type: bool


class Relative(Shown):
    patient_id: RowId
    name: str
    relation: Literal["self"]


class Family(Listed[Relative]):
    """Whom this person may look after here: so far, themselves."""


class Consent(Shown):
    purpose: Purpose
    title: str
    required: bool = Field(description="Without it no card can be activated.")
    version: str = Field(description="Send it back with what was agreed to.")
    text: str
    given_at: Moment | None = Field(description="Null when it is not, or no longer, given.")
    given_version: str | None


class Consents(Listed[Consent]):
    """Every purpose in the order it is asked for; all of them."""


@api.get("/me", responses={200: Me, **refusals(404)})
@patient_api
def me() -> Response:
    """Who I am, with private numbers masked."""
    return _me(visitor().large_type)


@api.patch("/me", responses={200: Me, **refusals(404, *WITH_BODY)})
@patient_api
@fitting
def change_me(body: Settings) -> Response:
    """Change how large to write for me."""
    who = patient_id()
    contend(outside().sessions, lambda session: set_large_type(session, who, body.large_type))
    return _me(body.large_type)


@api.get("/me/family", responses={200: Family, **refusals(404)})
@patient_api
def my_family() -> Response:
    """Whom I may look after here."""
    with read_only(outside().readers) as session:
        myself = reads.summary(session, patient_id(), clock.day_of(clock.now()))
    return answer(Family(items=[Relative(patient_id=myself.id, name=myself.name, relation="self")]))


@api.get("/me/consents", responses={200: Consents})
@identity_api
def my_consents() -> Response:
    """What is asked of me and what I agreed to; also before a card is activated."""
    return _consents()


@api.post("/me/consents/<purpose>", responses={200: Consents, **refusals(404, *WITH_BODY)})
@patient_api
@fitting
def give_consent(path: ConsentPath, body: Agreed) -> Response:
    """Agree to a purpose; one that is agreed to already stays as it was."""
    who, actor, now = patient_id(), patient_actor(), clock.now()
    contend(
        outside().sessions,
        lambda session: consents.give(session, actor, who, path.purpose, body.version, now),
    )
    return _consents()


@api.post("/me/consents/<purpose>/withdrawal", responses={200: Consents, **refusals(404, *WITH_BODY)})
@patient_api
@fitting
def withdraw_consent(path: ConsentPath, body: Write) -> Response:
    """Withdraw a consent: what it allowed stops at once. Twice changes nothing."""
    who, actor, now = patient_id(), patient_actor(), clock.now()
    contend(outside().sessions, lambda session: consents.withdraw(session, actor, who, path.purpose, now))
    return _consents()


def _me(large_type: bool) -> Response:
    with read_only(outside().readers) as session:
        found = reads.summary(session, patient_id(), clock.day_of(clock.now()))
    return answer(
        Me(
            id=found.id,
            name=found.name,
            sex=found.sex,
            age=found.age,
            birth_on=found.birth_on,
            phone=found.phone,
            phone_verified=found.phone_verified,
            id_number=found.id_number,
            status=found.status,
            doctor=found.doctor,
            nurse=found.nurse,
            follows_service_account=found.following,
            large_type=large_type,
        )
    )


def _consents() -> Response:
    known = visitor().patient_id
    with read_only(outside().readers) as session:
        held = consents.active(session, known) if known else {}
    return answer(
        Consents(
            items=[
                Consent(
                    purpose=text.purpose,
                    title=text.title,
                    required=text.required,
                    version=text.version,
                    text=text.text,
                    given_at=held[text.purpose].given_at if text.purpose in held else None,
                    given_version=held[text.purpose].text_version if text.purpose in held else None,
                )
                for text in consent_texts()
            ]
        )
    )
