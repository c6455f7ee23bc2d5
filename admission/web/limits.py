"""Limits against floods, a node at a time and in memory; limits that must hold everywhere stand in our own tables."""

from flask import Flask
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

PUBLIC_FORM = "20 per hour"
"""For a public form that sends or stores something: `@limiter.limit(PUBLIC_FORM)`, below `@access`."""
limiter = Limiter(get_remote_address, storage_uri="memory://", headers_enabled=False)


def install(app: Flask) -> None:
    """Count all requests; tests count only when they ask for it (`LIMIT_FLOODS`)."""
    app.config["RATELIMIT_DEFAULT"] = app.config["FLOOD_LIMIT"]
    app.config["RATELIMIT_ENABLED"] = not app.config["TESTING"] or app.config.get("LIMIT_FLOODS", False)
    limiter.init_app(app)
