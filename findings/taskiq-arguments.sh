#!/usr/bin/env bash
# taskiq 0.13.0: a task's arguments are turned into the types of its signature, by pydantic; what cannot be turned is passed
# on as it came, and the task succeeds with it. A parameter that is an msgspec Struct is a dict in the worker, and an int
# arrives where the signature says str, while "+12015550123" becomes the int 12015550123 where it says int.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check taskiq==0.13.0 msgspec==0.22.0 pydantic==2.14.4
cat >"$folder/expected" <<'END'
taskiq 0.13.0
number: int, given '+12015550123' -> int 12015550123, error None
number: str, given 12015550123 -> int 12015550123, error None
number: Number (a Struct), given {'e164': '+12015550123'} -> dict, error None
number: Plain (a dataclass), given {'e164': '+12015550123'} -> Plain, error None
END
cat >"$folder/run.py" <<'END'
import asyncio, dataclasses, logging
from importlib.metadata import version
import msgspec
from taskiq import InMemoryBroker

logging.disable(logging.CRITICAL)
broker = InMemoryBroker()

class Number(msgspec.Struct):
    e164: str

@dataclasses.dataclass
class Plain:
    e164: str

@broker.task
async def of_int(number: int):
    return f"{type(number).__name__} {number}"

@broker.task
async def of_str(number: str):
    return f"{type(number).__name__} {number}"

@broker.task
async def of_struct(number: Number):
    return type(number).__name__

@broker.task
async def of_dataclass(number: Plain):
    return type(number).__name__

async def main():
    print("taskiq", version("taskiq"))
    await broker.startup()
    for what, task, given in (
        ("int", of_int, "+12015550123"),
        ("str", of_str, 12015550123),
        ("Number (a Struct)", of_struct, {"e164": "+12015550123"}),
        ("Plain (a dataclass)", of_dataclass, {"e164": "+12015550123"}),
    ):
        done = await (await task.kiq(given)).wait_result(timeout=10)
        print(f"number: {what}, given {given!r} -> {done.return_value}, error {done.error}")
    await broker.shutdown()

asyncio.run(main())
END
"$folder/venv/bin/python" "$folder/run.py" | tee "$folder/seen"
diff "$folder/expected" "$folder/seen"
