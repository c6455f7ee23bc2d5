"""The office's desk: from the inbox to the second signature, and what follows an admission."""

from flask import Blueprint

bp = Blueprint("office", __name__, url_prefix="/buero")
