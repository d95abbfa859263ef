"""A chart shows every reading, says it in words, and marks what is outside its target."""

import re
from datetime import date, datetime, timedelta
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.http.charts import MOST_POINTS, PHONE, PHONE_LARGE, WIDE, Series, line_chart

SVG = "{http://www.w3.org/2000/svg}"
DAY = datetime(2026, 3, 1, 8, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


def blood_pressure(*pairs: tuple[float, float]) -> list[Series]:
    moments = [DAY + timedelta(days=7 * week) for week in range(len(pairs))]
    high = [(when, pair[0]) for when, pair in zip(moments, pairs, strict=True)]
    low = [(when, pair[1]) for when, pair in zip(moments, pairs, strict=True)]
    return [Series("收缩压", high, 90, 140), Series("舒张压", low, 60, 90)]


def picture(chart) -> ElementTree.Element:
    return ElementTree.fromstring(str(chart.svg))


def words(root: ElementTree.Element) -> str:
    return " ".join(element.text or "" for element in root.iter(f"{SVG}text"))


def test_blood_pressure_is_two_lines_with_their_targets_shaded():
    root = picture(line_chart(blood_pressure((138, 86), (150, 92)), "mmHg", "血压"))
    assert len(root.findall(f"{SVG}polyline")) == 2
    assert (
        len([part for part in root.findall(f"{SVG}rect") if part.get("fill") in {"#d9efeb", "#dfeaf6"}]) == 2
    )
    assert "收缩压（目标 90–140）" in words(root)


def test_the_lines_differ_by_more_than_colour():
    lines = picture(line_chart(blood_pressure((138, 86), (150, 92)), "mmHg", "血压")).findall(
        f"{SVG}polyline"
    )
    assert [line.get("stroke-dasharray") for line in lines] == [None, "7 4"]


def test_a_reading_outside_its_target_has_a_ring():
    root = picture(line_chart(blood_pressure((138, 86), (182, 112)), "mmHg", "血压"))
    assert len([part for part in root.iter(f"{SVG}circle") if part.get("fill") == "none"]) == 2


@pytest.mark.parametrize("value, missed", [(89, True), (90, False), (140, False), (140.5, True)])
def test_the_limits_themselves_are_inside_the_target(value, missed):
    assert Series("收缩压", [], 90, 140).misses(value) is missed


def test_the_description_says_what_the_picture_shows():
    desc = picture(line_chart(blood_pressure((138, 86), (182, 112)), "mmHg", "血压")).find(f"{SVG}desc")
    assert desc is not None and desc.text is not None
    assert "从 2026 年 3 月 1 日 到 2026 年 3 月 8 日" in desc.text
    assert "收缩压共 2 次，最近 182 mmHg，最低 138，最高 182，1 次不在目标范围" in desc.text


def test_the_numbers_stand_in_a_table_newest_first():
    chart = line_chart(blood_pressure((138, 86), (150, 92)), "mmHg", "血压")
    assert chart.columns == ("收缩压（mmHg）", "舒张压（mmHg）")
    assert chart.rows == (("2026-03-08 08:00", "150", "92"), ("2026-03-01 08:00", "138", "86"))


def test_a_missing_half_of_a_pair_is_a_dash():
    series = [Series("收缩压", [(DAY, 138)]), Series("舒张压", [])]
    assert line_chart(series, "mmHg", "血压").rows == (("2026-03-01 08:00", "138", "—"),)


def test_no_readings_is_an_empty_chart():
    chart = line_chart([Series("体重", [])], "kg", "体重")
    assert chart.is_empty and chart.svg == ""


def test_one_reading_stands_in_the_middle():
    root = picture(line_chart([Series("体重", [(date(2026, 2, 28), 61.5)])], "kg", "体重", target_high=65))
    assert "61.5" in words(root) and "2/28" in words(root)
    assert "不高于 65" in words(root)


def test_a_target_to_stay_below_is_missed_when_it_is_reached():
    series = Series("高压", [(DAY, 149), (DAY + timedelta(days=1), 150)], target_below=150)
    assert [series.misses(value) for _, value in series.points] == [False, True]
    assert "低于 150" in words(picture(line_chart([series], "mmHg", "血压")))


def test_a_title_from_a_person_is_escaped():
    chart = line_chart([Series("<b>体重</b>", [(DAY, 61)])], "kg", "<script>")
    assert "<script>" not in chart.svg and "<b>" not in chart.svg
    assert picture(chart).find(f"{SVG}title").text == "<script>"  # type: ignore[union-attr]


def test_ten_years_of_readings_keep_their_extremes():
    points = [(DAY + timedelta(days=day), 130 + day % 7) for day in range(3650)]
    points[1234] = (points[1234][0], 211)
    points[2345] = (points[2345][0], 71)
    chart = line_chart([Series("收缩压", points)], "mmHg", "血压")
    drawn = picture(chart).find(f"{SVG}polyline").get("points", "").split()  # type: ignore[union-attr]
    heights = [float(point.split(",")[1]) for point in drawn]
    assert len(drawn) <= MOST_POINTS
    assert len(chart.rows) == 3650
    assert "211" in words(picture(chart))
    assert max(heights) - min(heights) > 100


def test_readings_of_one_day_are_told_by_the_clock():
    points = [(DAY, 138.0), (DAY.replace(hour=20), 144.0)]
    assert "08:00" in words(picture(line_chart([Series("收缩压", points)], "mmHg", "血压")))


def test_a_wide_chart_brings_its_phone_drawing_with_ids_of_its_own():
    chart = line_chart(blood_pressure((138, 86)), "mmHg", "血压")
    assert 'viewBox="0 0 360' in chart.narrow
    assert not set(re.findall(r'id="([^"]+)"', chart.svg)) & set(re.findall(r'id="([^"]+)"', chart.narrow))
    assert line_chart(blood_pressure((138, 86)), "mmHg", "血压", size=PHONE).narrow == ""


def test_no_style_attribute_is_needed():
    assert "style=" not in line_chart(blood_pressure((138, 86)), "mmHg", "血压").svg


one_reading = st.tuples(st.dates(date(2016, 1, 1), date(2036, 1, 1)), st.floats(0, 400, allow_nan=False))
readings = st.lists(one_reading, min_size=1, max_size=200)


@given(readings, st.sampled_from([WIDE, PHONE, PHONE_LARGE]))
def test_every_mark_stays_on_the_paper(points, size):
    root = picture(line_chart([Series("读数", points, 60, 140)], "mmHg", "读数", size=size))
    for line in root.findall(f"{SVG}polyline"):
        for point in line.get("points", "").split():
            x, y = map(float, point.split(","))
            assert 0 <= x <= size.width and 0 <= y <= size.height


@given(readings, st.sampled_from([WIDE, PHONE, PHONE_LARGE]))
def test_written_dates_do_not_run_into_each_other(points, size):
    root = picture(line_chart([Series("读数", points)], "mmHg", "读数", size=size))
    written = [part for part in root.findall(f"{SVG}text") if "/" in (part.text or "")]
    places = sorted(float(part.get("x", "0")) for part in written)
    assert all(right - left >= size.text * 3.5 for left, right in zip(places, places[1:], strict=False))
