"""The figures of a written answer: by definition, on a day, and never so small that they tell who is meant."""

from datetime import date, timedelta

from sqlalchemy import select

from admission.ground import clock
from admission.ground.db import db, writing
from admission.organisations.actions import found
from admission.register import contacts, events
from admission.register.contacts import Way
from admission.register.models import Event
from admission.reports import answers
from tests import factories
from tests.factories import DAY
from tests.office import Office


def known(number, *told, name="Chor Kieselstein"):
    """So many organisations, each with these further events (kind, days ago, code)."""
    made = []
    for _ in range(number):
        writing()
        row = found(db.session(), f"{name} {len(made)}")
        today = clock.today()
        events.note(db.session(), row, "known", today - timedelta(days=900), "list", by=None, role="system")
        for kind, ago, code in told:
            events.note(db.session(), row, kind, today - timedelta(days=ago), code, by=None, role="system")
        db.session.commit()
        made.append(row)
    return made


def figure(key, on=None):
    book = factories.publish() if not known_book else known_book[0]
    known_book[:] = [book]
    return answers.figures(db.session(), book, [key], on or clock.today())[key]


known_book = []


def setup_function():
    known_book.clear()


def test_contact_and_visit_count_for_their_months_and_not_a_day_longer(app):
    known(3, ("contact", 100, "talk"), ("contact", 500, "visit"))
    known(4, ("contact", 800, "visit"), name="Frauenrunde")

    assert (figure("contacted").value, figure("visited").value) == (3, 3)
    assert figure("contacted").of == 7
    last = clock.today() - timedelta(days=100)
    assert figure("contacted", date(last.year + 1, last.month, last.day)).value == 0


def test_what_was_never_recorded_is_no_zero(sqlite_app):
    known(3)

    for key in ("contacted", "visited", "advised"):
        assert figure(key).value is None
        assert "value" not in figure(key).plain()


def test_a_visit_that_was_taken_back_does_not_count(sqlite_app):
    known(4, ("contact", 30, "visit"))
    writing()
    row = db.session.scalars(select(Event).where(Event.kind == "contact")).first()
    events.take_back(db.session(), [row], by=None, role="system", cause="mistake")
    db.session.commit()

    assert figure("visited").value == 3


def test_a_past_day_counts_what_spoke_for_it(sqlite_app):
    known(3, ("confirmed", 10, "phone"))

    assert figure("reachable").value == 3
    assert figure("reachable", clock.today() - timedelta(days=11)).value == 0
    assert figure("known", clock.today() - timedelta(days=901)).value == 0


def test_a_number_below_three_is_never_printed_nor_frozen(sqlite_app):
    known(2, ("confirmed", 10, "phone"))
    frozen = figure("reachable").plain()

    assert "value" not in frozen
    assert "2" not in frozen["shown"]
    assert figure("member").shown == "0"


def test_decided_are_the_decisions_of_the_year_alone(sqlite_app):
    with clock.at(DAY):
        office = Office()
        known_book[:] = [office.book]
        for _ in range(3):
            case_id = office.draft_and_submit()
            for person, role in ((office.clerk, "caseworker"), (office.head, "approver")):
                office.declares(case_id, person, role)
            office.steps(case_id, "acknowledge")
            office.finds_complete(case_id)
            office.assesses(case_id)
            office.proposes(case_id, "admit")
            office.signs(case_id)
        assert figure("decided_this_year").value == 3
        assert figure("decided_this_year", clock.today() - timedelta(days=1)).value == 0
    assert answers.figures(db.session(), office.book, ["decided_this_year"], date(2027, 1, 1))[
        "decided_this_year"
    ].value == 0  # fmt: skip


def test_the_three_templates_name_figures_that_exist_and_no_number_of_their_own_for_them(sqlite_app):
    book = factories.publish()
    for name in ("number", "procedure", "care"):
        made = answers.drafted(name, book, "0087/2025-2030")
        assert made.text
        assert set(made.figures) <= set(answers.keys(book))
        assert list(answers.figures(db.session(), book, made.figures, clock.today())) == list(made.figures)
    assert "0087/2025-2030" in answers.drafted("procedure", book, "0087/2025-2030").text
    assert answers.drafted("", book, "") is None


def test_the_difference_to_an_earlier_answer_says_who_came_who_left_and_what_was_recorded_later(sqlite_app):
    book = factories.publish()
    known_book[:] = [book]
    known(4)
    then = clock.today() - timedelta(days=10)
    frozen = {
        "on": then.isoformat(),
        "parts": [{"figures": [answers.figures(db.session(), book, ["known"], then)["known"].plain()]}],
    }
    writing()
    for ago in (3, 20):
        row = found(db.session(), f"Neu {ago}")
        events.note(db.session(), row, "known", clock.today() - timedelta(days=ago), "list", by=None, role="system")
    db.session.commit()

    (made,) = answers.differences(db.session(), book, frozen, ["known", "member"])
    assert (made.then, made.now, made.came, made.left, made.later) == ("4", "6", 1, 0, 1)


def test_whoever_did_not_agree_to_be_named_is_found_in_a_text(sqlite_app):
    (row,) = known(1, name="Kulturverein Ağaç e. V.")
    writing()
    contacts.add(db.session(), [Way(row.id, "mail", "n@a.example", person="Nuno Alves")])
    db.session.commit()

    def named(text):
        return answers.names_without_consent(db.session(), [text])

    assert named("Der Kulturverein Agac e.V. 0 wurde besucht, es sprach Nuno Alves.") == [
        "Kulturverein Ağaç e. V. 0",
        "Nuno Alves",
    ]
    assert named("Ein Kulturverein wurde besucht.") == []
