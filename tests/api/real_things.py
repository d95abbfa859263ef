"""A patient with a new one of everything that a case of schemathesis may name."""

from collections.abc import Callable
from datetime import timedelta
from itertools import count

from app.api.cursors import cursor_of
from app.audit.trail import SYSTEM
from app.booking.bookings import book
from app.core import clock
from app.core.db import transaction
from app.core.ids import new_code, new_id
from app.patients.sessions import open_session
from app.patients.tables import WechatIdentity
from app.questionnaires.drafts import open_self
from app.wiring import Outside
from tests.factories.booking import make_package, make_slot
from tests.factories.followup import make_plan, make_task
from tests.factories.medication import doses_of, make_regimen
from tests.factories.patients import make_card, make_identity, make_patient
from tests.factories.staff import make_account
from tests.hospital import Json, Phone

FORM = "hypertension_followup"


class RealThings:
    """Whatever is asked for is made now, so that no case finds it used by the case before."""

    def __init__(self, outside: Outside) -> None:
        self._sessions, self._redis = outside.sessions, outside.redis
        self._phone = Phone(Json(outside.settings.wechat_api_base_url), "wang")
        self._numbers = count(1)
        with transaction(self._sessions) as session:
            self.patient_id = make_patient(session).id
            self._identity = make_identity(session, self.patient_id, app_kind="mp").id
            self._nurse = make_account(session).id
            make_plan(session, self.patient_id, now=clock.now())

    def named(self, operation: str, name: str) -> str | None:
        """The real thing of this name; None for what may be anything."""
        make = self._makers.get(f"{operation}.{name}") or self._makers.get(name)
        return make() if make else None

    def token(self) -> str:
        """A fresh login; nobody has asked for anything too often yet."""
        self._redis.flushdb()
        with transaction(self._sessions) as session:
            return open_session(session, self._identity, "api", clock.machine())

    @property
    def _makers(self) -> dict[str, Callable[[], str]]:
        return {
            "log_in.code": self._phone.login_code,
            "phone_number.code": self._phone.phone_number_code,
            "hold_card.code": lambda: self._card()[1],
            "begin_response.code": lambda: FORM,
            "card_id": lambda: self._card()[0],
            "task_id": self._task,
            "response_id": self._response,
            "dose_id": self._dose,
            "slot_id": self._slot,
            "package_id": self._package,
            "booking_id": self._booking,
            "plan_id": self._plan,
            "purpose": lambda: "reminders",
            "link_id": lambda: "bp",
            "cursor": lambda: cursor_of(clock.now(), new_id()),
        }

    def _card(self) -> tuple[str, str]:
        """The id and the code of a card that waits for this person."""
        code = new_code()
        with transaction(self._sessions) as session:
            card = make_card(session, code=code)
            session.get_one(WechatIdentity, self._identity).pending_card_id = card.id
            return card.id, code

    def _task(self) -> str:
        with transaction(self._sessions) as session:
            return make_task(session, self.patient_id, form_code=FORM, due_at=clock.now()).id

    def _response(self) -> str:
        with transaction(self._sessions) as session:
            return open_self(session, self.patient_id, FORM, new_id(), clock.now()).id

    def _dose(self) -> str:
        with transaction(self._sessions) as session:
            drug = f"药 {next(self._numbers)}"
            regimen = make_regimen(session, self.patient_id, self._nurse, clock.now(), drug=drug)
            dose = doses_of(session, regimen)[0]
            dose.due_at = clock.now()
            return dose.id

    def _slot(self) -> str:
        with transaction(self._sessions) as session:
            day = clock.now() + timedelta(days=1 + next(self._numbers))
            return make_slot(session, day).id

    def _package(self) -> str:
        with transaction(self._sessions) as session:
            return make_package(session).id

    def _booking(self) -> str:
        wish = (self._slot(), self._package())
        with transaction(self._sessions) as session:
            return book(session, SYSTEM, self.patient_id, *wish, new_id(), clock.now()).id

    def _plan(self) -> str:
        with transaction(self._sessions) as session:
            return make_plan(session, self.patient_id, now=clock.now(), key=new_id()).id
