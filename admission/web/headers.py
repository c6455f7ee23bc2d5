"""Headers of every answer: nothing is loaded from elsewhere, nothing inline, nothing framed, nothing private kept."""

from flask import Flask, Response, current_app, g, request

from admission.web.access import rule_of

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",  # data: are the icons of the stylesheet
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "object-src 'none'",
    )
)
FEATURES = (
    "accelerometer", "autoplay", "browsing-topics", "camera", "display-capture", "fullscreen",
    "geolocation", "gyroscope", "hid", "identity-credentials-get", "magnetometer", "microphone", "midi", "payment",
    "picture-in-picture", "screen-wake-lock", "serial", "usb", "xr-spatial-tracking",
)  # fmt: skip
ALWAYS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",  # "no-referrer" would make browsers send `Origin: null` with our own forms
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": ", ".join(f"{feature}=()" for feature in FEATURES),
    "X-Frame-Options": "DENY",
}
TWO_YEARS = 2 * 365 * 24 * 3600


def install(app: Flask) -> None:
    """Set them after each request."""
    app.after_request(protect)


def protect(answer: Response) -> Response:
    """Add what every answer carries; a view may have set its own Cache-Control."""
    for name, value in ALWAYS.items():
        answer.headers.setdefault(name, value)
    if current_app.config["SESSION_COOKIE_SECURE"]:
        answer.headers["Strict-Transport-Security"] = f"max-age={TWO_YEARS}; includeSubDomains"
    rule = rule_of(request.endpoint)
    if request.endpoint == "static":
        answer.headers["Cache-Control"] = _static(answer)
    elif (rule is not None and not rule.public) or g.get("person") is not None or answer.status_code >= 400:
        answer.headers["Cache-Control"] = "no-store"
        answer.vary.add("Cookie")
    else:
        answer.headers.setdefault("Cache-Control", "no-cache")
        answer.vary.add("Cookie")  # the language
    return answer


def _static(answer: Response) -> str:
    """A file named with its fingerprint never changes."""
    named = "v" in request.args or request.path.startswith("/static/vendor/")  # a vendored folder carries its version
    return "public, max-age=31536000, immutable" if named and answer.status_code == 200 else "no-cache"
