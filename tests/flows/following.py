"""Steps 4 to 6: time passes, a card asks, the patient answers by page and chat, the rules judge."""

from time import monotonic

from playwright.sync_api import expect

from tests.flows.story import Story

CARD = "随访提醒"
EVERY_SECOND = "every 1s"
"""How often the nurse's open page asks what is new: with the answer it makes the two seconds promised."""


def the_due_visit_reaches_the_phone(story: Story) -> None:
    """Step 4: time passes; a card arrives, and WeChat's finish event closes its delivery."""
    nurse, wang = story.staff("nurse"), story.phone("wang")
    nurse.menu("工作台")
    nurse.move_time("到下一件事")
    wang.to_chat()
    expect(wang.cards(CARD)).to_have_count(1)
    expect(wang.cards(CARD)).to_contain_text("第一次血压随访")
    expect(wang.cards(CARD)).to_contain_text("李芳护士")
    wang.shoot("04-card")
    nurse.menu("消息")
    nurse.page.get_by_role("link", name="已发出").click()
    expect(nurse.page.get_by_role("row", name=CARD)).to_contain_text("已送达")
    nurse.shoot("04-messages")


def the_patient_answers_on_the_page(story: Story) -> None:
    """Step 5: straight to question one; what was answered is still there after leaving."""
    wang = story.phone("wang")
    wang.cards(CARD).last.click()
    expect(wang.web.get_by_text("您今天的血压是多少？")).to_be_visible()
    wang.shoot("05-question-one", on_a_desk=True)
    wang.web.get_by_label("高压").fill("152")
    wang.web.get_by_label("低压").fill("94")
    wang.web.get_by_label("没有不舒服").check()
    expect(wang.web.get_by_text("还有 1 题要填")).to_be_visible()
    wang.close()
    wang.cards(CARD).last.click()
    expect(wang.web.get_by_label("高压")).to_have_value("152")
    expect(wang.web.get_by_label("没有不舒服")).to_be_checked()
    wang.shoot("05-resumed")
    wang.web.get_by_label("每天按时吃").check()
    wang.press("检查并提交")
    expect(wang.web.get_by_text("请看一遍")).to_be_visible()
    wang.shoot("05-review")
    wang.press("提交")


def a_first_uncontrolled_visit_is_followed_in_two_weeks(story: Story) -> None:
    """Step 6: the specification's rules, at once and in plain words."""
    wang = story.phone("wang")
    expect(wang.web.get_by_text("收到了，谢谢您")).to_be_visible()
    expect(wang.web.get_by_text("这次血压偏高，两周后再看")).to_be_visible()
    wang.shoot("06-thanks")
    wang.follow_link("计划")
    expect(wang.web.locator("article", has_text="血压随访").filter(has_text="还没到")).to_be_visible()
    wang.shoot("06-plan")
    wang.close()


def the_nurse_settles_what_was_not_urgent(story: Story) -> None:
    """Step 6: she hears of a first high reading as well, and says what came of it."""
    nurse = story.staff("nurse")
    nurse.menu("预警")
    nurse.shoot("06-alerts")
    nurse.page.get_by_role("link", name="血压 152/94").click()
    expect(nurse.page.get_by_text("152/94 未达标（应低于 150/90）")).to_be_visible()
    nurse.page.get_by_label("结果").fill("已电话联系，无不适，请医生看过，两周后复查。")
    nurse.shoot("06-alert")
    nurse.press("结束这条预警")
    expect(nurse.page.get_by_text("已解决")).to_be_visible()


def an_emergency_is_answered_in_the_chat(story: Story) -> None:
    """Steps 5 to 7: two weeks on she writes 182/112 and dizzy; advice and alert are there at once."""
    nurse, wang = story.staff("nurse"), story.phone("wang")
    nurse.menu("工作台")
    for _ in range(2):
        nurse.move_time("+1 周")
    expect(wang.cards(CARD)).to_have_count(2)
    expect(nurse.page.locator("#home-live")).to_have_attribute("hx-trigger", EVERY_SECOND)
    alert = nurse.page.locator(".ch-critical")
    expect(alert).to_have_count(0)
    wang.write("182/112 头晕")
    sent_at = monotonic()
    expect(alert).to_contain_text("王桂芳")
    # Told, not asserted: a loaded machine is no finding.
    print(f"the nurse saw the alert {monotonic() - sent_at:.2f} s after the patient had sent her answer")
    expect(nurse.page.get_by_text("1 条紧急")).to_be_visible()
    nurse.shoot("07-alert")
    expect(wang.chat).to_contain_text("请立刻拨打 120")
    expect(wang.chat).not_to_contain_text("降压药是怎么吃的")
    wang.shoot("06-advice", on_a_desk=True)
    wang.write("好的")
    expect(wang.chat).to_contain_text("回复“继续”就接着填")
    wang.write("继续")
    expect(wang.chat).to_contain_text("降压药是怎么吃的")
    wang.write("1")
    expect(wang.chat).to_contain_text("都填好了，谢谢您")
    wang.shoot("06-chat-done")
