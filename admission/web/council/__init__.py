"""The desk of the council and its secretariat: histories without names, and whether the log holds. Read-only."""

from flask import Blueprint

bp = Blueprint("council", __name__, url_prefix="/rat")
