"""One shape of request ids for pages and programs; a page without one is told to be opened anew."""

import pytest
from flask import Flask
from pydantic import BaseModel, ValidationError

from app.core.errors import Invalid
from app.http.doors import body_as
from app.http.form_fields import given_request_id
from app.http.request_ids import RequestId


class Sent(BaseModel):
    request_id: RequestId


CASES = [
    ("01a204fc0c29720abaf35ad81d2547e2", True),
    ("tap-1:a.b_C", True),
    ("x" * 8, True),
    ("x" * 64, True),
    ("x" * 7, False),
    ("x" * 65, False),
    ("", False),
    ("with space", False),
    ("王桂芳王桂芳王桂芳", False),
    ("12345678\n", False),
]


@pytest.mark.parametrize("given, sound", CASES)
def test_pages_and_programs_agree_on_what_a_request_id_is(given: str, sound: bool) -> None:
    with Flask("forms").test_request_context(method="POST", data={"request_id": given}):
        for read in (given_request_id, lambda: body_as(Sent).request_id):
            if sound:
                assert read() == given
            else:
                with pytest.raises(Invalid) as refused:
                    read()
                assert (refused.value.code, refused.value.field) == ("request_id_missing", "request_id")
    if not sound:
        with pytest.raises(ValidationError):
            Sent.model_validate_json(Sent.model_construct(request_id=given).model_dump_json())
