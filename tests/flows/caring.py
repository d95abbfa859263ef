"""Steps 7 and 8: taken over, written and answered; WeChat's window shuts; silence becomes a call."""

from playwright.sync_api import expect

from tests.flows.following import CARD
from tests.flows.story import Story

KNOCK = "护士留言提醒"
ASKED = "王阿姨，您现在头还晕吗？请让家人陪您来急诊。"
ANSWERED = "不太晕了，儿子正送我去医院"
LEFT = "检查都好就放心了，药要天天吃。"


def the_nurse_opens_the_patient_and_takes_over(story: Story) -> None:
    """Step 7: one page tells the whole case; taken over, she has an hour to settle it."""
    nurse = story.staff("nurse")
    nurse.page.locator(".ch-alerts .ch-critical").get_by_role("link", name="王桂芳").click()
    expect(nurse.page.get_by_role("heading", name="王桂芳")).to_be_visible()
    expect(nurse.page.get_by_role("img", name="近 3 个月血压")).to_be_visible()
    expect(nurse.page.locator("#timeline")).to_contain_text("182/112")
    expect(nurse.page.locator(".pp-plan")).to_contain_text("血压随访")
    nurse.shoot("07-patient", whole=True)
    alert = nurse.page.locator(".pp-critical")
    alert.get_by_role("button", name="我来处理").click()
    expect(alert).to_contain_text("已接手")
    expect(alert.get_by_role("link", name="写处理结果")).to_be_visible()


def nurse_and_patient_write_to_each_other(story: Story) -> None:
    """Step 7: what she writes is on the phone, what the patient writes is in her inbox."""
    nurse, wang = story.staff("nurse"), story.phone("wang")
    nurse.page.get_by_text("写消息", exact=True).click()
    nurse.page.get_by_label("要说的话").fill(ASKED)
    nurse.press("发送")
    expect(nurse.page.locator("#lines")).to_contain_text(ASKED)
    expect(wang.chat).to_contain_text(ASKED)
    wang.shoot("07-nurse-writes")
    nurse.menu("会话")
    wang.write(ANSWERED)
    waiting = nurse.page.locator("[data-row]", has_text="王桂芳")
    expect(waiting).to_contain_text(ANSWERED)
    nurse.shoot("07-inbox")
    waiting.click()
    expect(nurse.page.locator("#lines")).to_contain_text(ANSWERED)
    expect(nurse.page.locator("#composer")).to_contain_text("客服消息：还可发")
    nurse.shoot("07-talk")


def the_nurse_settles_the_alert(story: Story) -> None:
    """Step 7: what came of it is written on the alert, and the red mark of the talk is gone."""
    nurse = story.staff("nurse")
    expect(nurse.page.locator("#talk-facts")).to_contain_text("由 李芳 负责")
    nurse.menu("预警")
    nurse.page.locator(".sh-alert-title").get_by_role("link").first.click()
    expect(nurse.page.locator(".al-who")).to_contain_text("王桂芳")
    nurse.shoot("07-alert", whole=True)
    nurse.page.get_by_label("结果").fill("已电话联系，儿子正送急诊。")
    nurse.press("结束这条预警")
    expect(nurse.page.get_by_text("处理完：李芳")).to_be_visible()
    nurse.menu("会话")
    nurse.page.locator("[data-row]", has_text="王桂芳").click()


def after_two_days_a_card_knocks(story: Story) -> None:
    """Step 7: beyond WeChat's 48 hours the composer says so, and offers the legal way."""
    nurse, wang = story.staff("nurse"), story.phone("wang")
    for step in ("+1 天", "+1 天", "+1 小时"):
        nurse.move_time(step)
    nurse.page.reload()
    expect(nurse.page.locator("#composer")).to_contain_text(
        "窗口已关：患者超过 48 小时没有在微信对话里写过话"
    )
    nurse.page.get_by_label("要说的话").fill(LEFT)
    nurse.shoot("07-window-shut")
    nurse.press("发留言卡片")
    expect(nurse.page.locator("#lines")).to_contain_text("患者还没有打开")
    expect(wang.cards(KNOCK)).to_contain_text("李芳")
    wang.shoot("07-knock")
    wang.cards(KNOCK).click()
    expect(wang.web.get_by_role("log")).to_contain_text(LEFT)
    wang.shoot("07-messages-page")
    wang.close()
    expect(nurse.page.locator("#lines")).to_contain_text("患者已打开留言页")


def silence_becomes_a_call(story: Story) -> None:
    """Step 8: asked, asked again in other words, then the nurse's telephone."""
    nurse, wang = story.staff("nurse"), story.phone("wang")
    asked = 2
    for _ in range(2):
        nurse.move_time("+1 周")
    expect(wang.cards(CARD)).to_have_count(asked + 2)
    wang.shoot("08-asked-twice")
    nurse.menu("任务")
    nurse.page.get_by_role("link", name="电话随访：血压随访").click()
    expect(nurse.page.get_by_text("微信提醒没有回应")).to_be_visible()
    nurse.shoot("08-call-task")


def the_call_answers_the_form(story: Story) -> None:
    """Step 8: she asks what the page asks; a controlled reading books the next visit in three months."""
    nurse = story.staff("nurse")
    nurse.page.get_by_role("link", name="开始填问卷").click()
    nurse.page.get_by_label("高压").fill("128")
    nurse.page.get_by_label("低压").fill("78")
    nurse.page.get_by_label("没有不舒服").check()
    nurse.page.get_by_label("每天按时吃").check()
    expect(nurse.page.get_by_text("要填的都填好了")).to_be_visible()
    nurse.shoot("08-call-form")
    nurse.press("提交，结束通话任务")
    expect(nurse.page.get_by_text("控制满意").first).to_be_visible()
    nurse.shoot("08-call-done")
    wang = story.phone("wang")
    wang.open_mini_program()
    wang.follow_link("计划")
    expect(wang.web.locator("article", has_text="血压随访").filter(has_text="还没到")).to_be_visible()
    wang.shoot("08-plan-after-call")
    wang.close()
