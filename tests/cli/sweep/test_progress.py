"""The numbers that the bar shows, and when something is said."""

from __future__ import annotations

import itertools

import pytest

from twilio_numbers_async.cli.sweep.progress import Ceiling, Lines, Pace, Status, duration


def status(*, rate: float = 10.0, limit: int | None = 5, ceiling: int | None = None) -> Status:
    return Status(
        done=100, total=1000, rate=rate, in_flight=4, limit=limit, ceiling=ceiling, states={"portable": 7}
    )


def test_the_pace_is_that_of_the_last_seconds() -> None:
    pace = Pace(seconds=10.0)
    assert pace(0.0, 0) == 0.0
    assert pace(1.0, 50) == 50.0
    assert pace(11.0, 60) == 1.0, "the first second is forgotten"


def test_what_is_left_and_what_is_known() -> None:
    assert status().left == 90.0
    assert status(rate=0.0).left is None
    assert status().requests == "4 requests at once (so far at most 5)"
    assert status(ceiling=6).requests == "4 requests at once (ceiling 6)"
    assert status(limit=None).requests == "4 requests at once"
    assert status().counts == "7 portable, 0 not portable, 0 invalid, 0 failed"


def test_the_ceiling_is_told_once_and_again_when_it_has_moved_for_good() -> None:
    ceiling = Ceiling(patience=3)
    seen = [None, 40, 41, 40, 40, 42, 20, 40, 20, 20, 20, 20, 21]
    assert [line for value in seen if (line := ceiling(value))] == [
        "Twilio allows about 40 requests at once: found by asking.",
        "Twilio now allows about 20 requests at once (it was 40).",
    ]


def test_lines_come_less_and_less_often(capsys: pytest.CaptureFixture[str]) -> None:
    now = 0.0
    lines = Lines(clock=lambda: now)
    times: list[float] = []
    for second in range(400):
        now = float(second)
        lines.show(status(rate=0.0) if second < 3 else status())
        if capsys.readouterr().err:
            times.append(now)
    pauses = [after - before for before, after in itertools.pairwise(times)]
    assert times[0] == 2.0
    assert pauses == sorted(pauses)
    assert pauses[-1] == 60.0
    lines.show(status())
    lines.close()


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.4, "0 s"),
        (59, "59 s"),
        (61, "1 min 01 s"),
        (3_600, "1 h 00 min"),
        (90_000, "25 h 00 min"),
        (259_200, "3.0 days"),
    ],
)
def test_durations(seconds: float, text: str) -> None:
    assert duration(seconds) == text
