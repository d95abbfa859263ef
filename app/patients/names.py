"""Names as they are searched for: pinyin and initials, with the readings surnames have."""

from pypinyin import Style, lazy_pinyin

_SURNAMES = {
    "单": "shan", "仇": "qiu", "解": "xie", "曾": "zeng", "查": "zha", "任": "ren", "华": "hua", "区": "ou",
    "朴": "piao", "盖": "ge", "乐": "yue", "员": "yun", "尉": "wei", "缪": "miao", "翟": "zhai", "覃": "qin",
    "隗": "wei", "黑": "he", "逄": "pang", "折": "she", "种": "chong", "秘": "bi", "召": "shao", "万": "wan",
}  # fmt: skip
"""{surname: its reading as a surname}, where it differs from the everyday reading."""
_TWO = {"尉迟": "yuchi", "万俟": "moqi", "长孙": "zhangsun", "澹台": "tantai"}


def pinyin_of(name: str) -> tuple[str, str]:
    """(pinyin without spaces, initials), lower case: 王桂芳 → ("wangguifang", "wgf")."""
    name = name.replace("·", "")
    known = next((word for word in (name[:2], name[:1]) if word in _TWO or word in _SURNAMES), "")
    rest = name[len(known) :]
    syllables = lazy_pinyin(rest, style=Style.NORMAL)
    full = _TWO.get(known) or _SURNAMES.get(known, "")
    first = "".join(each[:1] for each in lazy_pinyin(known)) if known in _TWO else full[:1]
    initials = first + "".join(each[:1] for each in syllables)
    return (full + "".join(syllables)).casefold()[:255], initials.casefold()[:64]
