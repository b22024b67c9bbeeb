from __future__ import annotations

import tracemalloc
from collections.abc import Callable

import pytest


@pytest.fixture
def peak() -> Callable[[Callable[[], None]], int]:
    """The most bytes that were held at once while something was done."""

    def measured(work: Callable[[], None]) -> int:
        tracemalloc.start()
        try:
            work()
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    return measured
