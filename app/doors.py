"""The list of HTTP doors, in reading order."""

from collections.abc import Sequence

from flask import Blueprint, Flask
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.openapi import OpenAPI
from flask_wtf.csrf import CSRFProtect

from app.alerts.console import console as alerts_console
from app.api.documentation import documentation
from app.api.families import FAMILIES
from app.audit.console import console as audit_console
from app.booking.console import console as booking_console
from app.booking.h5 import pages as booking_pages
from app.console.demo_clock import console as demo_clock
from app.console.home import home as console_home
from app.console.login import login as console_login
from app.console.me import me as console_me
from app.console.patient_page import page as patient_page
from app.console.tasks import console as console_tasks
from app.conversations.answers_console import console as talk_answers
from app.conversations.console import inbox
from app.conversations.h5 import pages as messages_pages
from app.education.broadcast_console import console as broadcast_console
from app.education.console import console as education_console
from app.education.h5 import pages as education_pages
from app.followup.console import console as plan_console
from app.followup.h5 import pages as plan_pages
from app.h5.home import pages as h5_home
from app.h5.login import login as h5_login
from app.http.health import health
from app.medication.console import console as medication_console
from app.medication.h5 import pages as medication_pages
from app.messaging.console import console as messages_console
from app.messaging.templates_console import console as templates_console
from app.patients.activation_h5 import pages as activation_pages
from app.patients.card_code_h5 import pages as card_code_pages
from app.patients.cards_console import console as cards_console
from app.patients.console import console as patients_console
from app.patients.me_h5 import pages as me_pages
from app.questionnaires.console import console as call_answers
from app.questionnaires.h5 import pages as questionnaire_pages
from app.questionnaires.responses_console import console as responses_console
from app.records.archive_console import console as archive_console
from app.records.h5 import pages as readings_pages
from app.risk.console import console as tags_console
from app.staff.console import console as staff_console
from app.staff.days_off_console import console as days_off_console
from app.staff.rota_console import console as rota_console

PAGES: list[Blueprint] = [
    health,
    documentation,
    console_login,
    console_home,
    console_me,
    console_tasks,
    call_answers,
    responses_console,
    tags_console,
    plan_console,
    h5_login,
    h5_home,
    readings_pages,
    activation_pages,
    card_code_pages,
    me_pages,
    plan_pages,
    questionnaire_pages,
    alerts_console,
    cards_console,
    inbox,
    talk_answers,
    messages_pages,
    patients_console,
    patient_page,
    archive_console,
    staff_console,
    rota_console,
    days_off_console,
    audit_console,
    medication_console,
    medication_pages,
    booking_console,
    booking_pages,
    education_console,
    broadcast_console,
    education_pages,
    messages_console,
    templates_console,
]
"""Doors with pages: staff console, patient pages."""

PROGRAMS: list[Blueprint] = [*FAMILIES]
"""Doors for programs (no cookies, so no CSRF token): the mini-program API and WeChat's callback."""


DEMO: list[Blueprint] = [demo_clock]
"""Doors of demo and test only: mounted where the hospital's time can be moved, which production refuses."""


def mount(app: Flask, csrf: CSRFProtect, programs: Sequence[Blueprint] = (), *, demo: bool = False) -> None:
    """Mount every door, and the `programs` from above the house."""
    for door in [*PAGES, *(DEMO if demo else ())]:
        app.register_blueprint(door)
    for door in (*PROGRAMS, *programs):
        csrf.exempt(door)
        if isinstance(door, APIBlueprint) and isinstance(app, OpenAPI):
            app.register_api(door)
        else:
            app.register_blueprint(door)
