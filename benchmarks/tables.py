"""Speed and memory of reading lists.

    python -m benchmarks.tables [ROWS] [OTHER]

A .csv of ROWS rows (100,000 by default) is read as the sweep command reads it and written back with the added columns,
by this version and, in turns, by the one in the folder OTHER. A workbook of as many rows is read beside the .csv.
Times are those of the processor, so that what else runs there counts less; memory is the process's peak.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

_HERE = Path(__file__).resolve().parents[1]
_ROUNDS = 5
_READ = """
import json, resource, sys, time
from pathlib import Path
from twilio_numbers_async.cli.tables import TableWriter, open_table
where, out = sys.argv[1:]
base = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
began = time.process_time()
table = open_table(where)
phone = table.find_phone(None)
writer = TableWriter(Path(out), table) if out else None
try:
    from twilio_numbers_async.cli.sweep.survey import survey
    survey(str(row.cells[phone]) for row in table.rows())  # the sweep command reads it once more
except ImportError:
    pass
count = 0
for row in table.rows():
    count += bool(row.cells[phone])
    if writer is not None:
        writer.write(row.cells, {"country": "US", "portable": True, "advice": "Can be ported."})
if writer is not None:
    writer.commit()
took = time.process_time() - began
print(json.dumps([count / took, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - base]))
"""


def measured(package: Path, where: Path, out: str) -> tuple[float, float]:
    """Rows a second of processor time, and the memory that it took (MB)."""
    done = subprocess.run(
        [sys.executable, "-c", _READ, str(where), out],
        capture_output=True,
        text=True,
        check=True,
        cwd=package,
        env={**os.environ, "PYTHONPATH": str(package)},
    )
    rate, memory = json.loads(done.stdout)
    return rate, memory / 1024


def write_lists(folder: Path, rows: int) -> tuple[Path, Path]:
    """The same list as .csv and as .xlsx, its numbers as numbers."""
    import xlsxwriter  # type: ignore[import-untyped]  # pyright: ignore[reportMissingTypeStubs]

    text, book = folder / "list.csv", folder / "list.xlsx"
    workbook: Any = xlsxwriter.Workbook(str(book), {"constant_memory": True})
    sheet = workbook.add_worksheet()
    with text.open("w", encoding="utf-8") as file:
        for index in range(rows + 1):
            row = ["id", "name", "phone", "city"]
            if index:
                row = [str(index), f"Customer {index}", str(4_155_550_100 + index), "Springfield"]
            file.write(",".join(row) + "\n")
            for column, cell in enumerate(row):
                if index and column in (0, 2):
                    sheet.write_number(index, column, int(cell))
                else:
                    sheet.write_string(index, column, cell)
    workbook.close()
    return text, book


def main() -> None:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    other = Path(sys.argv[2]) if len(sys.argv) > 2 else None
    with tempfile.TemporaryDirectory() as name:
        text, book = write_lists(Path(name), rows)
        out = str(Path(name) / "out.csv")
        ratios: list[float] = []
        for turn in range(_ROUNDS):
            here, memory = measured(_HERE, text, out)
            line = f"{turn + 1}: .csv, read and written: {here:,.0f} rows a second, {memory:.0f} MB"
            if other is not None:
                there, other_memory = measured(other, text, out)
                ratios.append(here / there)
                line += f"; the other: {there:,.0f}, {other_memory:.0f} MB; ratio {ratios[-1]:.2f}"
            print(line)
        if ratios:
            print(f"median ratio {statistics.median(ratios):.2f}")
        shares: list[float] = []
        for turn in range(_ROUNDS):
            of_text, _ = measured(_HERE, text, "")
            of_book, memory = measured(_HERE, book, "")
            shares.append(of_book / of_text)
            print(
                f"{turn + 1}: read: .csv {of_text:,.0f} rows a second, .xlsx {of_book:,.0f} ({memory:.0f} MB), "
                f"ratio {shares[-1]:.2f}"
            )
        print(f"median ratio {statistics.median(shares):.2f}")


if __name__ == "__main__":
    main()
