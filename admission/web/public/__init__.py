"""The public desk: pages for everybody, without an account and without a session."""

from flask import Blueprint

bp = Blueprint("public", __name__)
