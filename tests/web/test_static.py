"""What is shipped is what was vendored, and nothing is loaded from elsewhere."""

import re
from hashlib import sha256
from pathlib import Path

import pytest

STATIC = Path(__file__).parents[2] / "admission" / "static"
KERN = STATIC / "vendor" / "kern-2.7.2"
TEMPLATES = Path(__file__).parents[2] / "templates"


def test_the_vendored_files_are_those_of_the_manifest():
    manifest = dict(reversed(line.split("  ")) for line in (KERN / "SHA256SUMS").read_text().splitlines())
    there = {str(file.relative_to(KERN)) for file in KERN.rglob("*") if file.is_file()} - {"SHA256SUMS"}

    assert set(manifest) == there
    for name, digest in manifest.items():
        assert sha256((KERN / name).read_bytes()).hexdigest() == digest, name


@pytest.mark.parametrize(
    "file", [STATIC / "app.css", STATIC / "app.js", KERN / "kern.logical.min.css"], ids=lambda f: f.name
)
def test_no_stylesheet_or_script_loads_anything_from_elsewhere(file):
    text = file.read_text()
    loaded = [url for url in re.findall(r"url\(\s*[\"']?([^\"')]+)", text) if not url.startswith("data:")]

    assert not [url for url in loaded if "//" in url]
    assert "@import" not in text
    assert all((file.parent / url).is_file() for url in loaded)


@pytest.mark.parametrize("file", sorted(TEMPLATES.rglob("*.html")), ids=lambda f: str(f.relative_to(TEMPLATES)))
def test_no_template_holds_inline_script_or_style(file):
    text = file.read_text()

    assert not re.search(r"<style|\sstyle\s*=|\son[a-z]+\s*=\s*[\"']|javascript:|\|\s*safe\b", text)
    data = 'type="application/ld+json"'  # a block of data: no browser runs it, and the policy is not asked
    assert all("src=" in script or data in script for script in re.findall(r"<script[^>]*>", text))
