"""The desk of the administration: accounts and roles, the city's settings, editions, who may open what."""

from flask import Blueprint

bp = Blueprint("admin", __name__, url_prefix="/verwaltung")
