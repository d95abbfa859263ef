"""What is larger than WeChat ever writes is answered 413 at every door, and leaves nothing behind."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.core.db import read_only
from app.wechat.bodies import LARGEST
from app.wechat.tables import Callback
from app.wiring import Outside
from tests.bot.test_callback import push, signed, text_message


@pytest.mark.parametrize("size", [LARGEST + 1, 64 * 1024, 13 * 1024 * 1024])
def test_an_oversized_callback_has_one_answer(client: FlaskClient, outside: Outside, size: int) -> None:
    answer = push(client, signed(outside.settings.oa, None), text_message("x" * size))
    assert (answer.status_code, answer.get_json()["title"]) == (413, "内容太长")
    with read_only(outside.readers) as session:
        assert session.scalar(select(func.count()).select_from(Callback)) == 0


def test_the_largest_callback_is_taken(client: FlaskClient, outside: Outside) -> None:
    words = "x" * (LARGEST - len(text_message("")))
    assert push(client, signed(outside.settings.oa, None), text_message(words)).text == "success"
