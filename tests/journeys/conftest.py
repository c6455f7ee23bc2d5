"""A real server with the fictional city, and a real browser in front of it."""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, Playwright, sync_playwright
from waitress import create_server

from admission.app import create_app
from admission.demo import pages as demo_pages
from admission.demo import play
from admission.rulebook import queries as rulebooks
from tests import installation

CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip


class City:
    """The served fictional city: its address and its application."""

    def __init__(self, app: Flask, address: str) -> None:
        self.app, self.address = app, address


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, driven by Playwright."""
    with sync_playwright() as playwright:
        browser = _launch(playwright)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def city(templates: installation.Templates, tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    """The demo on a port of its own, for all tests of one file."""
    folder = tmp_path_factory.mktemp("city")
    with templates.fresh("sqlite", folder) as address:
        settings = installation.test_settings(address, folder)
        box = str(folder / "post")
        more = {"DEMO_POST_DIR": box, "DEMO": True, "PROXIES": 1}  # browsers say where they come from, as a proxy does
        app = create_app({**settings, **more}, demo_pages.bp)
        with app.app_context():
            rulebooks.forget()
            play.load()
        server = create_server(app, host="127.0.0.1", port=0, threads=4)
        port = server.effective_port
        app.config["BASE_URL"] = f"http://localhost:{port}"
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        yield City(app, f"http://localhost:{port}")
        server.close()
        installation.close(app)


def _launch(playwright: Playwright) -> Browser:
    if not Path(CHROMIUM).exists():
        pytest.fail("Chromium is missing: apt-get install chromium")
    options: dict[str, Any] = {"executable_path": CHROMIUM, "args": FLAGS, "headless": True}
    return playwright.chromium.launch(**options)
