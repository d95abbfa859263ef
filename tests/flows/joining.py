"""Steps 1 to 3: a card is issued, scanned and activated, and there is a plan."""

from playwright.sync_api import expect

from tests.flows.handset import Handset
from tests.flows.story import Story
from tests.flows.workplace import Workplace

ID_NUMBER = "110101195803074223"
MISTYPED = "110101195803074226"

ARCHIVE = (
    ("过敏史", "青霉素过敏，皮疹", ""),
    ("诊断", "高血压 2 级", "I10"),
    ("家族史", "父亲脑卒中", ""),
    ("生活习惯", "不抽烟，少量喝酒", ""),
)


def the_desk_issues_and_prints_cards(story: Story) -> None:
    """Step 1: the front desk issues a batch of cards and prints its sheet."""
    desk = story.staff("desk")
    desk.shoot("01-desk-home")
    desk.move_time("到早上 8 点")
    desk.move_time("+1 小时")
    desk.menu("服务卡")
    desk.shoot("01-cards-empty")
    desk.page.get_by_label("数量").fill("3")
    desk.press("发卡")
    expect(desk.page.get_by_text("每张卡")).to_be_visible()
    desk.shoot("01-card-batch")
    desk.page.get_by_role("link", name="打印这批卡").click()
    expect(desk.page.locator(".service-card")).to_have_count(3)
    desk.shoot("01-card-sheet", whole=True)


def a_patient_scans_and_activates(story: Story) -> None:
    """Step 2: scan, follow, welcome; then the mini-program asks who she is, once and strictly."""
    wang = story.phone("wang")
    wang.shoot("02-wechat-empty")
    code = wang.codes()[0]
    wang.scan(code)
    expect(wang.chat).to_contain_text("您的服务卡已经认出来了")
    wang.shoot("02-welcome", on_a_desk=True)
    wang.open_mini_program()
    expect(wang.web.get_by_text("您的手机号是多少？")).to_be_visible()
    wang.shoot("02-phone-number")
    wang.press("使用微信手机号")
    expect(wang.page.get_by_test_id("bridge-allow")).to_be_visible()
    wang.shoot("02-phone-sheet")
    wang.allow()
    _say_who(wang)
    _consent(wang)
    expect(wang.web.get_by_text("开卡成功")).to_be_visible()
    wang.shoot("02-activated")
    wang.close()
    wang.scan(code)
    expect(wang.chat).to_contain_text("您扫的服务卡")
    wang.shoot("02-second-scan")
    wang.chat.get_by_role("button", name="点这里打开").last.click()
    expect(wang.web.get_by_text("高血压随访服务卡")).to_be_visible()
    wang.shoot("02-same-card")


def the_team_does_its_two_tasks(story: Story) -> None:
    """Step 2, seen by the nurse: whose patient is this, and what is known of her?"""
    nurse = story.staff("nurse")
    nurse.shoot("02-nurse-home")
    nurse.menu("任务")
    expect(nurse.page.get_by_text("完善健康档案")).to_be_visible()
    nurse.shoot("02-tasks")
    nurse.page.get_by_role("link", name="指定责任医生").click()
    nurse.page.get_by_role("link", name="去患者页面").click()
    nurse.shoot("02-patient-new", whole=True)
    for who, name in (("责任医生", "陈立"), ("责任护士", "李芳")):
        nurse.page.get_by_label(who).select_option(label=name)
        nurse.page.locator("form", has_text=who).get_by_role("button", name="指定").click()
        expect(nurse.page.get_by_text(f"已指定{who}。")).to_be_visible()
    nurse.page.get_by_role("link", name="去补全健康档案").click()
    _complete_the_archive(nurse)


def _complete_the_archive(nurse: Workplace) -> None:
    """Allergies, diagnoses, family, habits: none is also an answer."""
    for kind, words, code in ARCHIVE:
        nurse.page.get_by_label(kind, exact=True).check()
        nurse.page.get_by_label("内容").fill(words)
        nurse.page.get_by_label("诊断编码").fill(code)
        nurse.press("添加")
        expect(nurse.page.get_by_text(words).first).to_be_visible()
    nurse.shoot("02-archive", whole=True)
    nurse.press("档案已完整")
    expect(nurse.page.get_by_text("健康档案已完成。")).to_be_visible()
    nurse.menu("任务")
    expect(nurse.page.get_by_text("没有未完成的任务")).to_be_visible()


def the_patient_sees_her_plan(story: Story) -> None:
    """Step 3: next dates, what for, who will ask, and how to stop."""
    wang = story.phone("wang")
    wang.follow_link("计划")
    for words in ("第一次血压随访", "先了解您现在的血压", "李芳护士会在微信上问您", "不想再收到随访了"):
        expect(wang.web.get_by_text(words).first).to_be_visible()
    wang.shoot("03-plan", on_a_desk=True)
    wang.follow_link("首页")
    expect(wang.web.get_by_text("今天没有要做的事")).to_be_visible()
    wang.shoot("03-home")
    wang.press("大字")
    expect(wang.web.get_by_role("button", name="标准字")).to_be_visible()
    wang.shoot("03-home-large")
    wang.press("标准字")
    expect(wang.web.get_by_role("button", name="大字")).to_be_visible()


def _say_who(wang: Handset) -> None:
    """Name and ID number; a mistyped last character comes back with what was typed."""
    wang.web.get_by_label("姓名").fill("王桂芳")
    wang.web.get_by_label("身份证号").fill(MISTYPED)
    wang.press("下一步")
    expect(wang.web.get_by_text("身份证号最后一位对不上")).to_be_visible()
    expect(wang.web.get_by_label("姓名")).to_have_value("王桂芳")
    wang.shoot("02-id-checksum")
    wang.web.get_by_label("身份证号").fill(ID_NUMBER)
    wang.press("下一步")
    expect(wang.web.get_by_text("138 0000 1001")).to_be_visible()


def _consent(wang: Handset) -> None:
    """The required one is asked for; the others are hers to choose."""
    wang.shoot("02-consents")
    wang.press("同意并开卡")
    expect(wang.web.get_by_text("要先同意“使用我的健康信息”").first).to_be_visible()
    wang.shoot("02-consents-missing")
    for box in wang.web.get_by_role("checkbox").all():
        box.check()
    wang.press("同意并开卡")
