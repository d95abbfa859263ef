"""How often a password may be tried, without letting a stranger lock a nurse out.

Wrong tries count where they are made: by login and address, or by login and browser where this browser
has signed in to this login before. So whoever guesses at a nurse's login shuts out themselves. Guessing
from many addresses only becomes slow, and never for a browser that is known.
"""

import secrets
from dataclasses import dataclass

from flask import current_app, request
from itsdangerous import BadSignature, URLSafeTimedSerializer
from limits import RateLimitItemPerMinute, RateLimitItemPerSecond
from werkzeug.wrappers import Response

from app.core.ids import token_hash
from app.http.doors import outside
from app.http.limits import Guesses, address

HERE = RateLimitItemPerMinute(5, 15, namespace="sign-in-here")
"""Tries in a row at one login from one address (or known browser), in 15 minutes."""
ADDRESS = RateLimitItemPerMinute(100, 15, namespace="sign-in-address")
"""Wrong ones from one address at any login: a ward, or a hospital, shares one."""
LOGIN = RateLimitItemPerMinute(30, 15, namespace="sign-in-login")
"""Wrong ones at one login from everywhere; beyond it one try is taken every PACE."""
PACE = RateLimitItemPerSecond(1, 10, namespace="sign-in-pace")

COOKIE = "suihu_desk"
COOKIE_PATH = "/console/login"
REMEMBERED = 90 * 24 * 3600
"""Seconds a browser is known without signing in again."""
MOST_LOGINS = 12
"""Colleagues who share one computer."""


@dataclass(frozen=True)
class Browser:
    """What the browser's cookie proves: its number, and hashes of the logins that signed in on it."""

    number: str
    logins: tuple[str, ...] = ()

    def knows(self, login: str) -> bool:
        return _hash(login) in self.logins


class Tries:
    """The tries at one login from where this request comes; `guessed` changes with the password."""

    def __init__(self, login: str, guessed: str) -> None:
        browser = known_browser()
        self._known = browser.knows(login)
        place = f"browser {browser.number}" if self._known else f"address {address()}"
        self._here = Guesses(HERE, token_hash(f"{guessed} {place}"))
        self._address, self._login = Guesses(ADDRESS, address()), Guesses(LOGIN, token_hash(guessed))
        self._pace = Guesses(PACE, token_hash(guessed))

    def take(self) -> int:
        """Take one try: seconds to wait, or 0 when the password may be looked at."""
        wait = self._here.take()
        if wait or self._known:
            return wait
        return self._address.seconds_to_wait() or (self._pace.take() if self._login.seconds_to_wait() else 0)

    def note_wrong(self) -> None:
        """The password was wrong; a known browser's tries are nobody else's business."""
        if not self._known:
            self._address.note_wrong()
            self._login.note_wrong()

    def note_right(self) -> None:
        """The password was right: the count here begins anew."""
        self._here.forget()


def known_browser() -> Browser:
    """What this browser proves; an unknown one gets a number of its own."""
    try:
        number, logins = _signer().loads(request.cookies.get(COOKIE, ""), max_age=REMEMBERED)
    except (BadSignature, ValueError):
        return Browser(secrets.token_hex(16))
    return Browser(number, tuple(logins))


def remember(answer: Response, login: str) -> None:
    """Let this browser be known for the login."""
    browser, mark = known_browser(), _hash(login)
    logins = [mark, *(each for each in browser.logins if each != mark)][:MOST_LOGINS]
    answer.set_cookie(
        COOKIE,
        _signer().dumps([browser.number, logins]),
        max_age=REMEMBERED,
        path=COOKIE_PATH,
        httponly=True,
        samesite="Lax",
        secure=outside().settings.public_url.startswith("https://"),
    )


def _hash(login: str) -> str:
    return token_hash(login.strip().casefold())[:16]


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="known browser")
