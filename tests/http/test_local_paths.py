"""Nobody is sent to another host, however the path is dressed up."""

from urllib.parse import quote, urljoin, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.http.local_paths import local_path, mini_program_target

HERE = "https://suihu.hospital.cn"
NASTY = st.text(alphabet="/\\.:@%25fFcC#?&=hH5evil\t\n ", max_size=40)


def stays(path: str, prefix: str) -> bool:
    """Whether a browser on our host, following `path`, stays on our host and under `prefix`."""
    parts = urlsplit(urljoin(HERE, path))
    return parts.netloc == "suihu.hospital.cn" and (
        parts.path == prefix or parts.path.startswith(prefix + "/")
    )


@given(st.one_of(st.text(max_size=60), NASTY, NASTY.map("/h5/".__add__), NASTY.map("//".__add__)))
def test_whatever_is_asked_for_one_stays(wanted: str) -> None:
    assert stays(local_path(wanted, "/h5", "/h5"), "/h5")
    assert stays(mini_program_target(wanted), "/h5")
    assert stays(mini_program_target(f"pages/open?to={quote(wanted)}"), "/h5")


@pytest.mark.parametrize("path", ["/h5", "/h5/plan", "/h5/forms/7?at=2&q=%E6%9D%8E", "/h5/booking/01a2?x=1"])
def test_a_plain_path_is_followed_as_it_is(path: str) -> None:
    assert local_path(path, "/h5", "/h5/home") == path


def test_nothing_asked_for_leads_home() -> None:
    assert local_path(None, "/console", "/console") == "/console"
