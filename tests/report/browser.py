"""Rows of results, and a browser that shows a page."""

from __future__ import annotations

import functools
import html
import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

PATIENCE = 90.0
WHEN = "2025-03-01T10:00:00.000+00:00"


def row(number: str = "+14155550100", /, **cells: object) -> dict[str, object]:
    """A row of results: one that can be ported, unless told otherwise."""
    added: dict[str, object] = {
        "phone_number_e164": number,
        "country": "US",
        "number_type": "LOCAL",
        "portable": "true",
        "pin_and_account_number_required": "false",
        "reason": "",
        "code": "",
        "advice": "Can be ported.",
        "error": "",
        "checked_at": WHEN,
    }
    own = {name: cell for name, cell in cells.items() if name not in added}
    return own | added | {name: cell for name, cell in cells.items() if name in added}


UNSUPPORTED: Mapping[str, object] = {
    "portable": "false",
    "reason": "UNSUPPORTED",
    "code": "22130",
    "advice": "Its country is not served.",
}
INVALID: Mapping[str, object] = {
    "phone_number_e164": "",
    "country": "",
    "number_type": "",
    "portable": "",
    "advice": "Correct the number.",
    "error": "The phone number has no area code",
    "checked_at": "",
}
FAILED: Mapping[str, object] = {
    "country": "",
    "number_type": "",
    "portable": "",
    "advice": "Again.",
    "error": "HTTP 500, code 20500: oh",
}


@functools.cache
def browser() -> str:
    """Chromium, or a skip that says what is missing."""
    for name in ("chromium", "chromium-browser", "google-chrome", "chrome"):
        found = shutil.which(name)
        if found is not None:
            return found
    pytest.skip("no Chromium on this machine: the page is not looked at in a browser")


@dataclass(frozen=True)
class Seen:
    """The page as a browser shows it when its scripts have run."""

    dom: str

    def text(self, pattern: str) -> str:
        """The text of the one element that starts like this."""
        found = re.search(rf"<(\w+)[^>]*{pattern}[^>]*>(.*?)</\1>", self.dom, re.DOTALL)
        assert found is not None, pattern
        return plain(found[2])

    @property
    def count(self) -> str:
        return self.text('id="count"')

    @property
    def rows(self) -> list[list[str]]:
        """The rows of the table, as texts."""
        table = self.dom.partition('<table id="rows"')[2].partition("</table>")[0].partition("<tbody>")[2]
        return [
            [plain(cell) for cell in re.findall(r"<td.*?</td>", line, re.DOTALL)]
            for line in table.split("<tr>")[1:]
        ]

    @property
    def columns(self) -> list[str]:
        table = self.dom.partition('<table id="rows"')[2].partition("</thead>")[0]
        return [plain(cell) for cell in re.findall(r"<th .*?</th>", table, re.DOTALL)]


def plain(markup: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", markup.replace("<wbr>", ""))).split())


def look(page: Path, place: str = "", *options: str) -> Seen:
    """Open a page at a place (``#q=...``) and say what is there when its scripts have run."""
    return Seen(_run(page, place, "--dump-dom", *options))


def picture(page: Path, place: str, to: Path, width: int, height: int) -> None:
    _run(page, place, f"--screenshot={to}", f"--window-size={width},{height}", "--hide-scrollbars")


def _run(page: Path, place: str, *options: str) -> str:
    done = subprocess.run(
        [
            browser(),
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-background-networking",
            "--disable-dev-shm-usage",
            "--no-first-run",
            "--enable-logging=stderr",
            f"--user-data-dir={page.parent / 'profile'}",
            "--virtual-time-budget=3000",
            *options,
            page.as_uri() + place,
        ],
        capture_output=True,
        timeout=PATIENCE,
        check=True,
    )
    said = done.stderr.decode(errors="replace")
    assert ":CONSOLE" not in said, said  # what a script raises, and what the page's policy forbids
    return done.stdout.decode()
