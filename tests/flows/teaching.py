"""Step 11: a health tip is written, seen on one's own phone, approved by a second person, and sent once."""

from playwright.sync_api import expect

from tests.flows.story import Story
from tests.flows.workplace import Workplace

TITLE = "每天少吃一勺盐"
DIGEST = "盐少一点，血压稳一点"
BODY = "每人每天不超过 5 克盐，一啤酒瓶盖就是 6 克。\n少放酱油、咸菜，多用醋和葱姜提味。"
SOURCE = "国家基本公共卫生服务规范（第三版）"
TAG = "高血压"


def the_administrator_writes_an_article(story: Story) -> None:
    """Short, plain, with its source."""
    admin = story.staff("admin")
    admin.shoot("11-admin-home")
    admin.menu("健康科普")
    admin.shoot("11-overview-empty")
    admin.page.get_by_role("link", name="写一篇文章").click()
    for label, words in (("标题", TITLE), ("摘要", DIGEST), ("正文", BODY), ("依据", SOURCE)):
        admin.page.get_by_label(label, exact=True).fill(words)
    admin.shoot("11-write")
    admin.press("保存")
    expect(admin.page.get_by_role("heading", name=TITLE)).to_be_visible()
    admin.shoot("11-article")


def picks_a_tag_and_sees_whom_it_reaches(story: Story) -> None:
    """Everybody with the tag who agreed and follows."""
    admin = story.staff("admin")
    admin.page.get_by_label("发给有这个标签的人").select_option(label=f"{TAG}（1 人）")
    admin.press("下一步：看看能发给谁")
    expect(admin.page.locator(".sh-stat", has_text="能收到")).to_contain_text("1")
    expect(admin.page.get_by_text("您的微信还没有绑定")).to_be_visible()
    admin.shoot("11-reach")


def binds_a_phone_and_sends_a_test(story: Story) -> None:
    """Nothing goes out that nobody has seen on a phone."""
    admin, zhoumin = story.staff("admin"), story.phone("zhoumin")
    admin.page.get_by_role("link", name="先去绑定").click()
    admin.press("绑定我的微信")
    expect(admin.page.get_by_text("请用您自己的微信扫这个码")).to_be_visible()
    admin.shoot("11-bind")
    zhoumin.scan(zhoumin.codes()[0])
    expect(admin.page.get_by_text("已绑定。预警和试发会发到这个微信")).to_be_visible()
    zhoumin.shoot("11-bound")
    _to_broadcast(admin)
    admin.press("发给我自己看看")
    expect(admin.page.get_by_text("已经试发过这一版")).to_be_visible()
    admin.shoot("11-tested")
    zhoumin.to_chat()
    expect(zhoumin.article(TITLE)).to_be_visible()
    zhoumin.shoot("11-test-arrived")


def a_second_person_lets_it_go(story: Story) -> None:
    """Nobody approves what they wrote; what is sent cannot be called back."""
    admin, doctor = story.staff("admin"), story.staff("doctor")
    expect(admin.page.get_by_role("button", name="审批通过，发出去")).to_have_count(0)
    _to_broadcast(doctor)
    doctor.shoot("11-approve")
    doctor.press("审批通过，发出去")
    doctor.page.get_by_role("dialog").get_by_role("button", name="审批通过，发出去").click()


def it_arrives_and_the_numbers_come_back(story: Story) -> None:
    """WeChat's finish event brings them; the page shows them by itself."""
    doctor, wang = story.staff("doctor"), story.phone("wang")
    facts = doctor.page.locator(".sh-facts")
    expect(facts.filter(has_text="送达")).to_contain_text("1 人")
    doctor.shoot("11-numbers")
    wang.to_chat()
    wang.article(TITLE).click()
    expect(wang.web.get_by_text("一啤酒瓶盖")).to_be_visible()
    wang.shoot("11-read", on_a_desk=True)
    wang.close()
    wang.shoot("11-arrived")


def _to_broadcast(someone: Workplace) -> None:
    someone.menu("健康科普")
    someone.page.get_by_role("table", name="群发列表").get_by_role("link", name=TITLE).click()
