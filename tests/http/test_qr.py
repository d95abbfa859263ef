"""A QR code drawn in the page holds exactly the modules of the code."""

import re
from xml.etree import ElementTree

from qrcode.constants import ERROR_CORRECT_M
from qrcode.main import QRCode

from app.http.qr import QUIET, qr_svg

LINK = "https://hospital.example/c/A7K2-9QPX"


def dark_modules(svg: str) -> set[tuple[int, int]]:
    path = ElementTree.fromstring(svg).find("{http://www.w3.org/2000/svg}path").get("d", "")  # type: ignore[union-attr]
    runs = re.findall(r"M(\d+) (\d+)h(\d+)v1h-\d+z", path)
    return {(int(x) + step, int(y)) for x, y, width in runs for step in range(int(width))}


def test_the_drawing_has_every_dark_module_and_no_other():
    code = QRCode(error_correction=ERROR_CORRECT_M, border=QUIET)
    code.add_data(LINK)
    rows = code.get_matrix()
    expected = {(x, y) for y, row in enumerate(rows) for x, dark in enumerate(row) if dark}
    assert dark_modules(str(qr_svg(LINK, "服务卡二维码"))) == expected


def test_the_quiet_zone_is_white():
    assert all(x >= QUIET and y >= QUIET for x, y in dark_modules(str(qr_svg(LINK, "二维码"))))


def test_two_codes_on_a_page_share_no_id_and_the_label_is_escaped():
    svg = qr_svg(LINK, '<b>"卡"</b>')
    assert "id=" not in svg and "<b>" not in svg
