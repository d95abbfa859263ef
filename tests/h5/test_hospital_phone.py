"""Where a patient is told to call the hospital, its telephone stands there to be tapped."""

import pytest
from flask import render_template, render_template_string
from flask.testing import FlaskClient

MACROS = '{% from "parts/h5.html" import notice_danger, not_collecting %}'
DANGER = MACROS + '{{ notice_danger("血压很高", "请坐下", hospital_phone=hospital_phone) }}'
WITHDRAWN = MACROS + "{{ not_collecting(hospital_phone) }}"


@pytest.mark.parametrize("part", [DANGER, WITHDRAWN], ids=["danger", "withdrawn"])
@pytest.mark.parametrize("phone, taps", [("025-8888 0000", 1), ("", 0)])
def test_a_part_that_says_to_call_offers_the_telephone(
    client: FlaskClient, part: str, phone: str, taps: int
) -> None:
    with client.application.test_request_context("/h5"):
        assert render_template_string(part, hospital_phone=phone).count('href="tel:025-88880000"') == taps


@pytest.mark.parametrize("phone, taps", [("025-8888 0000", 1), ("", 0)])
def test_a_page_that_fails_offers_the_telephone(client: FlaskClient, phone: str, taps: int) -> None:
    with client.application.test_request_context("/h5"):
        page = render_template("errors/h5_error.html", title="系统出了点问题", hospital_phone=phone)
    assert page.count('href="tel:025-88880000"') == taps
