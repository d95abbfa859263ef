"""The words of danger, one entry a kind; red_flags.py reads them.

Every name of a dangerous option in the seeded forms stands here too, held by a test.
Source: docs/clinical-decisions.md#danger-words (needs review)
"""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class RedFlag:
    """One danger: what the alert says, how urgent, which approved text answers; never the patient's words."""

    code: str
    title: str
    urgency: str
    advice_key: str


@dataclass(frozen=True)
class Danger:
    """A kind of danger and the words that speak of it in plain text."""

    flag: RedFlag
    words: re.Pattern[str]
    deniable: bool = True


def _danger(
    code: str,
    title: str,
    words: str,
    urgency: str = "critical",
    advice: str = "red_flag_words",
    deniable: bool = True,
) -> Danger:
    return Danger(RedFlag(code, title, urgency, advice), re.compile(words), deniable)


_SO = (
    "(?:很|好|太|真|特别|非常|有点儿?|有些|一阵阵?|一直|老是?|总是?|越来越|突然|忽然|开始|刚刚?|今天|现在|昨晚|感觉|觉得"
    "|也|都|又|还是?|在|就|这里|那里|这儿|里面?|上|左边|中间| )*"
)
"""Small words that stand between a part of the body and its complaint; no denial is among them."""
_HURTS = "(?:疼痛|刺痛|绞痛|剧痛|隐隐作痛|隐痛|胀痛|作痛|发痛|闷痛|痛|疼)"
_CHEST = "(?:胸(?:口|前|部|腔|膛)?|心口|心窝|心脏|心前区|左胸)"
_HEAD = "(?:头痛|头疼|头晕|头昏)"
_LIMB = "(?:手臂|手脚|胳膊|手|脚|腿)"
_SIDE = (
    "(?:(?:半边|一侧|一边|半身|半拉|左半边|右半边|左边|右边|左侧|右侧)的?"
    f"(?:身子|身体|肢体|{_LIMB})?|[左右]{_LIMB}(?:和|跟|、)?[左右]?{_LIMB}?)"
)
_HALF = (
    f"(?:(?:[左右]?半边|半身|半拉|一侧|一边)的?(?:身子|身体|肢体|{_LIMB})?"
    f"|[左右]{_LIMB}(?:和|跟|、)?[左右]{_LIMB})"
)
_NO_PICTURE = "".join(
    f"(?<!{each})" for each in ("图", "图片", "照片", "视频", "维码", "单子", "报告", "报告单", "屏幕")
)
"""It is the picture that cannot be read, not the eyes that cannot read it."""

DANGERS = (
    _danger(
        "self_harm",
        "患者提到轻生或伤害自己",
        "不想活|想死|寻死|自杀|自残|轻生|活着没(?:有)?(?:什么)?(?:意思|意义)|活不下去|活够了"
        "|结束(?:自己的?)?生命|伤害(?:我)?自己|了结(?:我)?自己|跳楼|割腕|不如死|死了算了|遗书",
        advice="low_mood",
        deniable=False,
    ),
    _danger(
        "chest_pain",
        "患者提到胸痛",
        f"{_CHEST}{_SO}闷?{_HURTS}|心前区.{{0,3}}(?:痛|疼)|心绞痛|心梗|心肌梗死|胸口像?(?:有东西|有石头)?压着"
        f"|{_CHEST}{_SO}(?:像.{{0,6}})?压(?:得|的)(?:慌|难受|喘)",
    ),
    _danger(
        "chest_tightness",
        "患者提到胸闷、心慌或出冷汗",
        f"{_CHEST}{_SO}(?:(?:发|憋)?闷|憋|发?紧|堵|难受|不舒服|压迫)"
        "|心慌|心悸|(?:冒|出)(?:了)?(?:一身)?(?:冷汗|大汗)|大汗淋漓",
    ),
    _danger(
        "breathing",
        "患者提到呼吸困难",
        "喘不(?:上|过)(?:来)?气|喘不过来|气喘不上来|(?:出|上|接|透)不(?:来|上|了|过)气|气不够用|憋(?:得|的)慌|憋醒|憋气"
        f"|呼吸{_SO}(?:困难|费力|费劲|吃力|急促|不畅|不过来|不上来)|气短|气促|气喘(?!病|药|喷|史)|喘(?:得|的){_SO}(?:厉害|不行|要命|难受|不能平躺)"
        "|不能平(?:躺|卧)|躺不(?:平|下)",
    ),
    _danger(
        "stroke_signs",
        "患者提到可能的中风表现",
        f"(?:说话|口齿|讲话|话){_SO}(?:不清|含糊|说不清|大舌头|不利索)|[说讲]不(?:清|出|了)话|突然.{{0,2}}不会(?:说|讲)话|不会(?:说|讲)话了"
        f"|(?:嘴|嘴巴|嘴角|口角|脸|半边脸|面部){_SO}(?:歪|斜|瘫)|半身不遂|{_HALF}{_SO}(?:发?麻|没感觉|没知觉)"
        f"|{_SIDE}{_SO}(?:没劲|没力|无力|没有力气|动不了|不能动|抬不起来?|使不上劲|不听使唤)"
        "|突然.{0,3}(?:看不见|失明)|眼睛?(?:突然)?看不见了",
    ),
    _danger(
        "bleeding",
        "患者提到出血",
        "大出血|(?:鼻子(?:里)?出血|出血|流血|鼻血|血).{0,4}(?:不止|止不住|停不下来)|吐血|呕血|咯血|咳血|便血|黑便|大便(?:发黑|带血|有血)",
    ),
    _danger(
        "fainting",
        "患者提到昏倒、要晕倒或意识不清",
        f"(?:眼前|两眼|眼睛){_SO}(?:发|一|变)?黑|眼(?:前)?冒金(?:星|花)|站(?:都)?站?不(?:住|稳|起来)"
        "|(?:要|快|快要|想|像要)(?:晕|昏)|晕倒|昏倒|(?:晕|昏)过去|昏迷|(?:意识|神志)(?:不清|模糊)|叫不醒|不省人事|抽搐",
    ),
    _danger(
        "calling_for_help",
        "患者求救，或者说自己不行了",
        "救命(?!恩|之恩|药|稻草|钱)|救救[我他她]|快来救|(?:我|我人|人|他|她)(?:感觉|觉得|好像|怕是|可能|真的?|快要?|要|就要|已经|现在|实在)*不行了"
        "|我(?:快要?|就要|要|会|是不是要)死了|(?:挺|顶|熬)不住了",
    ),
    _danger(
        "severe_headache",
        "患者提到剧烈头痛或头晕",
        f"{_HEAD}(?:得|的)?(?:很|特别|非常|太|越来越)?(?:厉害|剧烈|严重|要命|受不了|死)|(?:剧烈|严重|厉害)的?{_HEAD}"
        f"|{_HEAD}(?:得|的)?.{{0,2}}(?:炸|裂)|头.{{0,3}}(?:要|快)(?:炸|裂)|(?:头痛|头疼)欲裂|天旋地转"
        "|头(?:也|都|又|还|真|今天|现在)?(?:很|特别|非常|好|太)(?:痛|疼|晕)",
    ),
    _danger(
        "vision",
        "患者说看不清东西",
        f"(?:看东西|看|视力|视物|视线|眼睛|眼前|两眼){_SO}有?(?:模糊|重影|发花)"
        f"|看东西{_SO}(?:不清楚?|不太清楚)|看不太清|{_NO_PICTURE}看不清楚?",
    ),
    _danger("eye_pain", "患者说眼睛痛", f"(?:眼睛|眼球|眼珠子?|眼眶|眼){_SO}{_HURTS}"),
    _danger(
        "nausea_vomiting",
        "患者提到恶心或呕吐",
        "恶心|呕吐|想吐(?!槽)|(?<!倾)吐了(?!口|一口气|槽|舌|痰)|吐得厉害|一直吐",
    ),
    _danger(
        "low_mood",
        "患者说情绪低落",
        "情绪(?:很|特别|非常|一直|比较)?(?:低落|不好|崩溃)|抑郁|绝望|心情(?:很|特别|非常|一直)?(?:差|糟|低落)"
        "|没(?:有)?(?:希望|盼头)|撑不(?:下去|住)|(?:天天|总是?|老是?)(?:想)?哭",
        urgency="high",
        advice="low_mood",
    ),
    _danger("nosebleed", "患者说流鼻血", "鼻(?:子)?(?:里)?(?:出|流)(?:了)?血|流鼻血|鼻血", urgency="high"),
)
"""Self-harm first, then as grave as they stand."""
