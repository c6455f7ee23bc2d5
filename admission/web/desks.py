"""Finds the desks: a view is part of the application because its module lies in the folder of its desk."""

import importlib
import pkgutil

from flask import Blueprint, Flask

from admission import web

DESKS = ("public", "account", "applicant", "office", "council", "admin")


def install(app: Flask) -> None:
    """Import every module of every desk that exists, and register the desk's blueprint `bp`."""
    there = {module.name for module in pkgutil.iter_modules(web.__path__) if module.ispkg}
    for name in DESKS:
        if name in there:
            app.register_blueprint(_complete(name))


def _complete(name: str) -> Blueprint:
    desk = importlib.import_module(f"admission.web.{name}")
    for module in pkgutil.iter_modules(desk.__path__):
        importlib.import_module(f"admission.web.{name}.{module.name}")
    blueprint: Blueprint = desk.bp
    return blueprint
