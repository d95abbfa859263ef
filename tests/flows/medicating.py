"""Step 9: a regimen is entered, its doses fall due and are answered, and the nurse sees how it goes."""

from playwright.sync_api import expect

from tests.flows.handset import Handset
from tests.flows.story import Story

DRUG = "氨氯地平"
REMINDER = "用药提醒"


def the_nurse_enters_a_regimen(story: Story) -> None:
    """Amlodipine 5 mg, every morning at 8."""
    nurse = story.staff("nurse")
    nurse.menu("患者")
    nurse.page.get_by_role("link", name="王桂芳").click()
    nurse.page.get_by_role("link", name="录入或停用药物").click()
    nurse.page.get_by_label("药名").fill(DRUG)
    nurse.page.get_by_label("每次的量").fill("5 mg")
    expect(nurse.page.get_by_label("第 1 次")).to_have_value("08:00")
    nurse.shoot("09-regimen-form", whole=True)
    nurse.press("录入并开始提醒")
    expect(nurse.page.get_by_text(f"已录入{DRUG}，到点会提醒患者。")).to_be_visible()
    nurse.shoot("09-regimen")


def the_patient_wants_to_be_reminded(story: Story) -> None:
    """In the mini-program, once and for good."""
    wang = story.phone("wang")
    wang.open_mini_program()
    wang.follow_link("用药")
    expect(wang.web.get_by_text(DRUG).first).to_be_visible()
    wang.shoot("09-medication")
    wang.press("打开吃药提醒")
    expect(wang.page.get_by_test_id("sheet-subscribe")).to_contain_text("长期")
    wang.shoot("09-subscribe")
    wang.allow()
    expect(wang.web.get_by_text("微信提醒已开启")).to_be_visible()
    wang.shoot("09-subscribed")
    wang.close()


def she_takes_it_one_morning(story: Story) -> None:
    """At eight the dose falls due; one tap says taken."""
    wang = _reminded_at_eight(story, times=1)
    expect(wang.notices(REMINDER)).to_contain_text(f"{DRUG} 5 mg")
    wang.shoot("09-reminder", on_a_desk=True)
    wang.notices(REMINDER).last.click()
    wang.press("已吃")
    expect(wang.web.get_by_text("那次，吃了。")).to_be_visible()
    wang.shoot("09-taken")
    wang.close()


def she_skips_it_another_and_says_why(story: Story) -> None:
    """One question, no blame."""
    wang = _reminded_at_eight(story, times=2)
    wang.notices(REMINDER).last.click()
    wang.follow_link("没吃")
    expect(wang.web.get_by_text("这次为什么没吃？")).to_be_visible()
    wang.shoot("09-why")
    wang.web.get_by_text("忘了", exact=True).click()
    wang.press("好了")
    expect(wang.web.get_by_text("原因：忘了")).to_be_visible()
    wang.shoot("09-skipped")
    wang.close()


def she_says_nothing_the_third(story: Story) -> None:
    """No answer by the end of the day is no answer, and no answer is not taken."""
    _reminded_at_eight(story, times=3)
    _reminded_at_eight(story, times=4)


def the_nurse_sees_how_it_goes(story: Story) -> None:
    """Adherence stands beside how much of it is knowledge."""
    nurse = story.staff("nurse")
    nurse.menu("患者")
    nurse.page.get_by_role("link", name="王桂芳").click()
    for words in ("已确认 1 / 应吃 3（33%）", "1 次没登记，不算已吃", "登记率 67%"):
        expect(nurse.page.get_by_text(words)).to_be_visible()
    nurse.shoot("09-adherence", whole=True)


def _reminded_at_eight(story: Story, *, times: int) -> Handset:
    story.staff("nurse").move_time("到早上 8 点")
    wang = story.phone("wang")
    wang.to_notices()
    expect(wang.notices(REMINDER)).to_have_count(times)
    return wang
