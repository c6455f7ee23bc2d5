"""A procedure as a picture and as a table, both made from the edition and from nothing else.

The picture lays out whatever the procedure says: the shortest way to the first decision runs from left to right,
detours hang below it, decisions stand at the right edge. Ends without a letter (withdrawn, closed) are not drawn, but
named.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from markupsafe import Markup

from admission.procedure.definitions import Procedure, State, Step
from admission.rulebook.edition import GERMAN, Rulebook
from admission.rulebook.sentences import of_deed, of_guard, of_period

BOX_HEIGHT, FIRST_X = 48, 16
COLUMN_GAP, BUS_GAP = 34, 62
OUTCOME_PITCH, ROW_PITCH, ARC = 56, 116, 36
TOP = 74  # room for an arc and its label above the first row
LETTER, SMALL_LETTER, PADDING, NARROWEST = 7.9, 6.6, 24, 112
LINE, WRAP = 16, 14


@dataclass(frozen=True)
class Row:
    """One step of the table, in the reader's language."""

    name: str
    title: str
    from_: tuple[str, ...]
    to: str
    by: tuple[str, ...]
    not_by: tuple[str, ...]
    needs: tuple[str, ...]
    reason: bool
    law: str | None
    deadlines: tuple[str, ...]


@dataclass(frozen=True)
class Diagram:
    """The picture, the titles of the ends that it leaves out, and the table of all steps."""

    svg: Markup
    left_out: tuple[str, ...]
    rows: tuple[Row, ...]
    way: tuple[str, ...]


def diagram(
    rulebook: Rulebook, kind: str = "admission", language: str = GERMAN, *, title: str = "", id: str = "verfahren"
) -> Diagram:
    """Picture and table of a procedure; `title` is the picture's name, `id` makes its ids unique on the page.

    `way` holds the titles along the way to the first decision, for the list that phones show.
    """
    procedure = rulebook.procedure(kind)
    sketch = _Sketch(rulebook, procedure, language)
    left_out = [name for name in procedure.states if name not in sketch.boxes]
    return Diagram(
        svg=sketch.draw(title or rulebook.text(f"step.{procedure.steps[0].name}", language), id),
        left_out=tuple(sketch.title(name) for name in left_out),
        rows=tuple(table(rulebook, kind, language)),
        way=tuple(sketch.title(name) for name in sketch.spine),
    )


def table(rulebook: Rulebook, kind: str = "admission", language: str = GERMAN) -> Iterator[Row]:
    """Every step of a procedure, in the edition's order."""
    procedure = rulebook.procedure(kind)

    def state(name: str) -> str:
        return rulebook.text(f"state.{kind}.{name}", language)

    for step in procedure.steps:
        yield Row(
            name=step.name,
            title=of_deed(rulebook, step.name, language),
            from_=tuple(state(name) for name in step.from_),
            to=state(step.to),
            by=tuple(rulebook.text(f"role.{role}", language) for role in step.by),
            not_by=tuple(of_deed(rulebook, deed, language) for deed in step.not_by),
            needs=tuple(of_guard(rulebook, name, language) for name in step.needs),
            reason=step.reason,
            law=step.law,
            deadlines=tuple(_begun(rulebook, procedure, step, language)),
        )


def _begun(rulebook: Rulebook, procedure: Procedure, step: Step, language: str) -> Iterator[str]:
    for kind in step.begins_deadline:
        rule = procedure.deadlines[kind]
        period = of_period(rule.length, rule.unit, language, in_weeks=True)
        yield f"{rulebook.text(f'deadline.{kind}', language)}: {period}"


# --- the picture ---------------------------------------------------------------------------------------------------


@dataclass
class _Box:
    """Where a state stands: column and row, and the middle of its box."""

    column: int
    row: int
    x: float = 0
    y: float = 0
    width: float = 0

    @property
    def left(self) -> float:
        return self.x - self.width / 2

    @property
    def right(self) -> float:
        return self.x + self.width / 2

    @property
    def top(self) -> float:
        return self.y - BOX_HEIGHT / 2

    @property
    def bottom(self) -> float:
        return self.y + BOX_HEIGHT / 2


@dataclass
class _Sketch:
    """One picture in the making."""

    rulebook: Rulebook
    procedure: Procedure
    language: str
    boxes: dict[str, _Box] = field(default_factory=dict)
    spine: list[str] = field(default_factory=list)
    labelled: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.drawn = _drawn(self.procedure)
        self.edges = _edges(self.procedure, self.drawn)
        self.ends = [name for name in self.drawn if self.procedure.states[name].final]
        self.spine = _shortest(self.edges, self.procedure.begins_in[0], self.ends)[:-1]
        self._place()
        self._measure()

    def title(self, state: str) -> str:
        """The state's name in the reader's language."""
        return self.rulebook.text(f"state.{self.procedure.kind}.{state}", self.language)

    def note(self, state: str) -> str:
        """The period that a step out of this state ends: how long the case may stand here."""
        for step in self.procedure.steps_from(state):
            for kind in step.ends_deadline:
                rule = self.procedure.deadlines[kind]
                return of_period(rule.length, rule.unit, self.language, in_weeks=True)
        return ""

    def draw(self, title: str, id: str) -> Markup:
        """The finished SVG; every text in it is escaped."""
        width = max(box.right for box in self.boxes.values()) + 12
        height = max(box.bottom for box in self.boxes.values()) + 8
        arrows, labels = self._arrows(id)
        return Markup(
            '<svg class="app-diagram" viewBox="0 0 {w:.0f} {h:.0f}" role="img" aria-labelledby="{id}-title {id}-text">'
            '<title id="{id}-title">{title}</title><desc id="{id}-text">{text}</desc><g aria-hidden="true">'
            '<defs><marker id="{id}-head" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="8" markerHeight="8" '
            'orient="auto-start-reverse"><path class="c-head" d="M0 0l10 5-10 5z"/></marker></defs>'
            '<g class="c-arrow">{arrows}</g>{labels}{boxes}</g></svg>'
        ).format(
            w=width, h=height, id=id, title=title, text=self._described(), arrows=arrows, labels=labels,
            boxes=Markup("").join(self._box(name, box) for name, box in self.boxes.items()),
        )  # fmt: skip

    # --- placing ---

    def _place(self) -> None:
        for column, name in enumerate(self.spine):
            self.boxes[name] = _Box(column, 0)
        waiting = [name for name in self.drawn if name not in self.boxes and name not in self.ends]
        while waiting:
            found = next((pair for name in waiting for pair in self._above(name)), (waiting[0], self.spine[0]))
            name, above = found
            column = self.boxes[above].column
            row = self.boxes[above].row + 1
            while any((box.column, box.row) == (column, row) for box in self.boxes.values()):
                row += 1
            self.boxes[name] = _Box(column, row)
            waiting.remove(name)
        for name in self.ends:
            rows = [self.boxes[before].row for before, after in self.edges if after == name and before in self.boxes]
            self.boxes[name] = _Box(len(self.spine), min(rows, default=0))

    def _above(self, name: str) -> Iterator[tuple[str, str]]:
        """The placed state from which the edition first leads to this one."""
        yield from ((name, before) for before, after in self.edges if after == name and before in self.boxes)

    def _measure(self) -> None:
        x = float(FIRST_X)
        for column in range(len(self.spine) + 1):
            names = [name for name, box in self.boxes.items() if box.column == column]
            width = max([NARROWEST, *(LETTER * len(self.title(name)) + PADDING for name in names)])
            if column == len(self.spine):
                x += BUS_GAP - COLUMN_GAP
            for name in names:
                self.boxes[name].x, self.boxes[name].width = x + width / 2, width
            x += width + COLUMN_GAP
        first = [name for name in self.ends if self.boxes[name].row == 0]
        half = OUTCOME_PITCH * (len(first) - 1) / 2
        y = max(TOP, half + BOX_HEIGHT / 2)
        below = max(y + ROW_PITCH, y + half + BOX_HEIGHT + COLUMN_GAP)
        for box in self.boxes.values():
            box.y = y if box.row == 0 else below + (box.row - 1) * ROW_PITCH
        for number, name in enumerate(first):
            self.boxes[name].y = y - half + number * OUTCOME_PITCH
        self._part_ends()

    def _part_ends(self) -> None:
        """Move ends of the same row apart."""
        taken: list[float] = []
        for name in self.ends:
            box = self.boxes[name]
            while any(abs(box.y - other) < BOX_HEIGHT for other in taken):
                box.y += OUTCOME_PITCH
            taken.append(box.y)

    # --- drawing ---

    def _box(self, name: str, box: _Box) -> Markup:
        note = self.note(name)
        text = _text(box.x, box.y - 2 if note else box.y + 5, self.title(name), "c-text c-text--b c-mid")
        if note:
            text += _text(box.x, box.y + 15, note, "c-text c-text--s c-text--m c-mid")
        return Markup('<g><rect class="{}" x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{}" rx="8"/>{}</g>').format(
            _look(self.procedure, self.procedure.states[name]), box.left, box.top, box.width, BOX_HEIGHT, text
        )

    def _arrows(self, id: str) -> tuple[Markup, Markup]:
        paths, labels = [], []
        for before, after in self.edges:
            path, label = self._way(before, after)
            paths.append(Markup('<path d="{}" marker-end="url(#{}-head)"/>').format(path, id))
            step = next(s.name for s in self.procedure.steps if before in s.from_ and s.to == after)
            if label is not None and step not in self.labelled:
                self.labelled.add(step)
                labels.append(_label(label, of_deed(self.rulebook, step, self.language)))
        return Markup("").join(paths), Markup("").join(labels)

    def _way(self, before: str, after: str) -> tuple[str, "_Label | None"]:
        a, b = self.boxes[before], self.boxes[after]
        if after in self.ends:
            return self._to_end(a, b), None
        if a.column == b.column:
            both = (after, before) in self.edges
            x = a.x + (0 if not both else -18 if b.y > a.y else 18)
            start, end = (a.bottom, b.top) if b.y > a.y else (a.top, b.bottom)
            align = "c-end" if b.y > a.y else ""
            label = _Label(x - 8 if align else x + 8, (start + end) / 2, align)
            return f"M{x:.0f} {start:.0f}V{end:.0f}", label
        if a.row == b.row == 0 and b.column == a.column + 1:
            return f"M{a.right:.0f} {a.y:.0f}H{b.left:.0f}", None
        if a.row == b.row == 0:
            shift = 12 if b.x < a.x else -12
            arc = f"M{a.x - shift:.0f} {a.top:.0f}C{a.x - shift:.0f} {a.top - ARC:.0f}"
            middle = _Label((a.x + b.x) / 2, a.top - ARC + 4, "c-mid")
            return f"{arc} {b.x + shift:.0f} {b.top - ARC:.0f} {b.x + shift:.0f} {b.top:.0f}", middle
        if a.row == 0:
            x = a.x + (14 if b.x > a.x else -14)
            side = b.left if b.x > a.x else b.right
            return f"M{x:.0f} {a.bottom:.0f}V{b.y:.0f}H{side:.0f}", _Label(x + 8, b.y - 10, "")
        x = b.x + (14 if a.x > b.x else -14)
        side = a.left if a.x > b.x else a.right
        return f"M{side:.0f} {a.y:.0f}H{x:.0f}V{b.bottom:.0f}", _Label(x + 8, a.y - 10, "")

    def _to_end(self, a: _Box, b: _Box) -> str:
        if a.y == b.y:
            return f"M{a.right:.0f} {a.y:.0f}H{b.left:.0f}"
        bus = b.left - (38 if a.row == 0 else 24)
        leaves = a.y if a.row == 0 else a.y - 10
        return f"M{a.right:.0f} {leaves:.0f}H{bus:.0f}V{b.y:.0f}H{b.left:.0f}"

    def _described(self) -> str:
        """The picture in words: every step that it draws, from where to where."""
        said = []
        for step in self.procedure.steps:
            if step.to in self.boxes:
                froms = ", ".join(self.title(name) for name in step.from_)
                said.append(f"{of_deed(self.rulebook, step.name, self.language)}: {froms} – {self.title(step.to)}.")
        return " ".join(said)


@dataclass(frozen=True)
class _Label:
    """Where the name of a step stands: at an arrow, to its left (`c-end`), right or centred (`c-mid`)."""

    x: float
    y: float
    align: str


def _label(label: _Label, text: str) -> Markup:
    lines = _wrapped(text) if label.align != "c-mid" else [text]
    first = label.y - LINE * (len(lines) - 1) / 2 + (4 if label.align != "c-mid" else 0)
    return Markup("").join(
        _text(label.x, first + LINE * number, line, f"c-text c-text--s c-text--m {label.align}".rstrip())
        for number, line in enumerate(lines)
    )


def _text(x: float, y: float, text: str, look: str) -> Markup:
    return Markup('<text class="{}" x="{:.1f}" y="{:.1f}">{}</text>').format(look, x, y, text)


def _wrapped(text: str) -> list[str]:
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if len(longer) <= WRAP or not lines[-1]:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def _look(procedure: Procedure, state: State) -> str:
    """Whose ball it is; of decisions, whether a membership follows."""
    if not state.final:
        return "c-box c-box--them" if state.ball == "applicant" else "c-box"
    into = [step for step in procedure.steps if step.to == state.name and step.letter]
    if any(step.opens for step in into):
        return "c-box c-box--ok"
    return "c-box c-box--bad" if into else "c-box"


def _drawn(procedure: Procedure) -> list[str]:
    """States in the order in which steps name them; ends without a letter are left out where others have one."""
    named = [name for step in procedure.steps for name in (*step.from_, step.to)]
    states = list(dict.fromkeys([*procedure.begins_in, *named]))
    told = {step.to for step in procedure.steps if step.letter}
    finals = [name for name in states if procedure.states[name].final]
    left_out = {name for name in finals if name not in told} if told & set(finals) else set()
    return [name for name in states if name not in left_out]


def _edges(procedure: Procedure, drawn: Sequence[str]) -> list[tuple[str, str]]:
    pairs = [(before, step.to) for step in procedure.steps for before in step.from_]
    return list(dict.fromkeys((a, b) for a, b in pairs if a != b and a in drawn and b in drawn))


def _shortest(edges: Iterable[tuple[str, str]], start: str, ends: Sequence[str]) -> list[str]:
    """The first of the shortest ways to an end, in the edition's order; the start alone if there is none."""
    ways, seen = [[start]], {start}
    for way in ways:
        if way[-1] in ends:
            return way
        for before, after in edges:
            if before == way[-1] and after not in seen:
                seen.add(after)
                ways.append([*way, after])
    return [start, start]
