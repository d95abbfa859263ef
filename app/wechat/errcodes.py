"""WeChat's error codes by what the caller has to do about them.

Source: the error tables of each call at developers.weixin.qq.com, read 2025-11 to 2026-10 —
docs/sources.md#wechat-errcodes
"""

TRANSIENT = "transient"
UNKNOWN = "unknown"
TOKEN = "token"  # noqa: S105 - the name of a class of errors
RECIPIENT_GONE = "recipient_gone"
NO_CONSENT = "no_consent"
RECIPIENT_WRONG = "recipient_wrong"
CONTENT = "content"
TEMPLATE = "template"
QUOTA = "quota"
LOGIN_CODE = "login_code"
REQUEST_BUG = "request_bug"
GATEWAY = "gateway"
"""Somebody on the way refused, in WeChat's place: whoever keeps the hospital's network has to mend it."""

_CODES: dict[str, tuple[int, ...]] = {
    # Try again later, with patience, before the message goes stale.
    TRANSIENT: (
        -1, 268487001, 268487002, 268488001, 45011, 44990, 44991, 42010, 43108, 45066, 45169,
    ),
    # Ask the shared store for a newer token; try once more.
    TOKEN: (40001, 40014, 42001, 41001),
    # This way is closed for this person: 45015 is the reply window, 43004 not following.
    RECIPIENT_GONE: (43004, 43019, 48002, 50005, 45015),
    NO_CONSENT: (43101,),
    # The openid is of another account or of nobody: our data needs mending.
    RECIPIENT_WRONG: (40003, 49003, 40031),
    # Never again unchanged: staff must see which field.
    CONTENT: (47003, 45168, 40249, 40039, 45002, 45003, 40062),
    # Nothing of this template, or of this account, goes out until an administrator has mended it.
    TEMPLATE: (
        40037, 40036, 43116, 43107, 41030, 40165, 48001, 48004, 40013, 40125, 40164, 40243,
        89503, 89506, 89507, 50002, 50007,
    ),
    # The person's code was used, has expired or never was one (40226: WeChat blocks a risky account).
    LOGIN_CODE: (40029, 40163, 40226),
    # Used up until Beijing's midnight, the month's end, or the person's next act (45047).
    QUOTA: (45009, 45028, 45047),
}  # fmt: skip

KINDS: dict[int, str] = {code: kind for kind, codes in _CODES.items() for code in codes}

WINDOW_SHUT = frozenset({45015, 45047})
NOT_FOLLOWING = 43004


def kind_of(errcode: int) -> str:
    """The class of an errcode; one that nobody has listed is a bug of ours until somebody looks."""
    return KINDS.get(errcode, REQUEST_BUG)
