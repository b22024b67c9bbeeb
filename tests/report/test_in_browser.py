"""The page in headless Chromium: what a person sees, searches and sorts."""

from __future__ import annotations

import datetime as dt
import struct
from collections.abc import Mapping
from pathlib import Path

import pytest

from twilio_numbers_async.report import Sample, write_report

from .browser import FAILED, INVALID, UNSUPPORTED, browser, look, picture, row

START = dt.datetime(2025, 3, 1, 10, tzinfo=dt.UTC)


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    browser()
    rows: list[dict[str, object]] = []
    for index in range(120):
        kind: Mapping[str, object] = (UNSUPPORTED, INVALID, FAILED)[index % 3] if index % 4 == 0 else {}
        own = {"name": f"Client {index:03}", "phone": f"(415) 555-0{index:03}"}
        at = (START + dt.timedelta(seconds=index / 10)).isoformat(timespec="milliseconds")
        rows.append(row(f"+14155550{index:03}", **own, **({"checked_at": at} | dict(kind))))
    samples = [
        Sample(at=START.timestamp() + second, in_flight=second, limit=second + 2) for second in range(12)
    ]
    path = tmp_path_factory.mktemp("page") / "page.html"
    write_report(rows, path, timeline=samples)
    return path


def test_the_first_rows_stand_there(results: Path) -> None:
    seen = look(results)
    assert seen.columns == [
        "Row", "name", "Number", "Country", "Type", "Result", "Reason", "What to do", "Checked (UTC)",
    ]  # fmt: skip
    assert seen.count == "1 to 50 of 120 rows"
    assert seen.text('id="page"') == "Page 1 of 3"
    assert len(seen.rows) == 50
    assert seen.rows[1] == [
        "2", "Client 001", "+14155550001", "US", "LOCAL", "portable", "Portable", "Can be ported.",
        "2025-03-01 10:00:00",
    ]  # fmt: skip
    assert seen.rows[4][2] == "(415) 555-0004", "what is no number stands there as it was given"
    assert seen.rows[4][5:7] == ["not a number", "Not a phone number The phone number has no area code"]
    assert seen.rows[8][5:8] == [
        "no answer", "No answer HTTP 500, code 20500: oh", "There is no answer yet: check it again.",
    ]  # fmt: skip
    assert 'id="before" disabled' in seen.dom


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("CLIENT 119", 1),
        ("(415) 555-0119", 1),
        ("415 555 011", 10),
        ("unsupported", 10),
        ("22130", 10),
        ("area code", 10),
        ("client unsupported 000", 1),
        ("nobody", 0),
        ("<b>", 0),
    ],
)
def test_searching(results: Path, query: str, found: int) -> None:
    seen = look(results, f"#q={query}".replace(" ", "+"))
    assert len(seen.rows) == found
    assert seen.count == (f"1 to {found} of {found} rows" if found else "No row fits.")


def test_sorting_both_ways(results: Path) -> None:
    up = look(results, "#sort=number&size=200")
    numbers = [line[2] for line in up.rows]
    given = [number for number in numbers if not number.startswith("+")]
    assert len(given) == 10, "what is no number stands there as it was given"
    assert [number for number in numbers if number.startswith("+")] == sorted(set(numbers) - set(given))
    assert up.dom.count('aria-sort="ascending"') == 1
    down = look(results, "#sort=number&dir=desc&size=200")
    assert [line[2] for line in down.rows] == numbers[::-1]
    assert 'aria-sort="descending"' in down.dom
    assert [line[0] for line in look(results, "#dir=desc&q=client").rows[:3]] == ["120", "119", "118"]
    by_country = [line[3] for line in look(results, "#sort=country&dir=desc&size=200").rows]
    assert by_country[-20:] == [""] * 20, "what is empty stands last, both ways"
    results_first = look(results, "#sort=state&size=200").rows
    assert [line[5] for line in results_first] == sorted(line[5] for line in results_first)


def test_choosing_and_turning_pages(results: Path) -> None:
    failed = look(results, "#state=failed")
    assert {line[5] for line in failed.rows} == {"no answer"}
    assert failed.count == "1 to 10 of 10 rows"
    assert 'id="before" disabled' in failed.dom
    last = look(results, "#page=3")
    assert last.count == "101 to 120 of 120 rows"
    assert 'id="after" disabled' in last.dom
    beyond = look(results, "#page=99&sort=nothing&size=7&note=77&state=x&dir=up")
    assert beyond.count == "101 to 120 of 120 rows", "what makes no sense is left out of account"
    note = look(results, "#note=1")
    assert {line[6] for line in note.rows} == {"Portable"}


def test_a_hundred_thousand_rows_are_searched_and_sorted(tmp_path: Path) -> None:
    browser()
    path = tmp_path / "page.html"
    write_report((row(f"+1{2_000_000_000 + index}", name=f"N{index}") for index in range(100_000)), path)
    seen = look(path, "#q=99&sort=number&dir=desc&size=200")
    assert len(seen.rows) == 200
    assert seen.rows[0][2] == "+12000099999"
    fitting = sum("99" in f"{index:05}" for index in range(100_000))
    assert seen.count == f"1 to 200 of {fitting:,} rows"


LONG = {
    "portable": "false",
    "reason": "A_REASON_THAT_IS_SO_LONG_THAT_NO_TELEPHONE_SHOWS_IT_ON_ONE_LINE",
    "code": "2" * 60,
    "advice": "https://example.com/" + "a" * 80,
}


@pytest.mark.parametrize("count", [0, 1, 14])
def test_a_telephone_shows_it_without_sideways_scrolling(tmp_path: Path, count: int) -> None:
    browser()
    kinds: list[Mapping[str, object]] = [{"number_type": "MACHINE_TO_MACHINE"}, LONG, INVALID, FAILED]
    rows = [
        row(f"+1415555{index:04}", id=index, note="x" * 70, **kinds[index % len(kinds)])
        for index in range(count)
    ]
    page = tmp_path / "page.html"
    write_report(rows, page, timeline=[Sample(at=START.timestamp(), limit=5)])
    frame = tmp_path / "frame.html"  # a window has 500 pixels at least
    frame.write_text(
        '<iframe src="page.html" style="width: 400px; height: 900px; border: 0"></iframe><p id="wide"></p><script>'
        'const frame = document.querySelector("iframe"); frame.onload = () => setTimeout(() => {'
        'const page = frame.contentDocument, all = [page.documentElement, ...page.querySelectorAll(".scroll")];'
        'document.getElementById("wide").textContent = all.map((one) => one.scrollWidth).join(" ");'
        "}, 500);</script>"
    )
    seen = look(frame, "", "--allow-file-access-from-files", "--hide-scrollbars")
    # 16 pixels at each side are the page's margin.
    assert seen.text('id="wide"') == "400 368"


@pytest.mark.parametrize(("width", "height"), [(1280, 1600), (500, 1600)])
def test_it_is_drawn_at_any_width(results: Path, tmp_path: Path, width: int, height: int) -> None:
    to = tmp_path / "page.png"
    picture(results, "", to, width, height)
    content = to.read_bytes()
    assert content.startswith(b"\x89PNG")
    assert struct.unpack(">II", content[16:24]) == (width, height)
    assert len(content) > 30_000, "there is something on it"
