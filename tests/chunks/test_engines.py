"""The examples with engines, as real processes: workers, coordinators and Redis are killed, and nothing is missing."""

from __future__ import annotations

import csv
import importlib.util
import random
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from twilio_numbers_async.sandbox import Fault, Sandbox

from .processes import ENGINES, Program, RedisServer, environment, kill, python, redis_server, until
from .samples import numbers

pytestmark = pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="children are found in /proc")

SIZE = 10
AT_ONCE, LOOK_AHEAD = 2, 1  # of process_pool.py


CELERY = ("celery", "--app", "celery_app", "worker", "--without-gossip", "--without-mingle")


class Work:
    """Numbers in a file, and what has come of them."""

    def __init__(self, folder: Path, sandbox: Sandbox, count: int) -> None:
        self.folder = folder
        self.sandbox = sandbox
        self.asked = [f"+1555{2_000_000 + position}" for position in range(count)]
        self.out = folder / "out.csv"
        (folder / "numbers.txt").write_text("\n".join(numbers(count)) + "\n")

    def start(self, program: str, *options: str, **env: str) -> Program:
        arguments = ["numbers.txt", "--country", "US", "--out", "out.csv", "--size", str(SIZE), *options]
        paths = [str(self.folder / each) if "." in each else each for each in arguments]
        return Program(
            *python(ENGINES / program, *paths),
            log=self.folder / "program.log",
            env=environment(self.sandbox, **env),
        )

    def told(self) -> str:
        return (self.folder / "program.log").read_text()

    def is_whole(self) -> bool:
        """Every number has its row, and it is the answer for it."""
        with self.out.open(newline="") as file:
            rows = [*csv.DictReader(file)]
        return [(row["index"], row["input"], row["phone_number"]) for row in rows] == [
            (str(position), written, asked)
            for position, (written, asked) in enumerate(zip(numbers(len(rows)), self.asked, strict=True))
        ] and all(row["portable"] for row in rows)

    def times(self) -> list[int]:
        """The number of requests about each number."""
        return [self.sandbox.requests_for(number) for number in self.asked]


def reach(program: Program, sandbox: Sandbox, more: int) -> None:
    """Wait for so many requests more."""
    aim = sandbox.requests + more
    until(lambda: sandbox.requests >= aim or not program.is_running, "requests")
    assert program.is_running, program.log.read_text()


def begin(program: Program, work: Work, times: int) -> None:
    """Wait until its first number was asked about so many times: what a dead process had sent does not count."""
    until(lambda: work.sandbox.requests_for(work.asked[0]) >= times or not program.is_running, "a beginning")
    assert program.is_running, program.log.read_text()


def strike(program: Program, children: str, which: int = 0) -> None:
    """Kill one of its processes, and wait until it is gone."""
    until(lambda: len(program.children(children)) > which, "a process")
    victim = program.children(children)[which]
    kill(victim)
    until(lambda: victim not in program.children(children), "its end")


def test_processes_of_a_pool_are_killed_and_so_is_their_parent(tmp_path: Path) -> None:
    chance, kills, processes = random.Random(3), 0, 2
    with Sandbox(latency=0.02) as sandbox:
        work = Work(tmp_path, sandbox, 400)
        options = "--processes", str(processes)
        with work.start("process_pool.py", *options) as pool:
            for _ in range(2):
                reach(pool, sandbox, chance.randrange(20, 60))
                strike(pool, "spawn_main", chance.randrange(processes))
                kills += 1
            reach(pool, sandbox, 60)
            orphans = pool.children("spawn_main")
            pool.kill()
        until(lambda: not any(Path(f"/proc/{orphan}/exe").exists() for orphan in orphans), "the orphans' end")
        before = sandbox.requests
        with work.start("process_pool.py", *options) as pool:
            assert pool.ended() == 0, work.told()
        times = work.times()
    assert work.is_whole()
    assert min(times) == 1
    assert before < 400, "it was killed while there was something to do"
    # Of each kill the chunks that the process worked on; of the coordinator's end what waited too.
    assert sum(times) - 400 <= SIZE * (AT_ONCE * kills + (AT_ONCE + LOOK_AHEAD) * processes)


def test_a_chunk_that_kills_its_processes_is_given_up(tmp_path: Path) -> None:
    with Sandbox(latency=0.05) as sandbox:
        work = Work(tmp_path, sandbox, 3000)
        with work.start(
            "process_pool.py", "--processes", "1", "--size", "3000", NUMBERS_MOST_DEATHS="3"
        ) as pool:
            for times in range(1, 4):
                begin(pool, work, times)
                strike(pool, "spawn_main")
            assert pool.ended() == 2
    assert "was worked on by 3 processes that died" in work.told()
    assert not any(number in work.told() for number in work.asked)


def test_celery_gives_up_a_chunk_that_kills_its_processes(tmp_path: Path) -> None:
    engine("celery")
    with Sandbox(latency=0.05) as sandbox, redis_server(tmp_path) as redis:
        work = Work(tmp_path, sandbox, 3000)
        env = environment(sandbox, REDIS_URL=redis.url, NUMBERS_PATIENCE="60", NUMBERS_MOST_DELIVERIES="3")
        with (
            Program(
                *python("-m", *CELERY, "--concurrency", "1"), log=tmp_path / "worker.log", env=env
            ) as workers,
            work.start("celery_app.py", "--size", "3000", REDIS_URL=redis.url, NUMBERS_PATIENCE="60") as home,
        ):
            for times in range(1, 4):
                begin(home, work, times)
                strike(workers, "celery")
            assert home.ended() == 2
    assert "was begun 3 times and never finished" in work.told()
    assert not any(number in work.told() + workers.log.read_text() for number in work.asked)


def test_what_fails_for_a_moment_is_asked_again_and_refused_credentials_end_it(tmp_path: Path) -> None:
    with Sandbox() as sandbox:
        work = Work(tmp_path, sandbox, 30)
        sandbox.script(Fault.error(404, 20404), path=f"*/{work.asked[3]}", times=None)
        with work.start("process_pool.py", "--processes", "1") as pool:
            assert pool.ended() == 1
        assert work.told().endswith("1 failed\n")
        assert sandbox.requests == 30, "a failure that stays is asked once"

        other = Work(tmp_path, sandbox, 30)
        (tmp_path / "out.csv.journal").unlink(missing_ok=True)
        sandbox.script(Fault.error(401, 20003), times=None)
        with other.start("process_pool.py", "--processes", "1") as pool:
            assert pool.ended() == 2
        assert "HTTP 401" in other.told().splitlines()[-1]


def engine(name: str) -> None:
    if importlib.util.find_spec(name) is None:
        pytest.skip(f"there is no {name}" + " for Python 3.15" * (sys.version_info >= (3, 15)))


def through_redis(
    work: Work, redis: RedisServer, program: str, *worker: str, children: str, waiting: Sequence[str]
) -> None:
    """Carry it out with a worker killed and Redis restarted on the way; all is merged in the end."""
    env = environment(work.sandbox, REDIS_URL=redis.url, NUMBERS_PATIENCE="2")
    sandbox = work.sandbox
    with Program(*python("-m", *worker), log=work.folder / "worker.log", env=env) as workers:
        with work.start(program, "--at-once", "4", REDIS_URL=redis.url, NUMBERS_PATIENCE="2") as home:
            reach(home, sandbox, 60)
            strike(workers, children)
            reach(home, sandbox, 100)
            redis.restart()
            assert home.ended() == 0, work.told()
        assert work.is_whole()
        assert min(work.times()) >= 1
        until(lambda: not redis.told(*waiting), "the end of what was sent twice")
        # What came twice has left a result behind, for an hour.
        left = [
            key for key in redis.told("KEYS", "*") if key.startswith(("result", "celery-task", "deliver"))
        ]
        assert all(0 < int(redis.told("TTL", key)[0]) <= 86_400 for key in left)
    assert not workers.is_running


def test_celery_with_a_worker_killed_and_redis_restarted(tmp_path: Path) -> None:
    engine("celery")
    with Sandbox(latency=0.02) as sandbox, redis_server(tmp_path) as redis:
        work = Work(tmp_path, sandbox, 50 * SIZE)
        through_redis(
            work, redis, "celery_app.py", *CELERY, "--concurrency", "2", children="celery",
            waiting=("LRANGE", "celery", "0", "-1"),
        )  # fmt: skip


def test_taskiq_with_a_worker_killed_and_redis_restarted(tmp_path: Path) -> None:
    engine("taskiq_redis")
    with Sandbox(latency=0.02) as sandbox, redis_server(tmp_path) as redis:
        work = Work(tmp_path, sandbox, 50 * SIZE)
        through_redis(
            work, redis, "taskiq_app.py", "taskiq", "worker", "taskiq_app:broker", "--workers", "2",
            "--max-async-tasks", "1", "--max-prefetch", "0", children="taskiq",
            waiting=("XRANGE", "numbers", "-", "+"),
        )  # fmt: skip
