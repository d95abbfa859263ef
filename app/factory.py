"""A Flask app from the outside world and its doors."""

from collections.abc import Sequence
from pathlib import Path

from flask import Blueprint, Flask
from flask_openapi3.openapi import OpenAPI
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from app.api.description import describe
from app.core import clock
from app.core.config import Settings
from app.core.masks import show_name
from app.core.wording import spoken
from app.doors import mount
from app.http import errors, headers, sending, typed_text
from app.http.files import plays
from app.http.form_session import FormSessions
from app.wiring import Outside

ROOT = Path(__file__).parent.parent


def create_app(outside: Outside, programs: Sequence[Blueprint] = ()) -> Flask:
    """The web program: every door mounted, nothing contacted yet.

    `programs` are doors from above the house (bot.callback): app/ does not know them.
    """
    app = OpenAPI(
        "suihu",
        **describe(outside.settings.public_url),
        template_folder=str(ROOT / "templates"),
        static_folder=str(ROOT / "app" / "static"),
    )
    settings = outside.settings
    _configure(app, settings)
    _furnish_templates(app, settings.hospital_name, settings.hospital_phone)
    app.extensions["outside"] = outside
    app.session_interface = FormSessions()
    csrf = CSRFProtect(app)
    errors.register(app)
    headers.register(app, settings.frame_ancestors)
    sending.register(app)
    typed_text.register(app)
    mount(app, csrf, programs, demo=settings.demo_clock_file is not None)
    if settings.trusted_proxies:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=settings.trusted_proxies, x_proto=settings.trusted_proxies, x_host=1
        )
    return app


def _configure(app: Flask, settings: Settings) -> None:
    secure = settings.public_url.startswith("https://")
    app.config.update(
        SECRET_KEY=settings.secret_key,
        MAX_CONTENT_LENGTH=12 * 1024 * 1024,
        SESSION_COOKIE_NAME="suihu_form",
        SESSION_COOKIE_SECURE=secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=secure,
    )


def _furnish_templates(app: Flask, hospital_name: str, hospital_phone: str) -> None:
    """What every template knows: the hospital's name and telephone, how moments are written and spoken."""
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    app.context_processor(lambda: {"hospital_name": hospital_name, "hospital_phone": hospital_phone})
    app.jinja_env.filters["moment"] = lambda at, form="%Y-%m-%d %H:%M": (
        clock.local(at).strftime(form) if at else ""
    )
    # A window's title stays in the browser's history, on a computer that many use.
    app.jinja_env.filters["masked"] = show_name
    app.jinja_env.tests["played"] = plays
    app.jinja_env.filters["spoken"] = lambda at, now: spoken(clock.local(at), clock.local(now))
