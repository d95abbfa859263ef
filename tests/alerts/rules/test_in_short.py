"""What a list says of an alert: the patient's answers, no citations."""

import pytest

from app.alerts.rules.in_short import in_short

FLAG = "填写问卷时触发：出现规范列出的危急症状。已经回答：136/84；胸口痛。"
VISIT = "出现心前区疼痛，属于规范列出的危急情况，须紧急转诊（依据：国家基本公共卫生服务规范（第三版））"


@pytest.mark.parametrize(
    "detail, told",
    [
        (f"{VISIT}\n{FLAG}", "患者回答：136/84；胸口痛"),
        (f"{FLAG}\n{FLAG}", "患者回答：136/84；胸口痛"),
        (
            f"{FLAG}\n填写问卷时触发：头晕。已经回答：152/94；头晕。",
            "患者回答：136/84；胸口痛；又答：152/94；头晕",
        ),
        (VISIT, "出现心前区疼痛，属于规范列出的危急情况，须紧急转诊"),
        (
            "血压 182/112，已超过限值。（依据：本院规则）\n改前：183/112",
            "血压 182/112，已超过限值；改前：183/112",
        ),
        ("", ""),
    ],
    ids=["visit and flag", "twice", "two forms", "visit", "reading", "nothing"],
)
def test_a_list_tells_what_the_patient_answered_and_no_source(detail: str, told: str) -> None:
    assert in_short(detail) == told
