"""The answer of somebody who was told what the city holds of them: agree or object, by a mailed link, in one click."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from admission.ground.db import db, writing
from admission.ground.errors import NotFound
from admission.register import informing
from admission.web.access import access
from admission.web.fields import sayable
from admission.web.limits import PUBLIC_FORM, limiter
from admission.web.public import bp

CHANNEL = "link"
ROLE = "system"
ANSWERS = {"zustimmen": informing.agree, "widersprechen": informing.object_}


@bp.get("/mitteilung/<token>")
@access(public=True)
def told(token: str) -> ResponseReturnValue:
    """What is held, from where, and the two answers; opening the page answers nothing."""
    one = informing.found(db.session(), token) if sayable(token) else None
    if one is None:
        raise NotFound
    return render_template("public/mitteilung.html", one=one, token=token)


@bp.post("/mitteilung/<token>")
@access(public=True)
@limiter.limit(PUBLIC_FORM)
def answer_told(token: str) -> ResponseReturnValue:
    """Take the answer; it holds at once."""
    answer = ANSWERS.get(request.form.get("wahl", ""))
    if answer is None:
        return redirect(url_for(".told", token=token), 303)
    writing()
    one = informing.found(db.session(), token) if sayable(token) else None
    if one is None:
        raise NotFound
    answer(db.session(), one, CHANNEL, by=None, role=ROLE)
    db.session.commit()
    return render_template("public/mitteilung-beantwortet.html", agreed=answer is informing.agree)
