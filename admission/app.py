"""The application, wired together."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from flask import Flask
from flask_babel import Babel
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from werkzeug.middleware.proxy_fix import ProxyFix

from admission.ground.db import db, install
from admission.web import access, desks, errors, headers, page

ROOT = Path(__file__).resolve().parent.parent
limiter = Limiter(get_remote_address, storage_uri="memory://", headers_enabled=False)
"""Against floods, a node at a time; limits that must hold everywhere stand in our own tables."""


def create_app(config: Mapping[str, Any]) -> Flask:
    """The Flask application for these settings (`config.from_environment`).

    Raises `RuntimeError` when a route does not say who may open it.
    """
    app = Flask("admission", template_folder=str(ROOT / "templates"), static_folder="static")
    app.config.update(config)
    if app.config["PROXIES"]:
        hops = app.config["PROXIES"]
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops)  # type: ignore[method-assign]
    db.init_app(app)
    with app.app_context():
        install(db.engine)
    Babel(app, locale_selector=page.language)
    _limit_floods(app)
    headers.install(app)
    page.install(app)
    errors.install(app)
    desks.install(app)
    access.install(app)
    return app


def _limit_floods(app: Flask) -> None:
    app.config["RATELIMIT_DEFAULT"] = app.config["FLOOD_LIMIT"]
    app.config["RATELIMIT_ENABLED"] = not app.config["TESTING"] or app.config.get("LIMIT_FLOODS", False)
    limiter.init_app(app)
