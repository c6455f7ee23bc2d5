"""A real server with the fictional city, and a real browser in front of it."""

import fcntl
import shutil
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


PLAYED = "played"
"""Marks the folder of a city that was played to its end."""


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


@pytest.fixture(scope="session")
def played(
    templates: installation.Templates, tmp_path_factory: pytest.TempPathFactory, testrun_uid: str
) -> Path:  # fmt: skip
    """The folder of the demo as it was played, once a run: the first process plays it, the others wait for it."""
    folder = tmp_path_factory.getbasetemp().parent / f"city-{testrun_uid}"
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / PLAYED).exists():
            with templates.fresh("sqlite", folder) as address:
                app = _application(address, folder)
                with app.app_context():
                    rulebooks.forget()
                    play.load()
                installation.close(app)
            (folder / PLAYED).touch()
    return folder


@pytest.fixture(scope="module")
def city(played: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    """The demo on a port of its own, for all tests of one file."""
    folder = tmp_path_factory.mktemp("city") / "copy"
    shutil.copytree(played, folder)
    app = _application(f"sqlite:///{folder / 'test.sqlite'}", folder)
    with app.app_context():
        rulebooks.forget()
    server = create_server(app, host="127.0.0.1", port=0, threads=4)
    port = server.effective_port
    app.config["BASE_URL"] = f"http://localhost:{port}"
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield City(app, f"http://localhost:{port}")
    server.close()
    installation.close(app)


def _application(address: str, folder: Path) -> Flask:
    settings = installation.test_settings(address, folder)
    more = {"DEMO_POST_DIR": str(folder / "post"), "DEMO": True, "PROXIES": 1}  # browsers say where they come from
    return create_app({**settings, **more}, demo_pages.bp)


def _launch(playwright: Playwright) -> Browser:
    if not Path(CHROMIUM).exists():
        pytest.fail("Chromium is missing: apt-get install chromium")
    options: dict[str, Any] = {"executable_path": CHROMIUM, "args": FLAGS, "headless": True}
    return playwright.chromium.launch(**options)
