"""A sweep with a journal in a process of its own, which its parent kills.

``python -m tests.sweep.child JOURNAL COUNT ASKED ROWS`` asks about COUNT inputs (every tenth comes a second time later
on, some are no numbers, some fail), appends each number to ASKED when it is asked about, prints a line when it was
answered, and in the end writes ROWS.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from pathlib import Path

from twilio_numbers_async.errors import NotFoundError
from twilio_numbers_async.sweep import Journal

from .calls import Answer, number, sweep


def inputs(count: int) -> list[str]:
    made = [number(index // 2 if index % 10 == 9 else index) for index in range(count)]
    return ["nobody" if index % 97 == 5 else text for index, text in enumerate(made)]


async def main(journal: str, count: int, asked: str, rows: str) -> None:
    log = os.open(asked, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    async def call(text: str) -> Answer:
        os.write(log, f"{text}\n".encode())
        await asyncio.sleep(0.001)
        if text.endswith("77"):
            raise NotFoundError("no such number", status=404, code=20404)
        return Answer(phone_number=text, portable=text.endswith("1"))

    got: list[object] = []
    async with sweep(call, inputs(count), journal=Journal(journal), width=20, ordered=True) as outcomes:
        async for outcome in outcomes:
            row = outcome.as_row()
            del row["checked_at"]
            got.append(row)
            os.write(1, b".\n")
    await asyncio.to_thread(Path(rows).write_text, json.dumps(got, indent=0))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4]))
