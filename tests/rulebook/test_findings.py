"""No flaw that the check can name goes without a test that plants it."""

import ast
from pathlib import Path

ROOT = Path(__file__).parents[2]
CHECKS = ("rulebook/check.py", "rulebook/read.py", "rulebook/texts.py", "procedure/graph.py")


def codes(file: Path) -> set[str]:
    """The second argument of each `Finding(place, code, says)` of a module, where it is written out."""
    calls = (node for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))) if isinstance(node, ast.Call))
    named = (call for call in calls if isinstance(call.func, ast.Name) and call.func.id == "Finding")
    return {code.value for call in named for code in call.args[1:2] if isinstance(code, ast.Constant)}


def test_every_finding_is_planted_somewhere():
    known = {code for name in CHECKS for code in codes(ROOT / "admission" / name)}
    tests = [file for room in ("rulebook", "procedure") for file in (ROOT / "tests" / room).glob("test_*.py")]
    written = {
        node.value
        for file in tests
        if file != Path(__file__)
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    assert len(known) > 50
    assert known - written == set()
