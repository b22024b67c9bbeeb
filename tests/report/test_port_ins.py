"""The page about port-ins: the steps, pure, and the page in headless Chromium."""

from __future__ import annotations

import datetime as dt
import stat
import struct
from pathlib import Path
from typing import Any

import pytest

from twilio_numbers_async.errors import InvalidArgumentError
from twilio_numbers_async.models import (
    PortIn,
    PortInLosingCarrier,
    PortInPhoneNumberResult,
    PortInPhoneNumberStatus,
    PortInStatus,
)
from twilio_numbers_async.report import port_ins as page_module
from twilio_numbers_async.report.port_ins import write_port_in_report
from twilio_numbers_async.report.steps import Actor, StatusSeen, durations, read_history, steps_of

from .browser import browser, look, picture, plain

START = dt.datetime(2025, 3, 3, 10, tzinfo=dt.UTC)
NOW = START + dt.timedelta(days=10)
S = PortInPhoneNumberStatus
SID = "KW" + "1" * 32


def after(**time: float) -> dt.datetime:
    return START + dt.timedelta(**time)


def number(index: int, status: S | None, since: Any = None, **fields: Any) -> PortInPhoneNumberResult:
    return PortInPhoneNumberResult(
        phone_number=f"+1415555{index:04}",
        port_in_phone_number_sid=f"PU{index:032}",
        port_in_phone_number_status=status,
        status_last_time_updated_timestamp=since,
        **fields,
    )


def port_in(*numbers: PortInPhoneNumberResult, **fields: Any) -> PortIn:
    known: dict[str, Any] = {
        "port_in_request_sid": SID,
        "port_in_request_status": PortInStatus.IN_PROGRESS,
        "date_created": START,
        "losing_carrier_information": PortInLosingCarrier(customer_name="Example <Ltd>"),
    }
    return PortIn(phone_numbers=list(numbers), **known | fields)


def seen(index: int, status: S, at: dt.datetime) -> StatusSeen:
    return StatusSeen(sid=f"PU{index:032}", status=status, at=at)


ACTORS: list[tuple[S | None, PortInStatus | None, dict[str, Any], Actor, str]] = [
    (S.IN_REVIEW, None, {}, Actor.TWILIO, "reviews"),
    (S.WAITING_FOR_SIGNATURE, None, {}, Actor.CUSTOMER, "signs"),
    (S.PORT_SUBMITTED, None, {}, Actor.LOSING_CARRIER, "confirms"),
    (S.PORT_PENDING, None, {}, Actor.LOSING_CARRIER, "port date"),
    (S.CANCELING, None, {}, Actor.TWILIO, "out of the request"),
    (S.PORT_REJECTED, None, {"rejection_reason_code": 22155}, Actor.YOU, "PIN"),
    (S.IN_REVIEW, None, {"portable": False, "not_portability_reason_code": 22132}, Actor.YOU, "owner"),
    (S.COMPLETED, None, {"portable": False}, Actor.NOBODY, ""),
    (S.CANCELED, None, {"rejection_reason_code": 22155}, Actor.NOBODY, ""),
    (S.EXPIRED, None, {}, Actor.NOBODY, ""),
    (None, PortInStatus.CANCELED, {}, Actor.NOBODY, ""),
    (None, PortInStatus.ACTION_REQUIRED, {}, Actor.YOU, "Console"),
    (S("something new"), None, {}, Actor.TWILIO, "not said"),
]


@pytest.mark.parametrize(("status", "request_status", "fields", "actor", "word"), ACTORS)
def test_who_has_to_act(
    status: S | None, request_status: PortInStatus | None, fields: dict[str, Any], actor: Actor, word: str
) -> None:
    [one] = steps_of([port_in(number(1, status, **fields), port_in_request_status=request_status)], [], NOW)
    assert one.actor is actor
    assert word in one.action
    assert bool(one.action) == (actor is not Actor.NOBODY)


def test_the_steps_are_put_together() -> None:
    history = [
        seen(1, S.PORT_PENDING, after(days=6)),
        seen(1, S.WAITING_FOR_SIGNATURE, after(days=1)),
        seen(1, S.PORT_SUBMITTED, after(days=3)),
        seen(1, S.COMPLETED, after(days=8, minutes=1)),
        seen(2, S.IN_REVIEW, after(minutes=1)),
        seen(9, S.IN_REVIEW, after()),
    ]
    done, waiting, unknown = steps_of(
        [
            port_in(
                number(1, S.COMPLETED, after(days=8)),
                number(2, S.WAITING_FOR_SIGNATURE, after(days=2)),
                number(3, S.IN_REVIEW, dt.date(2025, 3, 3)),
            )
        ],
        history,
        NOW,
    )
    day = 86_400.0
    assert [(step.status.value, step.seconds) for step in done.steps] == [
        ("in_review", day), ("waiting_for_signature", 2 * day), ("port_submitted", 3 * day),
        ("port_pending", 2 * day), ("completed", None),
    ]  # fmt: skip
    assert [(step.status.value, step.seconds) for step in waiting.steps] == [
        ("in_review", 2 * day), ("waiting_for_signature", 8 * day),
    ]  # fmt: skip
    assert [(step.status.value, step.end) for step in unknown.steps] == [("in_review", None)]
    table = {
        one.status.value: (one.ended, one.median, one.longest) for one in durations([done, waiting, unknown])
    }
    assert table == {
        "in_review": (2, 1.5 * day, 10 * day),
        "waiting_for_signature": (1, 2 * day, 8 * day),
        "port_submitted": (1, 3 * day, 3 * day),
        "port_pending": (1, 2 * day, 2 * day),
    }
    [undated] = steps_of([port_in(number(1, S.IN_REVIEW), date_created=None)], [], NOW)
    assert undated.steps == []
    [odd] = steps_of([port_in(number(1, S("new"), after(days=1)))], [], NOW)
    assert [(one.status.value, one.seconds) for one in odd.steps] == [("in_review", None), ("new", 9 * day)]
    assert [one.status.value for one in durations([odd])] == ["new"], "nobody knows when the review ended"
    watched = steps_of(
        [port_in(number(1, S.PORT_REJECTED, after(days=3)))], [seen(1, S.IN_REVIEW, after(minutes=1))], NOW
    )
    assert [(one.status.value, one.seconds) for one in watched[0].steps] == [
        ("in_review", 3 * day), ("port_rejected", 7 * day),
    ]  # fmt: skip


def test_the_history_of_a_watch_is_read(tmp_path: Path) -> None:
    path = tmp_path / "watch.jsonl"
    path.write_text(
        '{"seen_at": "2025-03-03T10:00:00Z", "port_in_phone_number_sid": null, "new_status": "In Review"}\n\n'
        '{"seen_at": "2025-03-03T10:00:00", "port_in_phone_number_sid": "PU1", "new_status": "port_pending"}\n'
    )
    assert list(read_history(path)) == [StatusSeen(sid="PU1", status=S.PORT_PENDING, at=START)]
    path.write_text('{"seen_at": "2025-03-03T10:00:00Z"}\n')
    with pytest.raises(InvalidArgumentError, match=r"watch\.jsonl, line 1: not a line of port-ins watch"):
        list(read_history(path))


EVERY = [
    number(index, status, after(days=2), **fields) for index, (status, _, fields, *_) in enumerate(ACTORS)
]


@pytest.fixture
def page(tmp_path: Path) -> Path:
    path = tmp_path / "port-ins.html"
    url = "https://example.com/" + "sign/" * 30
    several = [
        port_in(*EVERY, signature_request_url=url, target_port_in_date=dt.date(2025, 3, 20)),
        port_in(number(90, S.COMPLETED, after(days=9), port_date=after(days=9)), port_in_request_sid=None),
        port_in(
            port_in_request_sid="KW" + "2" * 32,
            order_cancellation_reason="x" * 70 + " +14155550100",
            port_in_request_status=PortInStatus.CANCELED,
        ),
    ]
    history = [
        seen(0, S.WAITING_FOR_SIGNATURE, after(days=1)),
        seen(90, S.PORT_PENDING, after(days=3, hours=2)),
    ]
    write_port_in_report(several, path, history=history, now=NOW)
    return path


def test_it_says_what_there_is(page: Path, tmp_path: Path) -> None:
    text = plain(page.read_text())
    assert "3 requests · 14 numbers · as of 13 Mar 2025, 10:00 UTC" in text
    assert "2 numbers wait for you" in text
    assert "Example <Ltd>" in text
    assert "Example <Ltd>" not in page.read_text(), "it is escaped"
    assert "in review from 03 Mar 2025, 10:00, port pending 5 d 22 h, completed 12 Mar 2025, 10:00" in text
    assert "(code 22155)" in text
    assert "keep the lines of" not in text
    assert stat.S_IMODE(page.stat().st_mode) == 0o600
    body = page.read_text()
    rows = body.partition('id="r1"')[2].partition("</section>")[0]
    assert plain(rows.partition('data-label="To act">')[2]).startswith("you"), (
        "what waits for you stands first"
    )

    masked = tmp_path / "masked.html"
    write_port_in_report([port_in(*EVERY)], masked, mask=True, now=NOW)
    shown = masked.read_text()
    assert "numbers masked" in shown
    assert "•••••••0001" in shown
    for hidden in ("+1415555", "Example", "sign/"):
        assert hidden not in shown
    assert "keep\nthe lines of" in shown or "keep the lines" in plain(shown)


@pytest.mark.parametrize(
    ("numbers", "headline"),
    [
        ([], "There are no numbers"),
        ([number(1, S.COMPLETED)], "Nothing is left to do"),
        ([number(1, S.PORT_PENDING)], "Nothing waits for you"),
        ([number(1, S.PORT_REJECTED)], "1 number waits for you"),
    ],
)
def test_the_headline(tmp_path: Path, numbers: list[PortInPhoneNumberResult], headline: str) -> None:
    path = tmp_path / "page.html"
    write_port_in_report([port_in(*numbers, date_created=None)], path, now=NOW)
    assert f'<h2 id="glance">{headline}</h2>' in path.read_text()
    assert "Twilio has not said when any step began" in path.read_text()


def test_a_long_request_is_cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page_module, "MOST_NUMBERS", 3)
    path = tmp_path / "page.html"
    write_port_in_report([port_in(*EVERY)], path, now=NOW)
    assert "This page lists the first 3 of 13 numbers." in path.read_text()
    assert path.read_text().count('data-label="To act"') == 3


EVIL = "<img src=x onerror=alert(1)>\"'&\u202e=cmd|'/c calc'!A1"


def test_text_of_others_is_text(tmp_path: Path) -> None:
    path = tmp_path / "port-ins.html"
    hostile = port_in(
        number(1, S(EVIL), after(days=1)),
        number(2, S.WAITING_FOR_SIGNATURE),
        port_in_request_sid=EVIL,
        port_in_request_status=PortInStatus(EVIL),
        losing_carrier_information=PortInLosingCarrier(customer_name=EVIL),
        order_cancellation_reason=EVIL,
        signature_request_url=f"javascript:alert(1)//{EVIL}",
    )
    write_port_in_report([hostile], path, now=NOW)
    text = path.read_text("utf-8")
    assert text.count("&lt;img src=x onerror=alert(1)&gt;") >= 5
    assert "<img" not in text
    assert "href" not in text.replace('href="#requests"', "")


@pytest.mark.parametrize("count", [0, 1, 2000])
def test_any_number_of_port_ins(tmp_path: Path, count: int) -> None:
    path = tmp_path / "port-ins.html"
    several = [
        port_in(number(index, S.PORT_PENDING, after(days=1)), port_in_request_sid=f"KW{index:032}")
        for index in range(count)
    ]
    write_port_in_report(iter(several), path, now=NOW)
    text = path.read_text("utf-8")
    shown = {0: "0 requests", 1: "1 request", 2000: "2,000 requests"}[count]
    assert f"{shown} · " in text
    assert text.count("+1415555") == text.count('<h2 id="r') == count


def test_a_port_in_that_comes_twice_is_shown_as_it_was_last(tmp_path: Path) -> None:
    path = tmp_path / "port-ins.html"
    first, last = port_in(number(1, S.PORT_PENDING)), port_in(number(1, S.COMPLETED))
    unnamed = port_in(number(2, S.PORT_PENDING), port_in_request_sid=None)
    write_port_in_report([first, unnamed, last, unnamed], path, now=NOW)
    text = path.read_text("utf-8")
    assert "2 requests · 2 numbers" in text
    assert (text.count("+14155550001"), text.count("+14155550002")) == (1, 1)


@pytest.mark.parametrize(
    ("port_ins", "more", "place"),
    [
        (port_in(), {}, "port_ins"),
        (None, {}, "port_ins"),
        ([port_in(), "KW"], {}, "port_ins[1]"),
        ([], {"history": [seen(1, S.COMPLETED, NOW), 7]}, "history[1]"),
        ([], {"history": [seen(1, S.COMPLETED, NOW.replace(tzinfo=None))]}, "history[0].at"),
        ([], {"now": NOW.replace(tzinfo=None)}, "now"),
    ],
)
def test_what_cannot_be_shown_is_named(
    tmp_path: Path, port_ins: Any, more: dict[str, Any], place: str
) -> None:
    path = tmp_path / "port-ins.html"
    with pytest.raises(InvalidArgumentError) as refused:
        write_port_in_report(port_ins, path, **more)
    assert refused.value.argument == place
    assert str(refused.value).startswith(f"{place} must be")
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_left_of_a_page_that_fails(tmp_path: Path) -> None:
    with pytest.raises(InvalidArgumentError, match=r"port_ins\[0\] must be a PortIn"):
        write_port_in_report([SID], tmp_path / "page.html")  # type: ignore[list-item]
    (tmp_path / "folder").mkdir()
    with pytest.raises(OSError, match="folder"):
        write_port_in_report([port_in()], tmp_path / "folder")
    assert [each.name for each in tmp_path.iterdir()] == ["folder"]


@pytest.mark.parametrize(("width", "height"), [(1400, 1600), (500, 1600)])
def test_it_is_drawn(page: Path, tmp_path: Path, width: int, height: int) -> None:
    to = tmp_path / "page.png"
    picture(page, "", to, width, height)
    content = to.read_bytes()
    assert struct.unpack(">II", content[16:24]) == (width, height)
    assert len(content) > 30_000, "there is something on it"


@pytest.mark.parametrize("width", [400, 1400])
def test_nothing_scrolls_sideways(page: Path, tmp_path: Path, width: int) -> None:
    browser()
    frame = tmp_path / "frame.html"  # a window has 500 pixels at least
    frame.write_text(
        f'<iframe src="{page.name}" style="width: {width}px; height: 900px; border: 0"></iframe>'
        '<p id="wide"></p><script>'
        'const frame = document.querySelector("iframe"); frame.onload = () => setTimeout(() => {'
        'const page = frame.contentDocument, all = [page.documentElement, ...page.querySelectorAll(".scroll")];'
        'document.getElementById("wide").textContent = all.every((one) => one.scrollWidth <= one.clientWidth);'
        "}, 500);</script>"
    )
    seen = look(frame, "", "--allow-file-access-from-files", "--hide-scrollbars")
    assert seen.text('id="wide"') == "true"
