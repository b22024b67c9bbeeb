"""A sweep over processes of this machine, which may be killed at any moment, this one too.

    python process_pool.py numbers.txt --country US --out results.csv

Each process has a pool of its own, because a pool whose process dies is lost whole: so a killed process costs its
own chunk and nothing else. Run it again after a kill: the journal knows what is done.
"""

from __future__ import annotations

import asyncio
import os
import sys
import threading
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import connection, get_context, parent_process

from home import arguments, make_client, numbers_in, write_rows

from twilio_numbers_async import Chunk, ChunkResult, ChunkRunner, Journal, TwilioNumbersError

LOOK_AHEAD = 1
"""Chunks that wait in each process, so that it is never idle."""
MOST_DEATHS = 5
"""Processes that a chunk may take with it before it is the chunk's fault."""


def end_with_the_parent() -> None:
    """In each process: a pool's processes outlive a parent that was killed, and would wait for ever."""
    parent = parent_process()
    if parent is not None:
        sentinel = parent.sentinel

        def watch() -> None:
            connection.wait([sentinel])
            os._exit(1)

        threading.Thread(target=watch, daemon=True).start()


class Worker:
    """A pool of one process, and its chunks in their order: the first is the one that it works on."""

    def __init__(self, run: ChunkRunner) -> None:
        self.chunks: deque[tuple[Future[ChunkResult], Chunk]] = deque()
        self._run = run
        self._pool = self._new_pool()

    def _new_pool(self) -> ProcessPoolExecutor:
        return ProcessPoolExecutor(1, mp_context=get_context("spawn"), initializer=end_with_the_parent)

    def give(self, chunk: Chunk) -> None:
        try:
            future = self._pool.submit(self._run, chunk)
        except BrokenProcessPool as error:  # it was killed a moment ago
            future = Future[ChunkResult]()
            future.set_exception(error)
        self.chunks.append((future, chunk))

    def done(self) -> Iterator[ChunkResult]:
        """What is finished. Raises BrokenProcessPool where the process was killed."""
        while self.chunks and self.chunks[0][0].done():
            yield self.chunks[0][0].result()
            self.chunks.popleft()

    def replace(self) -> list[Chunk]:
        """Begin a new process; gives the chunks that the old one had."""
        self._pool.shutdown(wait=True)
        self._pool = self._new_pool()
        lost = [chunk for _, chunk in self.chunks]
        self.chunks.clear()
        return lost

    def end(self) -> None:
        self._pool.shutdown(wait=True, cancel_futures=True)


def carry_out(journal: Journal, chunks: Iterable[Chunk], processes: int) -> None:
    """Have the chunks carried out, and merge what comes back.

    Raises AuthenticationError and PermissionDeniedError: no other chunk would fare better.
    """
    run = ChunkRunner(make_client)  # pickled with each chunk, it is one runner in each process
    workers = [Worker(run) for _ in range(processes)]
    source, again, deaths = iter(chunks), deque[Chunk](), Counter[str]()
    try:
        while fill(workers, again, source):
            wait([future for worker in workers for future, _ in worker.chunks], return_when=FIRST_COMPLETED)
            for worker in workers:
                again.extend(collect(worker, journal, deaths))
    finally:
        for worker in workers:
            worker.end()


def fill(workers: list[Worker], again: deque[Chunk], source: Iterator[Chunk]) -> bool:
    """Give out chunks, first to those that have none; False when nothing is left to be done."""
    for most in range(1, LOOK_AHEAD + 2):
        for worker in workers:
            if len(worker.chunks) < most:
                chunk = again.popleft() if again else next(source, None)
                if chunk is not None:
                    worker.give(chunk)
    return any(worker.chunks for worker in workers)


def collect(worker: Worker, journal: Journal, deaths: Counter[str]) -> list[Chunk]:
    """Merge what is finished; gives what was lost with the process."""
    try:
        for result in worker.done():
            journal.merge(result)
    except BrokenProcessPool:
        lost = worker.replace()
        deaths[lost[0].key] += 1
        if deaths[lost[0].key] >= MOST_DEATHS:
            raise
        return lost
    return []


def main() -> int:
    parser = arguments("Check numbers in several processes.")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    options = parser.parse_args()
    journal = Journal(options.journal or options.out.with_name(f"{options.out.name}.journal"))
    try:
        with journal:
            pending = journal.pending(
                numbers_in(options.numbers),
                size=options.size,
                operation="portability",
                country=options.country,
            )
            carry_out(journal, pending, options.processes)
        failed = asyncio.run(write_rows(options, journal))
    except (TwilioNumbersError, BrokenProcessPool) as error:
        print(error, file=sys.stderr)
        return 2
    print(f"{options.out}: {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
