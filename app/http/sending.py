"""A form sent by the page (app/static/h5_sending.js) is told where to go on, not redirected.

A script cannot see where a redirect leads, and following it would use up what the next page has to say once.
"""

from flask import Flask, Response, request

SENT, GO = "X-Suihu-Sent", "X-Suihu-Go"
_REDIRECTS = {301, 302, 303, 307, 308}


def register(app: Flask) -> None:
    """Answer a redirect to such a form with 204 and the address."""

    @app.after_request
    def name_the_way(response: Response) -> Response:
        if SENT in request.headers and response.status_code in _REDIRECTS:
            response.headers[GO] = response.headers.pop("Location")
            response.status_code = 204
            response.set_data(b"")
        return response
