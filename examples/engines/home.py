"""Shared by the programs of this folder: their arguments, the client, and the rows when all chunks are done."""

from __future__ import annotations

import argparse
import csv
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from twilio_numbers_async import Journal, TwilioNumbers

__all__ = ["arguments", "make_client", "numbers_in", "write_rows"]


def arguments(description: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("numbers", type=Path, help="a file with one phone number a line")
    parser.add_argument("--country", help="the country of numbers without a +, such as US")
    parser.add_argument("--size", type=int, default=1000, help="numbers in a chunk")
    parser.add_argument("--journal", type=Path, help="where what is done is kept (OUT.journal)")
    parser.add_argument("--out", type=Path, required=True, help="the CSV file with the answers")
    return parser


def make_client() -> TwilioNumbers:
    """A client with the credentials of the environment. NUMBERS_BASE_URL: another server, such as a sandbox."""
    return TwilioNumbers.from_env(base_url=os.environ.get("NUMBERS_BASE_URL"))


def numbers_in(path: Path) -> Iterator[str]:
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            yield line.rstrip("\n")


async def write_rows(options: Any, journal: Journal) -> int:
    """Write a row for each number; says how many failed.

    It is a sweep with the journal: what is done comes out of it, what failed for a moment is asked once more.
    """
    failed = 0
    async with make_client() as twilio:
        numbers = numbers_in(options.numbers)
        sweep = twilio.portability.sweep(numbers, country=options.country, ordered=True, journal=journal)
        with options.out.open("w", encoding="utf-8", newline="") as file:
            writer: csv.DictWriter[str] | None = None
            async with sweep as outcomes:
                async for outcome in outcomes:
                    row = outcome.as_row()
                    if writer is None:
                        writer = csv.DictWriter(file, row)
                        writer.writeheader()
                    writer.writerow(row)
                    failed += not outcome.ok
    return failed
