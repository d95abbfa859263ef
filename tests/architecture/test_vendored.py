"""Nothing is loaded from outside, and what was vendored is what the registry published."""

import hashlib
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
VENDOR = ROOT / "app/static/vendor"
OWN = [path for path in (ROOT / "app/static").iterdir() if path.suffix in {".css", ".js", ".svg"}]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))


def listed() -> dict[str, str]:
    lines = (VENDOR / "SHA256SUMS").read_text().splitlines()
    return {
        name.strip().removeprefix("./"): digest for digest, name in (line.split(" ", 1) for line in lines)
    }


def test_every_vendored_file_is_listed_with_its_sum():
    found = {
        str(path.relative_to(VENDOR)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in VENDOR.rglob("*")
        if path.is_file() and path.parent != VENDOR
    }
    assert found == listed()


def test_every_vendored_package_brings_its_licence_and_is_explained():
    readme = (VENDOR / "README.md").read_text()
    for folder in (path for path in VENDOR.iterdir() if path.is_dir()):
        assert (folder / "LICENSE").is_file(), folder.name
        assert f"`{folder.name}`" in readme


def test_no_page_loads_anything_from_outside():
    loads = re.compile(
        r"""<(?:script|link|img|iframe|source|video|audio|use)\b[^>]*\b(?:src|href)=["'](?:https?:)?//"""
    )
    assert [str(path.relative_to(ROOT)) for path in TEMPLATES if loads.search(path.read_text())] == []


def test_no_style_or_script_of_ours_reaches_outside():
    reaches = re.compile(r"""(?:url\(|@import|fetch\(|import\s*\(?)\s*["']?(?:https?:)?//""")
    assert [path.name for path in OWN if reaches.search(path.read_text())] == []


def test_an_icon_on_a_page_is_the_vendored_drawing():
    icons = (ROOT / "templates/parts/icons.html").read_text()
    drawn = dict(re.findall(r"^  '([a-z0-9-]+)': '(.*)',$", icons, re.M))
    folder = next(VENDOR.glob("tabler-icons-*"))
    vendored = {path.stem: inner_paths(path.read_text()) for path in folder.glob("*.svg")}
    assert drawn == vendored


def inner_paths(svg: str) -> str:
    """The drawing without its frame and the invisible square every Tabler icon begins with."""
    body = svg[svg.index(">") + 1 : svg.rindex("</svg>")]
    return "".join(line.strip() for line in body.splitlines() if "M0 0h24v24H0z" not in line)
