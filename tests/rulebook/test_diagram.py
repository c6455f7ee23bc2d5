from xml.etree import ElementTree

import pytest

from admission.rulebook.compile import canonical
from admission.rulebook.diagram import diagram, table
from admission.rulebook.edition import Rulebook
from tests.rulebook.edition import compiled, rulebook

SVG = ElementTree.fromstring


def boxes(svg: str) -> list[tuple[float, float, float, float]]:
    return [
        (float(r.get("x")), float(r.get("y")), float(r.get("width")), float(r.get("height")))
        for r in SVG(svg).iter("rect")
    ]


def words(svg: str) -> set[str]:
    return {element.text for element in SVG(svg).iter("text")}


def apart(one, other) -> bool:
    return any(a[n] + a[n + 2] <= b[n] for n in (0, 1) for a, b in ((one, other), (other, one)))


@pytest.mark.parametrize("kind", ["admission", "membership"])
@pytest.mark.parametrize("language", ["de", "en"])
def test_the_picture_is_well_formed_names_itself_and_no_box_lies_on_another(kind, language):
    drawn = diagram(rulebook(), kind, language, title="Schaubild", id="v")
    root = SVG(drawn.svg)

    assert root.get("role") == "img" and root.get("aria-labelledby") == "v-title v-text"
    assert [root.find(tag).text for tag in ("title",)] == ["Schaubild"] and root.find("desc").text
    found = boxes(drawn.svg)
    for n, one in enumerate(found):
        assert all(apart(one, other) for other in found[n + 1 :])
    _, _, wide, high = (float(part) for part in root.get("viewBox").split())
    assert all(min(x, y) >= 0 and x + width <= wide and y + height <= high for x, y, width, height in found)


def test_every_state_is_drawn_or_named_as_left_out():
    drawn = diagram(rulebook())
    titles = {state.title for state in rulebook().procedure("admission").states.values()}

    assert drawn.left_out == ("Geschlossen ohne Entscheidung", "Zurückgezogen")
    assert titles - set(drawn.left_out) <= words(drawn.svg)
    assert not set(drawn.left_out) & words(drawn.svg)


def test_the_way_runs_from_the_draft_to_the_proposal():
    assert diagram(rulebook()).way == ("Entwurf", "Eingegangen", "Vollständigkeit", "Kriterienprüfung", "Vorschlag")


def test_an_arrow_for_each_pair_of_drawn_states_that_a_step_connects():
    procedure = rulebook().procedure("admission")
    pairs = {(a, step.to) for step in procedure.steps for a in step.from_ if a != step.to}
    drawn = {pair for pair in pairs if pair[1] not in ("withdrawn", "closed")}

    arrows = [path for path in SVG(diagram(rulebook()).svg).iter("path") if path.get("marker-end")]

    assert len(arrows) == len(drawn)


def test_the_picture_follows_the_edition():
    changed = compiled()
    changed["procedures"]["admission"]["states"]["appeal"] = {"title": "Vermittlung", "ball": "office"}
    changed["procedures"]["admission"]["steps"] += [
        {"name": "mediate", "from": ["hearing"], "to": "appeal", "by": ["approver"]},
        {"name": "weigh", "from": ["appeal"], "to": "weighed", "by": ["caseworker"]},
    ]
    changed["texts"] |= {"step.mediate": "Vermitteln <b>", "state.admission.appeal": "Vermittlung"}

    svg = diagram(Rulebook(canonical(changed))).svg

    assert "Vermittlung" in words(svg) and "Vermitteln <b>" in words(svg)
    assert "<b>" not in svg


def test_the_table_has_every_step_with_all_that_stands_before_it():
    rows = list(table(rulebook()))
    refuse = next(row for row in rows if row.name == "refuse")

    assert [row.name for row in rows] == [step.name for step in rulebook().procedure("admission").steps]
    assert (refuse.title, refuse.from_, refuse.to, refuse.by) == (
        "Ablehnen", ("Stellungnahme gewürdigt",), "Abgelehnt", ("Zweite Unterschrift",),
    )  # fmt: skip
    assert refuse.not_by == ("Vorschlagen", "Befund eintragen", "Stellungnahme würdigen")
    assert "Die Stellungnahme ist da, oder die Frist dafür ist vorbei." in refuse.needs
    assert next(row for row in rows if row.name == "submit").deadlines == (
        "Erste Antwort einer Person: 3 Arbeitstage", "Prüfung auf Vollständigkeit: 10 Arbeitstage",
    )  # fmt: skip


def test_the_table_speaks_english_too():
    german, english = list(table(rulebook())), list(table(rulebook(), language="en"))

    assert all(g.title != e.title and g.needs != e.needs for g, e in zip(german, english, strict=True) if g.needs)
