"""Samples that stay few, and time with the pauses left out."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from twilio_numbers_async.report import Sample, Samples, read_samples, write_samples
from twilio_numbers_async.report.masking import mask_number, mask_text
from twilio_numbers_async.report.timeline import Axis, Tally


def test_samples_stay_few_and_cover_all() -> None:
    samples = Samples(interval=1.0, most=100)
    for tick in range(10_000):
        samples.add(Sample(at=tick * 0.5, done=tick))
    kept = [sample.at for sample in samples]
    assert 50 <= len(samples) <= 100
    assert kept == sorted(kept)
    assert kept[0] == 0.0
    assert kept[-1] > 4_900
    gaps = {after - before for before, after in pairwise(kept)}
    assert max(gaps) < 1.2 * min(gaps), "evenly spaced"


def test_samples_of_earlier_runs_go_on_at_their_pace() -> None:
    samples = Samples([Sample(at=20.0), Sample(at=10.0)], interval=1.0)
    samples.add(Sample(at=25.0))
    samples.add(Sample(at=30.0))
    assert [sample.at for sample in samples] == [10.0, 20.0, 30.0]


def test_samples_are_kept_in_a_file(tmp_path: Path) -> None:
    path = tmp_path / "a.timeline"
    samples = [Sample(at=1.5, done=2, in_flight=3, limit=4, ceiling=5, refusals=6), Sample(at=2.5)]
    write_samples(path, samples)
    assert read_samples(path) == samples
    assert [file.name for file in tmp_path.iterdir()] == ["a.timeline"]
    path.write_text("junk")
    assert read_samples(path) == []
    assert read_samples(tmp_path / "none") == []


def test_an_axis_leaves_long_pauses_out() -> None:
    axis = Axis([100.0, 110.0, 1_000.0, 1_020.0, 90.0])
    assert axis.pauses == [(20.0, 890.0)]
    assert axis.length == 40.0
    assert [axis.position(at) for at in (80.0, 90.0, 100.0, 500.0, 1_000.0, 1_020.0, 2_000.0)] == [
        0.0, 0.0, 10.0, 20.0, 20.0, 40.0, 40.0,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("length", "width"), [(0, 0.25), (30, 0.25), (31, 0.5), (3_000, 30), (10**9, 86_400)]
)
def test_the_columns_are_never_too_many(length: int, width: float) -> None:
    assert Axis([float(second) for second in range(0, length + 1, max(1, length // 100))]).width == width


def test_rates() -> None:
    tally = Tally()
    assert not tally
    for at in (10.0, 10.1, 10.2, 10.6, 11.0):
        tally.add(at)
    axis = tally.axis([Sample(at=12.0)])
    assert axis.length == 2.0
    assert tally.rates(axis) == [12.0, 0.0, 4.0, 0.0, 4.0]
    assert tally


@pytest.mark.parametrize(
    ("number", "masked"),
    [
        ("+14155550100", "+•••••••0100"), ("(415) 555-0100", "(•••) •••-0100"), ("0100", "0100"), ("", ""),
    ],
)  # fmt: skip
def test_masked_numbers(number: str, masked: str) -> None:
    assert mask_number(number) == masked


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("call +1 (415) 555-0100, or 415.555.0101!", "call +• (•••) •••-0100, or •••.•••.0101!"),
        ("HTTP 500, code 20500: oh", "HTTP 500, code 20500: oh"),
        ("RQ12345 4 attempts", "RQ12345 4 attempts"),
    ],
)
def test_masked_texts(text: str, masked: str) -> None:
    assert mask_text(text) == masked
