"""The emulator's pages: a patient's phone and the operator's desk.

Only pages live here; everything they show comes from the JSON API of the same process.
One law: no inline script and no foreign script, so what a framed page sends cannot become code.
"""

from flask import Blueprint, Response, render_template

pages = Blueprint(
    "pages", __name__, template_folder="templates", static_folder="static", static_url_path="/pages"
)

POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self'",
        "style-src 'self'",
        # Cards show pictures from the hospital's own server; a picture just taken is a blob.
        "img-src 'self' data: blob: http: https:",
        "media-src 'self' blob: http: https:",
        # The phone asks whether a link's server answers before it calls the page broken.
        "connect-src 'self' http: https:",
        "frame-src *",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'self'",
    )
)


@pages.after_request
def guard(response: Response) -> Response:
    """Send every page with the policy above, and let the browser ask again for changed files."""
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "no-cache"
    return response


@pages.get("/phone")
def people() -> str:
    """The page on which a person picks a demo patient."""
    return render_template("people.html")


@pages.get("/phone/<person_id>")
def phone(person_id: str) -> str:
    """One patient's WeChat. Whether the person exists is the JSON API's to say."""
    return render_template("phone.html", person_id=person_id)


@pages.get("/operator")
def operator() -> str:
    """The operator's desk: calls, callbacks, faults, clock, QR codes, reset."""
    return render_template("operator.html")
