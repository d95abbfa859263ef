"""What a patient answered, as staff read it: the words, the moments, and what the rules made of it."""

from flask import Blueprint, render_template

from app.audit.trail import record_read
from app.core import clock
from app.core.db import transaction
from app.followup import reads as followup
from app.http.doors import outside
from app.http.staff_auth import staff_actor, staff_only
from app.patients import profiles
from app.questionnaires import reads
from app.questionnaires.catalog import definition_of
from app.questionnaires.rivals import others_of, words_of
from app.questionnaires.rules.flags import fired

console = Blueprint("responses_console", __name__, url_prefix="/console/responses")

LANES = {"page": "微信页面", "chat": "微信聊天", "api": "小程序", "staff": "电话，由医护填写"}
"""{via: how an answer came, in words}."""


@console.get("/<response_id>")
@staff_only("patients.read")
def show(response_id: str) -> str:
    """One response; reading it leaves a trace."""
    now = clock.now()
    with transaction(outside().sessions) as session:
        response = reads.response(session, response_id)
        record_read(session, staff_actor(), response.patient_id, "response", now)
        definition = definition_of(session, response.questionnaire_id)
        return render_template(
            "questionnaires/response.html",
            response=response,
            definition=definition,
            patient=profiles.find(session, response.patient_id),
            told=reads.told_in(session, response),
            flags=fired(definition, reads.values_of(session, response)),
            visit=followup.visit_of(session, response.id),
            lanes=LANES,
            others=[
                (definition.by_link_id[each.link_id].text, words_of(session, definition, each, now))
                for each in others_of(session, response)
            ],
            now=now,
        )
