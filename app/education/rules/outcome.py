"""What WeChat's finish event says of a mass message, in words. Pure."""

SENT = "sendsuccess"

_REFUSED = {
    "10001": "涉嫌广告",
    "20001": "涉嫌政治",
    "20002": "涉嫌色情",
    "20004": "涉嫌社会",
    "20006": "涉嫌违法犯罪",
    "20008": "涉嫌欺诈",
    "20013": "涉嫌版权",
    "22000": "涉嫌互相宣传",
    "21000": "其他原因",
}
"""{number in err(…): WeChat's reason}: docs/sources.md#wechat-mass."""


def why_not_sent(status: str) -> str | None:
    """Nothing when it went out; else the reason staff read. Copies of WeChat's page differ in the space."""
    told = status.lower().replace(" ", "")
    if told == SENT:
        return None
    number = told.removeprefix("err(").removesuffix(")")
    if number in _REFUSED:
        return f"微信审核没有通过：{_REFUSED[number]}"
    return "微信没有发出这次群发，请到微信公众平台查看原因"
