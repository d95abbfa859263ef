"""Where a page may send somebody on: paths of this program, never another host."""

import re
from urllib.parse import parse_qsl, urlsplit

_PLAIN = re.compile(r"/[A-Za-z0-9\-._~!$&'()*+,;=:@%/?]*")
OPEN_PAGE = "pages/open"
"""The mini-program's page that shows one of our pages in its web view."""


def local_path(wanted: str | None, prefix: str, otherwise: str) -> str:
    """`wanted` when it is a plain path of ours that lies under `prefix`, else `otherwise`.

    Refused are other hosts in every disguise (//host, /\\host, https:…), dots that climb, control
    characters and anything a browser might read differently than we do.
    """
    if not wanted or len(wanted) > 1000 or not _PLAIN.fullmatch(wanted):
        return otherwise
    parts = urlsplit(wanted)
    under = parts.path == prefix or parts.path.startswith(prefix.rstrip("/") + "/")
    climbs = ".." in parts.path or "//" in parts.path or "%2f" in wanted.lower() or "%5c" in wanted.lower()
    return wanted if under and not climbs and not parts.netloc and not parts.scheme else otherwise


def mini_program_target(page: str) -> str:
    """The patient page that a mini-program path stands for; the home page when it stands for none.

    `/h5/plan` and `pages/open?to=/h5/plan` (as links in messages carry it) both lead to /h5/plan.
    """
    path, _, query = page.lstrip("/").partition("?")
    if path == OPEN_PAGE:
        return local_path(dict(parse_qsl(query)).get("to"), "/h5", "/h5")
    return local_path(page, "/h5", "/h5")
