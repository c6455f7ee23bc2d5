"""One person in front of a browser: a size, a language, a colour scheme, with or without script."""

from dataclasses import dataclass

from playwright.sync_api import Browser, Page

from tests.journeys import axe
from tests.journeys.conftest import City


@dataclass(frozen=True)
class Manner:
    """How somebody looks at the pages."""

    width: int
    language: str
    script: bool
    scheme: str

    @property
    def name(self) -> str:
        """What the test is called."""
        return f"{self.width}-{self.language}-{'script' if self.script else 'noscript'}-{self.scheme}"


MANNERS = (
    Manner(360, "de", True, "light"),
    Manner(1280, "en", True, "dark"),
    Manner(360, "en", False, "dark"),
    Manner(1280, "de", False, "light"),
)


class Visitor:
    """Opens pages, fills in forms, and presses buttons by their words; `network`: the address that she comes from."""

    def __init__(self, chromium: Browser, city: City, manner: Manner, network: str = "127.0.0.1") -> None:
        self.city, self.manner = city, manner
        self.context = chromium.new_context(
            viewport={"width": manner.width, "height": 900},
            java_script_enabled=manner.script,
            color_scheme=manner.scheme,  # type: ignore[arg-type]
            locale="de-DE" if manner.language == "de" else "en-GB",
            extra_http_headers={"X-Forwarded-For": network},
        )
        self.page: Page = self.context.new_page()
        if manner.language != "de":
            self.opens("/")
            self.page.goto(f"{city.address}/sprache/{manner.language}?weiter=/")

    def enters_as(self, name: str) -> "Visitor":
        """Sign in by the demo's button."""
        self.opens("/demo")
        words = "Sign in as" if self.manner.language == "en" else "Anmelden als"
        with self.page.expect_navigation():
            self.page.get_by_role("button", name=f"{words} {name}").first.click()
        return self

    def opens(self, path: str) -> "Visitor":
        """Go to an address of ours."""
        answer = self.page.goto(self.city.address + path)
        assert answer is not None and answer.status < 400, f"{path}: {answer.status if answer else 'no answer'}"
        return self

    def violations(self) -> list[str]:
        """What axe-core finds on the page as it stands."""
        return axe.violations(self.page)

    def overflows(self) -> bool:
        """Whether the page scrolls sideways."""
        return axe.overflows(self.page)

    def leaves(self) -> None:
        """Close the browser window."""
        self.context.close()
