"""What stood on a WeChat card, line by line: the template filled as it was sent, cut where WeChat cuts."""

from collections.abc import Mapping

from app.core.errors import Invalid
from app.messaging.rules.chat_text import card_lines
from app.messaging.rules.fill import fill, one_line


def card_words(content: str, keys: Mapping[str, str], fields: Mapping[str, str]) -> list[str]:
    """[提示内容：血压很高，请马上处理, …] of a template's `content` and {WeChat key: our field name}.

    A template edited since may ask for what the message never had: then its fields, as they are.
    """
    try:
        values = fill(keys, fields)
    except Invalid:
        return [one_line(value) for value in fields.values() if value]
    return card_lines(content, values)
