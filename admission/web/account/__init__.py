"""The doors: signing in by mail or by password and factor, joining by invitation, and one's own sessions."""

from flask import Blueprint

bp = Blueprint("account", __name__)
