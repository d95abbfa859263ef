"""Headers of every answer, and the request's id."""

import structlog
from flask import Flask, Response, g, request

from app.core.ids import new_id


def register(app: Flask, frame_ancestors: str) -> None:
    """Give each request an id for logs and audit, and each answer its security headers."""
    policy = (
        "default-src 'self'; img-src 'self' data:; style-src 'self'; script-src 'self'; "
        "object-src 'none'; "
        f"base-uri 'none'; form-action 'self'; frame-ancestors {frame_ancestors}"
    )

    standing = {
        "content-security-policy": ("Content-Security-Policy", policy),
        "x-content-type-options": ("X-Content-Type-Options", "nosniff"),
        "referrer-policy": ("Referrer-Policy", "same-origin"),
    }
    # A patient's page must not lie in a shared computer's cache.
    private = standing | {"cache-control": ("Cache-Control", "no-store")}

    @app.before_request
    def name_the_request() -> None:
        g.request_id = new_id()
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request=g.request_id)

    @app.after_request
    def protect(response: Response) -> Response:
        given = {name.lower() for name, _ in response.headers}
        wanted = standing if request.path.startswith("/static/") else private
        response.headers.extend([header for name, header in wanted.items() if name not in given])
        response.headers["X-Request-Id"] = g.get("request_id", "")
        return response
