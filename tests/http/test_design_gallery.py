"""Every part of the design renders, in plain words, under a policy without inline script or style."""

import re
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from flask import Flask, render_template
from flask_wtf import CSRFProtect

from app.http.charts import PHONE, PHONE_LARGE, WIDE, Series, Size, line_chart
from app.http.qr import qr_svg

ROOT = Path(__file__).parents[2]
START = datetime(2026, 1, 5, 8, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
PRESSURES = [
    (168, 104),
    (160, 98),
    (152, 96),
    (149, 92),
    (146, 90),
    (143, 91),
    (139, 88),
    (136, 86),
    (182, 112),
]

NAVIGATION = [
    {"label": "今天", "url": "/console", "icon": "home", "active": True, "badge": ""},
    {"label": "患者", "url": "/console/patients", "icon": "users", "active": False, "badge": ""},
    {"label": "消息", "url": "/console/inbox", "icon": "messages", "active": False, "badge": 4},
    {"label": "任务", "url": "/console/tasks", "icon": "list-check", "active": False, "badge": 6},
    {"label": "预约", "url": "/console/bookings", "icon": "calendar-event", "active": False, "badge": ""},
    {"label": "群发", "url": "/console/broadcasts", "icon": "speakerphone", "active": False, "badge": ""},
]
TABS = [
    {"label": "首页", "url": "/h5", "icon": "home", "active": True, "badge": ""},
    {"label": "计划", "url": "/h5/plan", "icon": "calendar", "active": False, "badge": ""},
    {"label": "用药", "url": "/h5/medication", "icon": "pill", "active": False, "badge": 1},
    {"label": "预约", "url": "/h5/bookings", "icon": "calendar-plus", "active": False, "badge": ""},
    {"label": "我的", "url": "/h5/me", "icon": "user", "active": False, "badge": ""},
]


def blood_pressure_chart(size: Size):
    moments = [START + timedelta(days=9 * place) for place in range(len(PRESSURES))]
    high = [(when, pair[0]) for when, pair in zip(moments, PRESSURES, strict=True)]
    low = [(when, pair[1]) for when, pair in zip(moments, PRESSURES, strict=True)]
    series = [Series("收缩压", high, 90, 140), Series("舒张压", low, 60, 90)]
    return line_chart(series, "mmHg", "近三个月血压", size=size)


def card_sample(code: str) -> dict[str, str]:
    return {"code": code, "qr": qr_svg(f"https://hospital.example/c/{code}", "服务卡二维码")}


def gallery_app() -> Flask:
    app = Flask("gallery", template_folder=str(ROOT / "templates"), static_folder=str(ROOT / "app/static"))
    app.config.update(SECRET_KEY="only for this page", TESTING=True)
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    CSRFProtect(app)
    shared = {"hospital_name": "江宁区人民医院"}
    console = {
        **shared, "navigation": NAVIGATION, "staff": {"name": "李敏", "role": "护士"},
        "sign_out_url": "/sign-out", "alert_badge_url": "/console/alerts/badge",
        "patient_search_url": "/console/patients",
    }  # fmt: skip
    phone = {**shared, "nurse": {"name": "李敏", "title": "责任护士", "photo_url": ""}, "tabs": TABS}
    problem = {
        **shared, "title": "没有找到这一页", "text": "可能已经移走，或者地址少了一段。请从首页再进一次。",
        "action_url": "/", "action_label": "回到首页", "reference": "8f3a-21", "help_phone": "025-8888 0000",
    }  # fmt: skip

    @app.get("/console")
    def show_console():
        return render_template("parts/gallery.html", chart=blood_pressure_chart(WIDE), **console)

    @app.get("/console/alerts/badge")
    def show_badge():
        return render_template("parts/gallery_badge.html")

    @app.get("/h5")
    def show_h5():
        return render_template("parts/gallery_h5.html", chart=blood_pressure_chart(PHONE), **phone)

    @app.get("/h5/large")
    def show_h5_large():
        chart = blood_pressure_chart(PHONE_LARGE)
        return render_template("parts/gallery_h5.html", chart=chart, large_type=True, **phone)

    @app.get("/print")
    def show_print():
        cards = [card_sample(f"A7K2-{place:04d}") for place in range(1, 11)]
        return render_template("parts/gallery_print.html", cards=cards, **shared)

    @app.get("/error")
    def show_error():
        return render_template("errors/error.html", **problem)

    @app.get("/h5/error")
    def show_h5_error():
        return render_template("errors/h5_error.html", **problem)

    @app.get("/notice")
    def show_notice():
        return render_template("errors/notice.html", **problem)

    return app


PAGES = ["/console", "/h5", "/h5/large", "/print", "/error", "/h5/error"]


@pytest.fixture(scope="module")
def pages() -> dict[str, str]:
    client = gallery_app().test_client()
    return {path: client.get(path).get_data(as_text=True) for path in [*PAGES, "/notice"]}


@pytest.mark.parametrize("path", PAGES)
def test_no_page_needs_inline_script_or_style(pages, path):
    page = pages[path]
    assert not re.search(r"<script(?![^>]*\bsrc=)", page)
    assert "<style" not in page
    assert not re.search(r"<[^>]+\sstyle=", page)
    assert not re.search(r"<[^>]+\son[a-z]+=", page)
    assert "javascript:" not in page


@pytest.mark.parametrize("path", PAGES)
def test_every_page_speaks_chinese_and_names_itself(pages, path):
    assert '<html lang="zh-CN"' in pages[path]
    assert re.search(r"<title>[^<]*[\u4e00-\u9fff]", pages[path])


@pytest.mark.parametrize("path", PAGES)
def test_every_id_on_a_page_is_used_once(pages, path):
    ids = re.findall(r'\sid="([^"]+)"', pages[path])
    assert sorted(ids) == sorted(set(ids))


@pytest.mark.parametrize("path", PAGES)
def test_every_described_field_finds_its_words(pages, path):
    ids = set(re.findall(r'\sid="([^"]+)"', pages[path]))
    wanted = {
        name for names in re.findall(r'aria-describedby="([^"]+)"', pages[path]) for name in names.split()
    }
    assert wanted <= ids
    assert set(re.findall(r'<label[^>]* for="([^"]+)"', pages[path])) <= ids


def test_the_console_shows_states_as_words(pages):
    for words in (
        "发送失败",
        "患者取消了关注",
        "紧急",
        "已送达",
        "待临床审核",
        "患者看不到",
        "第 2 页，共 7 页",
    ):
        assert words in pages["/console"]


def test_a_form_carries_its_token_and_request_id(pages):
    assert 'name="csrf_token"' in pages["/console"]
    assert 'name="request_id" value="9a2e"' in pages["/console"]
    assert '<meta name="csrf-token"' in pages["/h5"]


def test_emergency_advice_offers_the_call(pages):
    assert 'href="tel:120"' in pages["/h5"]
    assert "我们已经通知值班护士" in pages["/h5"]


def test_large_type_is_a_class_on_the_page_and_a_switch_back(pages):
    assert 'class="large-type"' in pages["/h5/large"] and "标准字" in pages["/h5/large"]
    assert 'class="large-type"' not in pages["/h5"] and "大字" in pages["/h5"]


def test_a_sheet_holds_eight_cards(pages):
    assert pages["/print"].count('class="card-sheet"') == 2
    assert pages["/print"].count('class="service-card"') == 10


def test_a_failure_says_what_to_do_next(pages):
    for path in ("/error", "/h5/error", "/notice"):
        assert "请从首页再进一次" in pages[path] and "8f3a-21" in pages[path]
    assert pages["/notice"].lstrip().startswith('<div class="sh-notice')
