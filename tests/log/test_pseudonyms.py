"""One name a person and matter, also if the same person acts twice at once for the first time."""

import threading
from uuid import uuid4

from sqlalchemy import func, select

from admission.ground.db import db, writing
from admission.log.models import Pseudonym
from admission.log.pseudonyms import HOUSE, people_of, pseudonym

RIVALS = 6


def test_the_same_person_and_matter_keep_their_name_and_others_get_others(app):
    person, matter = uuid4(), uuid4()
    writing()
    first = pseudonym(db.session(), person, matter)

    assert pseudonym(db.session(), person, matter) == first
    assert len({first, pseudonym(db.session(), person), pseudonym(db.session(), uuid4(), matter)}) == 3
    assert people_of(db.session(), matter)[first] == person


def test_whoever_acts_twice_at_once_for_the_first_time_gets_one_name(app):
    person, start = uuid4(), threading.Barrier(RIVALS)
    names, faults = [], []

    def acts():
        with app.app_context():
            try:
                start.wait()
                writing()
                names.append(pseudonym(db.session(), person))
                db.session.commit()
            except Exception as error:
                faults.append(error)
            finally:
                db.session.remove()

    rivals = [threading.Thread(target=acts) for _ in range(RIVALS)]
    for one in rivals:
        one.start()
    for one in rivals:
        one.join()

    assert faults == []
    assert len(set(names)) == 1 and len(names) == RIVALS
    query = select(func.count()).select_from(Pseudonym).where(Pseudonym.person == person, Pseudonym.matter == HOUSE)
    assert db.session.scalar(query) == 1
