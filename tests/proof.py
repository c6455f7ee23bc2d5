"""Writes down what a run found, as docs/evidence/<day>-proof.md. `make proof` loads it: `pytest -p tests.proof`.

No figure is written by hand: results and times come from the run, counts from `record_property` of the tests. What
failed, was skipped or never ran is said first.
"""

import os
import platform
import sqlite3
import subprocess
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import pytest

from admission.ground import clock
from config import ROOT
from tests import cluster
from tests.conftest import PORT

FOLDER = ROOT / "docs" / "evidence"
JOURNEYS = "test_the_whole_way"
CHROMIUM = "/usr/bin/chromium"


@dataclass
class Found:
    """What became of one test."""

    nodeid: str
    result: str = "not finished"
    seconds: float = 0.0
    counted: dict[str, object] = field(default_factory=dict)
    says: str = ""

    @property
    def file(self) -> str:
        return self.nodeid.partition("::")[0]

    @property
    def name(self) -> str:
        return self.nodeid.rpartition("::")[2].partition("[")[0]

    @property
    def variant(self) -> str:
        return self.nodeid.rpartition("::")[2].partition("[")[2].removesuffix("]") or "all"

    @property
    def said(self) -> str:
        return f"{self.result}, {self.seconds:.0f} s"


class Proof:
    """Listens to a run and writes its page at the end."""

    def __init__(self) -> None:
        self.found: dict[str, Found] = {}
        self.broken: list[str] = []
        self.begun = time.monotonic()
        self.day = f"{clock.today():%Y-%m-%d}"
        self.page = FOLDER / f"{self.day}-proof.md"
        self.head: list[tuple[str, str]] = []

    def pytest_sessionstart(self) -> None:
        self.head = [
            ("day", self.day),
            ("commit", _commit()),
            ("machine", f"{os.cpu_count()} cores, load at the start {os.getloadavg()[0]:.1f}"),
            ("Python, SQLite", f"{platform.python_version()}, {sqlite3.sqlite_version}"),
            ("PostgreSQL", _postgresql()),
            ("Chromium", _said(CHROMIUM, "--version")),
        ]
        # whoever ends the run by force finds no older page that could be taken for this one
        self._writes(f"# Proof of {self.day}\n\n**Not proven:** this run has not come to its end.")

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        self.found = {item.nodeid: Found(item.nodeid) for item in items}

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self.broken.append(report.nodeid)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        test = self.found.setdefault(report.nodeid, Found(report.nodeid))
        test.seconds += report.duration
        test.counted = dict(report.user_properties)
        if report.failed:
            test.result = "failed"
            test.says = test.says or _last_line(report)
        elif report.skipped:
            test.result = "skipped"
        elif report.when == "call" and test.result == "not finished":
            test.result = "passed"

    def pytest_sessionfinish(self, exitstatus: int) -> None:
        self._writes("\n".join(self._lines(int(exitstatus))))
        print(f"\n{self.page.relative_to(ROOT)}")

    def _writes(self, text: str) -> None:
        FOLDER.mkdir(exist_ok=True)
        self.page.write_text(text + "\n", encoding="utf-8")

    def _lines(self, exitstatus: int) -> Iterable[str]:
        tests = list(self.found.values())
        minutes = (time.monotonic() - self.begun) / 60
        yield f"# Proof of {self.day}"
        yield ""
        yield from self._verdict(tests, minutes, exitstatus)
        yield ""
        yield "This page was written by `make proof` itself; every figure is what the run counted."
        yield ""
        yield from _table(("", "this run"), self.head)
        yield from _journeys([test for test in tests if test.name == JOURNEYS])
        for name in dict.fromkeys(test.name for test in tests if test.counted):
            yield from _counted([test for test in tests if test.name == name])
        yield from _files(tests)

    def _verdict(self, tests: Sequence[Found], minutes: float, exitstatus: int) -> Iterable[str]:
        wrong = [test for test in tests if test.result != "passed"]
        if tests and not wrong and not self.broken and exitstatus == 0:
            yield f"**Everything held:** {len(tests)} tests passed in {minutes:.0f} minutes."
            return
        yield (
            f"**Not proven:** of {len(tests)} tests {len(tests) - len(wrong)} passed, in {minutes:.0f} minutes "
            f"(pytest ended with {exitstatus})."
        )
        yield ""
        yield from (f"- could not be read: `{nodeid}`" for nodeid in self.broken)
        yield from (f"- {test.result}: `{test.nodeid}`{': ' if test.says else ''}{test.says}" for test in wrong)


def pytest_configure(config: pytest.Config) -> None:
    """With xdist the first process alone writes."""
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(Proof(), "proof")


def _journeys(tests: Sequence[Found]) -> Iterable[str]:
    if not tests:
        return
    cells = {tuple(test.variant.split("-", 1)): test.said for test in tests}
    rows, columns = (list(dict.fromkeys(key[at] for key in cells)) for at in (0, 1))
    yield f"## Journeys in the browser: {len(tests)} combinations"
    yield ""
    yield from _table(("", *columns), [(row, *(cells.get((row, column), "") for column in columns)) for row in rows])


def _counted(tests: Sequence[Found]) -> Iterable[str]:
    """One test in several variants: what it counted, the longer side downwards, with sums."""
    names = list(dict.fromkeys(name for test in tests for name in test.counted))
    several = len(tests) > 1
    yield f"## {tests[0].name.removeprefix('test_').replace('_', ' ').capitalize()}"
    yield ""
    yield ", ".join(dict.fromkeys(f"`{test.file}`" for test in tests))
    yield ""
    counts = {name: [str(test.counted.get(name, "")) for test in tests] for name in names}
    sums = {name: [_sum(row)] if several else [] for name, row in counts.items()}
    if len(names) > len(tests):
        head = ("", *(test.variant for test in tests), *(["together"] if several else []))
        rows = [(name, *counts[name], *sums[name]) for name in names]
        yield from _table(head, [*rows, ("result", *(test.said for test in tests), *([""] if several else []))])
    else:
        rows = [(test.variant, *(counts[name][at] for name in names), test.said) for at, test in enumerate(tests)]
        together = [("together", *(sums[name][0] for name in names), "")] if several else []
        yield from _table(("", *names, "result"), [*rows, *together])


def _sum(row: Sequence[str]) -> str:
    return str(sum(map(int, row))) if all(cell.isdigit() for cell in row) else ""


def _files(tests: Sequence[Found]) -> Iterable[str]:
    yield "## Everything that ran"
    yield ""
    rows = []
    for file in dict.fromkeys(test.file for test in tests):
        own = [test for test in tests if test.file == file]
        passed = sum(test.result == "passed" for test in own)
        rows.append((f"`{file}`", str(len(own)), str(passed), f"{sum(test.seconds for test in own):.0f} s"))
    total = (str(len(tests)), str(sum(test.result == "passed" for test in tests)))
    rows.append(("together", *total, f"{sum(test.seconds for test in tests):.0f} s"))
    yield from _table(("", "tests", "passed", "time"), rows)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterable[str]:
    yield "| " + " | ".join(head) + " |"
    yield "|---" * len(head) + "|"
    yield from ("| " + " | ".join(row) + " |" for row in rows)
    yield ""


def _last_line(report: pytest.TestReport) -> str:
    """The sentence of the error, without the way to it."""
    crash = getattr(report.longrepr, "reprcrash", None)
    return str(crash.message if crash else "").partition("\n")[0][:300].replace("|", "\\|")


def _commit() -> str:
    changed = _said("git", "status", "--porcelain", "--", ".", f":!{FOLDER.relative_to(ROOT)}")
    return _said("git", "rev-parse", "HEAD") + (", with changes that are not committed" if changed else "")


def _postgresql() -> str:
    with psycopg.connect(f"host=127.0.0.1 port={os.environ[PORT]} user={cluster.OWNER} dbname=postgres") as connection:
        return str(connection.info.parameter_status("server_version"))


def _said(*command: str) -> str:
    if not Path(command[0]).is_absolute() or Path(command[0]).exists():
        return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False).stdout.strip()
    return "missing"
