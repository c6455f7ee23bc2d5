"""axe-core on a page: only what is wrong leaves the browser; the rest of its report costs most of the time."""

from pathlib import Path
from typing import Any

from playwright.sync_api import Page

SOURCE = (Path(__file__).parent / "vendor" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}


def violations(page: Page) -> list[str]:
    """Each rule that the page breaks as it stands, with the places; works also where the page may run no script."""
    if not page.evaluate("Boolean(window.axe)"):
        page.evaluate(SOURCE)
    found: Any = page.evaluate("async rules => (await axe.run(document, rules)).violations", RULES)
    return [f"{one['id']}: {[node['target'] for node in one['nodes']]}" for one in found]


def overflows(page: Page) -> bool:
    """Whether the page scrolls sideways."""
    return bool(page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))
