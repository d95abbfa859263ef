"""docs/api.md is true: its table is the code's, and its examples run."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from sqlalchemy import select

from app.api.codes import CODES
from app.core.db import read_only, transaction
from app.followup.tables import Plan
from app.patients.tables import PatientSession
from tests.factories.followup import make_content
from tests.factories.patients import make_card
from tests.hospital import Hospital

TEXT = Path("docs/api.md").read_text()
CARD = "ABCDEFGHJKMN"


def test_the_table_of_codes_is_the_codes_own() -> None:
    told = re.findall(r"^\| `(\w+)` \| (\d+) \| (.+) \|$", TEXT, re.M)
    assert told == [(code, str(status), meaning) for code, (status, meaning) in CODES.items()]


def test_every_code_is_somewhere_in_the_house() -> None:
    house = "".join(path.read_text() for path in Path("app").rglob("*.py") if path.name != "codes.py")
    invented = {code for code in CODES if not code.startswith("http_") and f'"{code}"' not in house}
    assert invented == set()


def test_its_examples_run(hospital: Hospital) -> None:
    if shutil.which("curl") is None:
        pytest.skip("the examples of docs/api.md need curl, and it is not installed")
    with transaction(hospital.outside.sessions) as session:
        make_content(session)
        make_card(session, code=CARD)
    script = "set -eu\n" + "\n".join(re.findall(r"```sh\n(.*?)```", TEXT, re.S))
    wechat = hospital.outside.settings.wechat_api_base_url
    environ = os.environ | {"HOSPITAL": hospital.url, "WECHAT": wechat, "CARD": CARD}
    ran = subprocess.run(["bash", "-c", script], env=environ, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    status, title, *asked, left, next_visit = ran.stdout.splitlines()
    assert (status, asked, left) == ("activated", ["symptoms", "medication_adherence"], "[]")
    assert title and re.fullmatch(r"\d{4}-\d\d-\d\d", next_visit)
    with read_only(hospital.outside.readers) as session:
        assert session.scalars(select(Plan.state)).all() == ["active"]
        assert all(session.scalars(select(PatientSession.revoked_at)).all())
