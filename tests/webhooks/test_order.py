"""Repeats and late events."""

from __future__ import annotations

import asyncio
import itertools
import json
import shelve
import threading
from collections.abc import MutableMapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from twilio_numbers_async.errors import InvalidArgumentError
from twilio_numbers_async.webhooks import (
    BoundedStore,
    Deduplicator,
    EventOrder,
    PortingEvent,
    SharedDeduplicator,
    parse_event,
)

NUMBER = "PU" + "b" * 32


def event(status: str, second: int | None = None, sid: str | None = NUMBER, **more: object) -> PortingEvent:
    fields: dict[str, object] = {"status": status, "port_in_phone_number_sid": sid, **more}
    if second is not None:
        fields["last_date_updated"] = f"2024-05-14T13:49:{second:02}Z"
    return parse_event(json.dumps(fields).encode())


def passed(*events: PortingEvent) -> list[str | None]:
    order = EventOrder()
    return [one.status for one in events if order.is_current(one)]


def test_a_repeat_is_not_new() -> None:
    seen = Deduplicator()
    assert seen.is_new(event("pending", 1))
    assert not seen.is_new(event("pending", 1))
    assert seen.is_new(event("pending", 2))
    assert not seen.is_new(event("pending", 2))


def test_an_event_whose_handling_failed_may_come_again() -> None:
    seen = Deduplicator()
    assert seen.is_new(event("pending", 1))
    seen.forget(event("pending", 1))
    seen.forget(event("pending", 1))
    assert seen.is_new(event("pending", 1))


def test_any_mapping_is_a_store_and_outlives_the_process(tmp_path: Path) -> None:
    path = str(tmp_path / "store")
    with shelve.open(path) as store:
        assert Deduplicator(store).is_new(event("pending", 2))
        assert EventOrder(store).is_current(event("pending", 2))
    with shelve.open(path) as store:
        assert not Deduplicator(store).is_new(event("pending", 2))
        assert not EventOrder(store).is_current(event("submitted", 1))
        assert EventOrder(store).is_current(event("completed", 3))


def test_of_many_threads_one_is_the_first() -> None:
    stores: list[MutableMapping[str, str]] = [{}, BoundedStore()]
    for store in stores:
        seen, together = Deduplicator(store), threading.Barrier(8)

        def deliver(seen: Deduplicator = seen, together: threading.Barrier = together) -> int:
            first = 0
            for second in range(50):
                together.wait()
                first += seen.is_new(event("pending", second))
            return first

        with ThreadPoolExecutor(8) as threads:
            assert sum(each.result() for each in [threads.submit(deliver) for _ in range(8)]) == 50


class Shared:
    """A store whose answers take their time, as those of a server do."""

    def __init__(self) -> None:
        self.keys: set[str] = set()

    async def add(self, key: str) -> bool:
        new = key not in self.keys
        self.keys.add(key)
        await asyncio.sleep(0)
        return new

    async def remove(self, key: str) -> None:
        self.keys.discard(key)


async def test_of_many_processes_one_is_the_first() -> None:
    store = Shared()
    workers = [SharedDeduplicator(store) for _ in range(5)]
    for _ in range(2):
        told = await asyncio.gather(*(worker.is_new(event("pending", 1)) for worker in workers))
        assert sorted(told) == [False] * 4 + [True]
        assert await workers[0].is_new(event("pending", 2))
        await workers[3].forget(event("pending", 1))
        await workers[3].forget(event("pending", 1))
        await workers[1].forget(event("pending", 2))


def test_an_empty_store_of_ones_own_is_used() -> None:
    store: dict[str, str] = {}
    assert Deduplicator(store).is_new(event("pending"))
    assert len(store) == 1


def test_a_store_that_cannot_be_read_starts_anew() -> None:
    store = {NUMBER: '{"state": "teleported"}'}
    order = EventOrder(store)
    assert order.is_current(event("pending", 2))
    assert not order.is_current(event("submitted", 1))


def test_a_bounded_store_forgets_the_oldest() -> None:
    store = BoundedStore(max_size=2)
    store["a"] = "1"
    store["b"] = "2"
    store["a"] = "3"
    store["c"] = "4"
    assert dict(store) == {"a": "3", "c": "4"}
    assert len(store) == 2
    del store["a"]
    assert list(store) == ["c"]
    with pytest.raises(KeyError):
        store["a"]
    with pytest.raises(InvalidArgumentError) as caught:
        BoundedStore(max_size=0)
    assert caught.value.argument == "max_size"


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        # The later date is current, whatever the state.
        ([("submitted", 1), ("pending", 2)], ["submitted", "pending"]),
        ([("pending", 2), ("submitted", 1)], ["pending"]),
        ([("port_rejected", 2), ("submitted", 3), ("pending", 1)], ["port_rejected", "submitted"]),
        ([("in_review", 1), ("teleported", 2), ("submitted", 1)], ["in_review", "teleported"]),
        # Equal or missing dates: the state that is further on.
        ([("pending", 1), ("submitted", 1)], ["pending"]),
        ([("submitted", 1), ("pending", 1)], ["submitted", "pending"]),
        ([("pending", None), ("submitted", None)], ["pending"]),
        ([("pending", 5), ("submitted", None)], ["pending"]),
        ([("pending", None), ("submitted", 5)], ["pending"]),
        ([("submitted", 1), ("pending", None), ("submitted", 1)], ["submitted", "pending"]),
        ([("submitted", 5), ("pending", None), ("port_rejected", 4)], ["submitted", "pending"]),
        # One rank, the same again, or a state nobody knows: both pass.
        ([("pending", 1), ("port_rejected", 1), ("pending", 1)], ["pending", "port_rejected", "pending"]),
        ([("pending", 1), ("pending", 1)], ["pending", "pending"]),
        ([("pending", 1), ("teleported", None), ("submitted", 1)], ["pending", "teleported"]),
        # The end is the end.
        ([("completed", 1), ("pending", 2)], ["completed"]),
        ([("completed", None), ("pending", 2), ("teleported", 3), ("canceled", 4)], ["completed"]),
        ([("completed", 1), ("Completed", 2), ("completed", 1)], ["completed", "Completed"]),
        ([("canceling", 1), ("canceled", 1), ("canceling", 2)], ["canceling", "canceled"]),
    ],
)
def test_stale_events_are_dropped(events: list[tuple[str, int | None]], expected: list[str]) -> None:
    assert passed(*(event(*one) for one in events)) == expected


def test_each_number_and_request_has_an_order_of_its_own() -> None:
    other = "PU" + "c" * 32
    request = {"port_in_request_sid": "KW" + "a" * 32}
    events = [
        event("completed", 2),
        event("pending", 1, other),
        event("in_progress", 1, None, **request),
        event("pending", 1, None, **request, phone_number="+15555550100"),
        event("waiting_for_signature", 0, None, **request),
        event("submitted", 0, None, **request, phone_number="+15555550100"),
        event("submitted", 0, None, **request, phone_number="+15555550101"),
    ]
    assert passed(*events) == ["completed", "pending", "in_progress", "pending", "submitted"]


def test_an_event_about_nothing_always_passes() -> None:
    assert passed(event("completed", 2, None), event("pending", 1, None)) == ["completed", "pending"]


def test_dated_events_end_in_one_state_in_whatever_order_they_come() -> None:
    states = ["waiting_for_signature", "submitted", "port_rejected", "submitted", "pending", "completed"]
    events = [event(state, second) for second, state in enumerate(states)]
    for shuffled in itertools.permutations(events):
        order, last = EventOrder(), None
        for one in shuffled:
            last = one if order.is_current(one) else last
        assert last is events[-1]
