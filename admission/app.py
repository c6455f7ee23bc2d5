"""The application, wired together."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from flask import Blueprint, Flask
from flask_babel import Babel
from werkzeug.middleware.proxy_fix import ProxyFix

from admission.city.setup import refuse_demo_log
from admission.ground.db import db, install
from admission.register import cards
from admission.rulebook.publish import verify_loaded_editions
from admission.web import access, desks, errors, headers, limits, page

ROOT = Path(__file__).resolve().parent.parent


def create_app(config: Mapping[str, Any], *more: Blueprint) -> Flask:
    """The Flask application for these settings (`config.from_environment`); `more`: pages that only the demo has.

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
    cards.install()
    Babel(app, locale_selector=page.language)
    limits.install(app)
    headers.install(app)
    page.install(app)
    errors.install(app)
    desks.install(app)
    for blueprint in more:
        app.register_blueprint(blueprint)
    access.install(app)
    return app


def refuse_to_serve(app: Flask) -> None:
    """Raise if this program judges a loaded edition otherwise than it was resolved, or a real city met a played log.

    Gives all connections back afterwards: a preloading server forks, and a connection must not be shared.
    """
    with app.app_context():
        verify_loaded_editions()
        if app.config["MODE"] == "production":
            refuse_demo_log()
        db.session.remove()
        db.engine.dispose()
