"""The page as a file: the sums, what is masked, what can never get out or in."""

from __future__ import annotations

import datetime as dt
import json
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from twilio_numbers_async import Outcome, Portability
from twilio_numbers_async.errors import ConfigurationError, InvalidArgumentError
from twilio_numbers_async.report import Sample, write_report
from twilio_numbers_async.sandbox import Sandbox

from .browser import FAILED, INVALID, UNSUPPORTED, plain, row


def page(tmp_path: Path, rows: Iterable[Mapping[str, object]], **options: Any) -> str:
    path = tmp_path / "page.html"
    write_report(rows, path, **options)
    assert [file.name for file in tmp_path.iterdir()] == ["page.html"]
    return path.read_text("utf-8")


def data(text: str) -> dict[str, Any]:
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', text, re.DOTALL)
    assert found is not None
    loaded: dict[str, Any] = json.loads(found[1])
    return loaded


def section(text: str, name: str) -> list[str]:
    """The lines of a part of the page, as a person reads them."""
    part = text.partition(f'<section aria-labelledby="{name}">')[2].partition("</section>")[0]
    lines = [plain(line) for line in re.split(r"</tr>|\n", part)]
    return [line for line in lines if line]


MIXED = [
    row(name="Ann"),
    row("+14155550101", pin_and_account_number_required="true", number_type="MOBILE", advice="PIN."),
    row("+14155550102", **UNSUPPORTED),
    row("+447700900123", **(dict(UNSUPPORTED) | {"country": "GB", "number_type": "UNKNOWN"})),
    row("+14155550102", **UNSUPPORTED),
    row(**INVALID),
    row("+14155550103", **FAILED),
    row(
        "+14155550104", portable="false", reason="ERROR_INTERNAL_SERVER_ERROR", code="22135", advice="Again."
    ),
]


def test_the_sums(tmp_path: Path) -> None:
    text = page(tmp_path, MIXED)
    assert "8 rows · 6 different numbers · checked 01 Mar 2025, 10:00 UTC" in plain(text)
    glance = section(text, "glance")
    assert glance[0] == "40.0 % of the 5 answered rows can be ported to Twilio"
    assert glance[-1] == "2 portable 3 not portable 1 not a number 2 no answer"
    assert 'aria-label="2 portable, 3 not portable, 1 not a number, 2 no answer"' in text
    assert section(text, "reasons")[2:] == [
        "Portable 1 Can be ported.",
        "Portable, PIN and account number needed 1 PIN.",
        "UNSUPPORTED 22130 3 Its country is not served.",
        "Not a phone number 1 Correct the number, then check it again.",
        "ERROR_INTERNAL_SERVER_ERROR 22135 1 Again.",
        "No answer 1 There is no answer yet: check it again.",
    ]
    places = section(text, "places")
    assert {"US 4 2 50.0 %", "GB 1 0 0.0 %", "LOCAL 3 1 33.3 %", "MOBILE 1 1 100.0 %"} <= set(places)


def test_without_scripts_the_sums_are_there_and_the_table_says_what_it_needs(tmp_path: Path) -> None:
    text = page(tmp_path, MIXED)
    assert "<noscript><p>The table needs JavaScript" in text
    assert '<div id="finder" hidden>' in text


def test_nothing_answered_and_nothing_at_all(tmp_path: Path) -> None:
    text = page(tmp_path, [row(**INVALID)])
    assert section(text, "glance")[0] == "Nothing was answered"
    assert 'aria-labelledby="places"' not in text
    assert "No row says when it was checked." in text
    assert "0 rows · 0 different numbers" in plain(page(tmp_path, []))


def test_without_its_extra_it_says_how_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "jinja2", None)
    with pytest.raises(ConfigurationError, match="pip install 'twilio-numbers-async\\[cli\\]'"):
        write_report(MIXED, tmp_path / "page.html")
    assert not list(tmp_path.iterdir())


def test_a_word_of_a_row_is_no_markup(tmp_path: Path) -> None:
    odd = '<b>&"_\0'
    text = page(tmp_path, [row(**(dict(UNSUPPORTED) | {"reason": odd, "advice": odd, "country": odd}))])
    assert "<b>" not in text
    assert text.count("&lt;b&gt;&amp;") == 3
    assert data(text)["notes"][0][0] == odd


@pytest.mark.parametrize(
    ("portable", "of", "said"),
    [
        (1, 1, "100.0 %"),
        (0, 1, "0.0 %"),
        (1, 2000, "Under 0.1 %"),
        (1999, 2000, "Over 99.9 %"),
        (2, 3, "66.7 %"),
    ],
)
def test_a_share_is_never_rounded_to_all_or_nothing(
    tmp_path: Path, portable: int, of: int, said: str
) -> None:
    rows = [row() for _ in range(portable)] + [row(**UNSUPPORTED) for _ in range(of - portable)]
    assert section(page(tmp_path, rows), "glance")[0].startswith(said)


def test_masked_there_is_no_number_and_no_cell_of_the_input(tmp_path: Path) -> None:
    rows = [
        row(name="Ann (415) 555-0100", phone="(415) 555-0100", note="call 415.555.0100"),
        row(name="Bob", phone="4155550101", note="", **INVALID)
        | {"error": "+1 (415) 555-0101 is odd", "advice": "dial 4155550101"},
    ]
    text = page(tmp_path, rows, mask=True)
    digits = re.sub(r"\D", "", text.partition('id="data">')[2].partition("</script>")[0])
    assert "5550100" not in digits
    assert "5550101" not in digits
    assert not re.search(r"415.{0,4}555", text)
    for own in ("Ann", "Bob", "call", "name", "note"):
        assert not re.search(rf"\b{own}\b", text.partition('id="data">')[2].partition("</script>")[0])
    listed = data(text)
    assert listed["rows"][0][5] == "+•••••••0100"
    assert listed["rows"][1][6] == "+• (•••) •••-0101 is odd"
    assert "numbers masked" in text


def test_not_masked_every_cell_is_there(tmp_path: Path) -> None:
    listed = data(page(tmp_path, [row(name="Ann", phone="(415) 555-0100")]))
    assert [column["label"] for column in listed["columns"]] == [
        "Row", "name", "Number", "Country", "Type", "Result", "Reason", "What to do", "Checked (UTC)",
    ]  # fmt: skip
    assert listed["rows"] == [
        [1, 0, 0, "US", "LOCAL", "+14155550100", "", "2025-03-01 10:00:00", "Ann", "(415) 555-0100"]
    ]


def test_a_number_is_not_shown_twice(tmp_path: Path) -> None:
    def labels(*rows: Mapping[str, object]) -> list[str]:
        return [column["label"] for column in data(page(tmp_path, rows))["columns"][1:-6]]

    london = row("+442079460123", phone="020 7946 0123")
    assert labels(row(phone="(415) 555-0100"), london) == ["Number"]
    assert labels(row(phone="1-415-555-0100", again="+14155550100", id="555010")) == ["id", "Number"]
    assert labels(row(phone="415-555-0100 ext"), london) == ["phone", "Number"]
    assert labels(row(phone="(415) 555-0100"), row("+14155550101", phone="(415) 555-0102")) == [
        "phone",
        "Number",
    ]
    assert labels(row(phone="0100")) == ["phone", "Number"]
    assert labels(row(phone="n/a", **INVALID)) == ["phone", "Number"]
    listed = data(page(tmp_path, [london, row(phone="7946", **INVALID)]))
    assert listed["asked"] == 0, "what is no number is shown as it was given"
    assert listed["rows"][1][-1] == "7946"


def test_a_long_code_may_be_broken_at_its_underscores(tmp_path: Path) -> None:
    text = page(tmp_path, [row(**(dict(UNSUPPORTED) | {"reason": "A_LONG_<CODE>"}))])
    assert "A_<wbr>LONG_<wbr>&lt;CODE&gt;</a>" in text


@pytest.mark.parametrize(
    "seconds", [[0], [0, 1], [0, 30], [0, 29.9, 30], [0, 7.25], [0, 3_600], [0, 90_000, 90_030]]
)
def test_the_last_bar_stays_inside_the_plot(tmp_path: Path, seconds: list[float]) -> None:
    start = dt.datetime(2025, 3, 1, 10, tzinfo=dt.UTC)
    times = [(start + dt.timedelta(seconds=second)).isoformat() for second in seconds]
    text = page(tmp_path, [row(f"+1415555010{index}", checked_at=at) for index, at in enumerate(times)])
    bars = re.findall(
        r'<rect class="rate" x="([\d.]+)" y="([\d.-]+)" width="([\d.-]+)" height="([\d.]+)"', text
    )
    drawn = [tuple(map(float, bar)) for bar in bars if float(bar[3])]
    assert drawn
    for x, y, width, height in drawn:
        assert 0 <= x < x + width <= 1000
        assert 0 <= y <= y + height <= 200


def test_what_is_in_a_cell_stays_text(tmp_path: Path) -> None:
    evil = "</script><script>alert(1)</script><img src=x onerror=alert(2)>"
    cells = dict(UNSUPPORTED) | {"reason": evil, "advice": evil, "country": evil, "error": ""}
    text = page(tmp_path, [row(**{"a<b>": evil}, **cells)])
    assert text.count("<script") == 2
    assert text.count("</script>") == 2
    assert "<img" not in text
    assert data(text)["rows"][0][-1] == evil


def test_the_page_may_load_nothing(tmp_path: Path) -> None:
    text = page(tmp_path, MIXED)
    assert re.search(
        r"""content="default-src 'none'; style-src 'sha256-[\w+/=]+'; script-src 'sha256-[\w+/=]+';""", text
    )
    assert not re.search(r"""(?:src|href)\s*=\s*["'](?!#)""", text)
    assert "http" not in text.replace("http-equiv", "").replace("HTTP 500", "")
    assert "style=" not in text, "the policy would forbid it"


def test_the_columns_that_a_clash_has_renamed_are_the_ones_that_count(tmp_path: Path) -> None:
    renamed = {"country": "theirs", "error": "theirs"} | {
        f"twilio_{name}" if name in ("country", "error") else name: cell for name, cell in row().items()
    }
    listed = data(page(tmp_path, [renamed]))
    assert listed["rows"][0][3] == "US"
    assert listed["rows"][0][8:] == ["theirs", "theirs"]


def test_rows_of_the_library_itself(tmp_path: Path) -> None:
    with Sandbox() as sandbox:
        import asyncio

        async def swept() -> list[Outcome[Portability]]:
            numbers = ["+14155550100", "+14155550180", "nope"]
            async with (
                sandbox.client() as twilio,
                twilio.portability.sweep(numbers, ordered=True) as outcomes,
            ):
                return [outcome async for outcome in outcomes]

        outcomes = asyncio.run(swept())
    text = page(tmp_path, [outcome.as_row() for outcome in outcomes])
    assert section(text, "glance")[0] == "50.0 % of the 2 answered rows can be ported to Twilio"
    assert "UNSUPPORTED 22130 1 Cannot be ported to Twilio" in "\n".join(section(text, "reasons"))
    assert [line[-1] for line in data(text)["rows"]] == ["+14155550100", "+14155550180", "nope"]


def test_rows_that_are_no_results(tmp_path: Path) -> None:
    with pytest.raises(InvalidArgumentError, match="not the results of a sweep"):
        write_report([{"name": "Ann", "phone": "1"}], tmp_path / "page.html")
    assert not list(tmp_path.iterdir())


def test_rows_that_end_early_leave_what_was_there(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text("old")

    def broken() -> Iterator[Mapping[str, object]]:
        yield row()
        raise OSError("gone")

    with pytest.raises(OSError, match="gone"):
        write_report(broken(), tmp_path / "page.html")
    assert (tmp_path / "page.html").read_text() == "old"
    assert len(list(tmp_path.iterdir())) == 1
    with pytest.raises(OSError, match="No such file"):
        write_report([row()], tmp_path / "no" / "page.html")
    (tmp_path / "folder").mkdir()
    with pytest.raises(OSError, match="folder"):
        write_report([row()], tmp_path / "folder")
    assert not list(tmp_path.glob("*.part"))


def test_the_timeline(tmp_path: Path) -> None:
    start = dt.datetime(2025, 3, 1, 10, tzinfo=dt.UTC)
    times = [start + dt.timedelta(seconds=second / 10) for second in range(100)]
    times += [start + dt.timedelta(hours=60, seconds=second) for second in range(5)]
    rows = [row(f"+1{index:010}", checked_at=at.isoformat()) for index, at in enumerate(times)]
    rows.append(row(f"+1{0:010}", checked_at=times[50].isoformat()))
    rows.append(row("+19999999999", checked_at="some day"))
    samples = [
        Sample(
            at=start.timestamp() + second,
            done=second * 10,
            in_flight=4 + second,
            limit=6 + second,
            refusals=second,
        )
        for second in range(10)
    ]
    samples.append(Sample(at=start.timestamp() + 216_000, in_flight=3, limit=None, ceiling=12, refusals=3))
    text = page(tmp_path, rows, timeline=samples)
    time = " ".join(section(text, "time"))
    assert "Numbers checked a second, 0.25 seconds a column 12 0" in time
    assert "01 Mar 2025, 10:00:00 04 Mar 2025" not in time
    assert "01 Mar 2025, 10:00:00 03 Mar 2025, 22:00:04 UTC" in time
    assert "Requests at once limit under way 15 0" in time
    assert "Twilio allowed about 12 at once. 9 requests refused (429) on the way." in time
    assert "Left out: 1 pause of 2.5 days." in time
    assert text.count('class="pause"') == 1
    assert 'aria-label="Requests at once: at most 13, the limit ended at 15"' in text


def test_a_limit_that_counts_nothing(tmp_path: Path) -> None:
    at = dt.datetime(2025, 3, 1, 10, tzinfo=dt.UTC).timestamp()
    text = page(tmp_path, [row()], timeline=[Sample(at=at, in_flight=1, refusals=1)])
    assert "the limit ended at none" in text
    assert "1 request refused" in text


def test_many_rows_and_columns_are_listed_as_far_as_sensible(tmp_path: Path) -> None:
    wide = {f"c{index}": "x" for index in range(12)}
    text = page(tmp_path, (row(f"+1{index:010}", **wide) for index in range(100_001)))
    listed = data(text)
    assert len(listed["rows"]) == 100_000
    assert len(listed["columns"]) == 16
    assert "This page lists the first 100,000 of 100,001 rows; the results have all." in plain(text)
    assert "It shows the first 8 of the 12 columns that were given." in plain(text)
    assert "100,001 rows · 100,001 different numbers" in plain(text)
