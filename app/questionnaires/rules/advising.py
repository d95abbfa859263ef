"""Which approved words answer a finished form."""

from collections.abc import Sequence

from app.questionnaires.rules.flags import Flag


def advice_key(visit: tuple[str, str | None] | None, flags: Sequence[Flag]) -> str | None:
    """The key of the words: those of the visit (key, urgency), but no praise beside a danger unknown to it.

    A pulse of 35 at 120/75 is a controlled visit and a critical flag: the flag's words are read.
    """
    key, urgency = visit or (None, None)
    grave = [flag for flag in flags if flag.urgency == "critical"]
    if grave and urgency != "critical":
        return grave[0].advice_key
    if key is not None:
        return key
    return flags[0].advice_key if flags else None
