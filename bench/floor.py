"""The floor: the same rows on bare pages, by Flask, Jinja and the bare driver, without sign-in, languages or rules.

Served beside the application: `DATABASE_URL=… gunicorn bench.floor:app`.
"""

import os
import threading
from typing import Any

from flask import Flask, render_template, request
from jinja2 import DictLoader

from bench.drivers import driver

PAGES = {
    "frame.html": """<!doctype html>
<html lang="de"><head><meta charset="utf-8"><title>{% block title %}{% endblock %}</title></head>
<body>{% block content %}{% endblock %}</body></html>""",
    "list.html": """{% extends "frame.html" %}{% block title %}Eingang{% endblock %}{% block content %}
<table>{% for number, title, state, submitted, due, claimed in rows %}
<tr><td><a href="/case?number={{ number }}">{{ title }}</a> {{ number }}</td><td>{{ state }}</td><td>{{ due }}</td>
<td>{{ claimed or "niemand" }}</td><td>{{ submitted }}</td></tr>{% endfor %}
</table>{% endblock %}""",
    "case.html": """{% extends "frame.html" %}{% block title %}{{ case[1] }}{% endblock %}{% block content %}
<h1>{{ case[2] }}</h1><p>{{ case[1] }} {{ case[3] }} {{ case[4] }} {{ case[5] or "niemand" }}</p>
<ul>{% for kind, state, due in deadlines %}<li>{{ kind }} {{ state }} {{ due }}</li>{% endfor %}</ul>
<ul>{% for kind, size, uploaded in documents %}<li>{{ kind }} {{ size }} {{ uploaded }}</li>{% endfor %}</ul>
<ol>{% for idx, kind, actor, state, body in entries %}
<li>{{ idx }} {{ kind }} {{ actor }} {{ state or "" }} {{ body }}</li>{% endfor %}</ol>{% endblock %}""",
    "register.html": """{% extends "frame.html" %}{% block title %}Verzeichnis{% endblock %}{% block content %}
<ul>{% for slug, state, fields in entries %}<li><h2><a href="/{{ slug }}">{{ fields.name }}</a></h2> {{ state }}
{% for name, value in fields.items() %}<p>{{ value }}</p>{% endfor %}</li>{% endfor %}</ul>{% endblock %}""",
}
LIST = """
SELECT c.number, c.title, c.state, c.submitted_at, c.due_on, a.name FROM "case" c
LEFT JOIN account a ON a.id = c.assigned_to
WHERE c.kind = 'admission' AND c.ended_at IS NULL AND c.state <> 'draft' ORDER BY c.due_on, c.id LIMIT 50"""
CASE = """
SELECT c.id, c.number, c.title, c.state, c.submitted_at, a.name FROM "case" c
LEFT JOIN account a ON a.id = c.assigned_to WHERE c.number = {}"""
DEADLINES = "SELECT kind, state, due_on FROM deadline WHERE case_id = {} AND state <> 'ended' ORDER BY due_on"
DOCUMENTS = "SELECT kind, size, uploaded_at FROM document WHERE case_id = {} AND removed_at IS NULL"
ENTRIES = "SELECT idx, type, actor, state, body FROM entry WHERE case_id = {} ORDER BY idx DESC LIMIT 12"
REGISTER = """
SELECT o.slug, c.state, f.name, f.value FROM
  (SELECT o.id, o.slug FROM organisation o WHERE o.slug > {} AND EXISTS (
     SELECT 1 FROM consent k WHERE k.organisation_id = o.id AND k.field = 'name' AND k.withdrawn_at IS NULL)
   ORDER BY o.slug LIMIT 25) o
JOIN "case" c ON c.organisation_id = o.id AND c.kind = 'membership' AND c.ended_at IS NULL
JOIN register_field f ON f.organisation_id = o.id
JOIN consent k ON k.organisation_id = o.id AND k.field = f.name AND k.withdrawn_at IS NULL
ORDER BY o.slug"""

app = Flask("floor")
app.jinja_loader = DictLoader(PAGES)
_own = threading.local()


@app.get("/")
def static_string() -> str:
    """No page can be cheaper."""
    return "ok"


@app.get("/list")
def inbox() -> str:
    """The inbox's fifty rows."""
    return render_template("list.html", rows=_rows(LIST))


@app.get("/case")
def case() -> str:
    """One case: itself, its deadlines, its documents, its last twelve entries."""
    (found,) = _rows(CASE, request.args["number"])
    deadlines, documents, entries = (_rows(query, found[0]) for query in (DEADLINES, DOCUMENTS, ENTRIES))
    return render_template("case.html", case=found, deadlines=deadlines, documents=documents, entries=entries)


@app.get("/register")
def register() -> str:
    """Twenty-five entries of the register with what they show."""
    entries: dict[str, tuple[str, str, dict[str, str]]] = {}
    for slug, state, name, value in _rows(REGISTER, ""):
        entries.setdefault(slug, (slug, state, {}))[2][name] = value
    return render_template("register.html", entries=entries.values())


def _rows(query: str, *values: Any) -> list[Any]:
    if not hasattr(_own, "connection"):  # each thread keeps one
        _own.connection, _begin = driver(os.environ["DATABASE_URL"])
        _own.mark = "?" if os.environ["DATABASE_URL"].startswith("sqlite") else "%s"
    found: list[Any] = _own.connection.execute(query.format(_own.mark), values).fetchall()
    return found
