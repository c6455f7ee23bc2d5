"""The applicant's desk: from the first question to the notice, and what the organisation shows of itself afterwards."""

from flask import Blueprint

bp = Blueprint("applicant", __name__)
