"""Flask's cookie session holds the CSRF token of forms; programs have none and pay for none."""

from flask import Flask, Request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface

PROGRAMS = ("/api/", "/wechat/")


class FormSessions(SecureCookieSessionInterface):
    """The session of pages; what a program sends as a cookie is not even looked at."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        if request.path.startswith(PROGRAMS):
            return self.make_null_session(app)
        return super().open_session(app, request)
