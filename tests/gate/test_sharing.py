"""Promises of docs/gate.md to programs that share an account, on the simulator of sharing.py.

A run of it is a draw: each figure's bound is wanted of the median, and a part of it of every run.
"""

from __future__ import annotations

import statistics

import pytest

from .sharing import SCENARIOS, Figures, Scene

SEEDS = {"two": 20, "four": 3, "people": 1, "killed4": 1}
OTHERWISE = 5


def runs(name: str, *, header: bool = False, network: float = 0.0) -> list[Figures]:
    def make(seed: int, cap: int, latency: float) -> Scene:
        return Scene(seed, cap, latency, header=header, network=network)

    return [SCENARIOS[name](make, seed) for seed in range(1, 1 + SEEDS.get(name, OTHERWISE))]


def median(of: list[Figures], figure: str) -> float:
    return statistics.median(run[figure] for run in of)


@pytest.mark.parametrize(
    ("name", "share", "use", "refused"),
    [
        pytest.param("two", 0.5, 0.93, 0.015, id="two, the second later"),
        pytest.param("four", 2 / 3, 0.95, 0.01, id="four"),
        pytest.param("small", 0.5, 0.95, 0.02, id="four on a small account"),
        pytest.param("eight", 0.45, 0.95, 0.04, id="eight on a small account"),
    ],
)
def test_sweeps_share(name: str, share: float, use: float, refused: float) -> None:
    made = runs(name)
    assert median(made, "share") >= share
    assert min(run["share"] for run in made) >= share / 2
    assert median(made, "use") >= use
    assert median(made, "refused") <= refused
    assert all(run.get("first", 0.0) <= 2.0 for run in made), "the newcomer is answered soon"


def test_a_person_beside_a_sweep_is_answered_almost_as_fast_as_alone() -> None:
    made = runs("person")
    assert all(run["answered"] == 40 for run in made)
    assert median(made, "median") <= 1.5
    assert median(made, "slowest") <= 4.5
    assert median(made, "use") >= 0.90


def test_people_beside_sweeps_are() -> None:
    made = runs("people")
    assert all(run["answered"] >= 0.99 for run in made), "the last ones are under way"
    assert median(made, "p90") <= 1.5
    assert median(made, "p99") <= 2.0
    assert median(made, "use") >= 0.93


@pytest.mark.parametrize("name", ["killed", "killed4"])
def test_the_others_take_over_from_one_that_was_killed(name: str) -> None:
    assert median(runs(name), "use") >= 0.90
