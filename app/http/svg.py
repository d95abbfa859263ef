"""SVG elements as text: attributes only, everything a person wrote is escaped."""

from markupsafe import Markup

PAPER = "#ffffff"


def text(
    words: str,
    x: float,
    y: float,
    colour: str,
    anchor: str = "start",
    size: float = 0,
    bold: bool = False,
    halo: bool = False,
) -> Markup:
    extra = {"font_size": size} if size else {}
    weight = {"font_weight": 600} if bold else {}
    edge = {"stroke": PAPER, "stroke_width": 3, "paint_order": "stroke"} if halo else {}
    return tag("text", words, x=x, y=y, fill=colour, text_anchor=anchor, **extra, **weight, **edge)


def tag(name: str, words: str = "", /, **attributes: object) -> Markup:
    written = Markup(" ").join(
        Markup('{}="{}"').format(key.replace("_", "-"), f"{value:.1f}" if isinstance(value, float) else value)
        for key, value in attributes.items()
        if value != ""
    )
    return Markup("<{0} {1}>{2}</{0}>").format(name, written, words)
