"""A QR code as SVG inside the page: no image file, no id that a second code on the page would repeat."""

from itertools import groupby

from markupsafe import Markup
from qrcode.constants import ERROR_CORRECT_M
from qrcode.main import QRCode

QUIET = 4
"""White modules around the code; ISO/IEC 18004 asks for four."""


def qr_svg(text: str, label: str = "二维码") -> Markup:
    """Draw `text` (a link or a code), with the quiet zone; `label` is what a screen reader says."""
    code = QRCode(error_correction=ERROR_CORRECT_M, border=QUIET)
    code.add_data(text)
    code.make(fit=True)
    rows = code.get_matrix()
    return Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {n} {n}" role="img" aria-label="{label}" '
        'shape-rendering="crispEdges"><rect width="{n}" height="{n}" fill="#fff"/>'
        '<path fill="#000" d="{path}"/></svg>'
    ).format(n=len(rows), label=label, path="".join(_runs(y, row) for y, row in enumerate(rows)))


def _runs(y: int, row: list[bool]) -> str:
    """The dark stretches of one row as path commands."""
    path, x = "", 0
    for dark, modules in groupby(row):
        width = len(list(modules))
        path += f"M{x} {y}h{width}v1h-{width}z" if dark else ""
        x += width
    return path
