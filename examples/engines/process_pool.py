"""A sweep over processes of this machine, which may be killed at any moment, this one too.

    python process_pool.py numbers.txt --country US --out results.csv

A pipe leads to each process, so a killed one costs its own chunks and nothing else. (A ProcessPoolExecutor whose
process dies is lost whole, and a multiprocessing.Pool waits for ever.) Run it again after a kill: the journal knows
what is done.
"""

from __future__ import annotations

import asyncio
import os
import sys
import threading
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from typing import Any

from home import arguments, make_client, numbers_in, write_rows

from twilio_numbers_async import Chunk, ChunkResult, ChunkRunner, Journal, TwilioNumbersError

AT_ONCE = 2
"""Chunks that a process works on at once, so that its permits are in use while one comes to its end."""
LOOK_AHEAD = 1
"""Chunks more that wait in each process, so that it is never idle."""
MOST_DEATHS = int(os.environ.get("NUMBERS_MOST_DEATHS", "10"))
"""Processes that a chunk may take with it before it is the chunk's fault; a chunk may be unlucky a few times."""


def work(pipe: Connection[Any, Any]) -> None:
    """A process: carry out the chunks that come until the pipe is closed, as it is when the other end is killed."""
    sending = threading.Lock()
    with ThreadPoolExecutor(AT_ONCE) as threads, ChunkRunner(make_client) as run:

        def carry_out(chunk: Chunk) -> None:
            answer: bytes | Exception
            try:
                answer = run(chunk).to_bytes()
            except Exception as error:  # noqa: BLE001 - the other end raises it
                answer = error
            with sending, suppress(OSError):
                pipe.send((chunk.key, answer))

        with suppress(EOFError, OSError):
            while True:
                threads.submit(carry_out, pipe.recv())


class Worker:
    """A process, and the chunks that it has."""

    def __init__(self) -> None:
        self.chunks: dict[str, Chunk] = {}
        self._start()

    def _start(self) -> None:
        context = get_context("spawn")
        self.pipe, other_end = context.Pipe()
        self._process = context.Process(target=work, args=(other_end,))
        self._process.start()
        other_end.close()

    def give(self, chunk: Chunk) -> None:
        self.chunks[chunk.key] = chunk
        with suppress(OSError):  # it was killed: to receive from it will tell
            self.pipe.send(chunk)

    def receive(self) -> ChunkResult:
        """The next result. Raises what the chunk raised, and EOFError or OSError where the process was killed."""
        key, answer = self.pipe.recv()
        if isinstance(answer, Exception):
            raise answer
        self.chunks.pop(key, None)
        return ChunkResult.from_bytes(answer)

    def replace(self) -> list[Chunk]:
        """Begin a new process; gives the chunks that the old one had, those that it worked on first."""
        self.end()
        self._start()
        lost = [*self.chunks.values()]
        self.chunks.clear()
        return lost

    def end(self) -> None:
        self.pipe.close()
        self._process.join()


def carry_out(journal: Journal, chunks: Iterable[Chunk], processes: int) -> None:
    """Have the chunks carried out, and merge what comes back.

    Raises AuthenticationError and PermissionDeniedError: no other chunk would fare better.
    """
    workers = [Worker() for _ in range(processes)]
    source, again, deaths = iter(chunks), deque[Chunk](), Counter[str]()
    try:
        while fill(workers, again, source):
            ready = wait([worker.pipe for worker in workers if worker.chunks])
            for worker in workers:
                if worker.pipe in ready:
                    again.extend(collect(worker, journal, deaths))
    finally:
        for worker in workers:
            worker.end()


def fill(workers: list[Worker], again: deque[Chunk], source: Iterator[Chunk]) -> bool:
    """Give out chunks, first to those that have the fewest; False when nothing is left to be done."""
    for most in range(1, AT_ONCE + LOOK_AHEAD + 1):
        for worker in workers:
            if len(worker.chunks) < most:
                chunk = again.popleft() if again else next(source, None)
                if chunk is not None:
                    worker.give(chunk)
    return any(worker.chunks for worker in workers)


def collect(worker: Worker, journal: Journal, deaths: Counter[str]) -> list[Chunk]:
    """Merge what has come; gives what was lost with the process."""
    try:
        journal.merge(worker.receive())
    except (EOFError, ConnectionError):
        lost = worker.replace()
        for chunk in lost[:AT_ONCE]:
            deaths[chunk.key] += 1
            if deaths[chunk.key] >= MOST_DEATHS:
                raise RuntimeError(f"{chunk} was worked on by {MOST_DEATHS} processes that died") from None
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
    except (TwilioNumbersError, RuntimeError) as error:
        print(error, file=sys.stderr)
        return 2
    print(f"{options.out}: {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
