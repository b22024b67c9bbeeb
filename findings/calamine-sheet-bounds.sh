#!/usr/bin/env bash
# python-calamine 0.9.1: `total_height` and `total_width` are the index of the last row and column, so they are one less
# than the rows and columns that there are. `iter_rows()` yields the blank rows above a table but not the blank columns
# left of it; `to_python()` leaves out both. Who counts rows by one of these and numbers them by another tells a person
# the wrong row of their workbook.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check python-calamine==0.9.1 XlsxWriter==3.2.9
cat >"$folder/expected" <<'END'
python-calamine 0.9.1
table in A1:B10: total_height 9, total_width 1, iter_rows 10 x 2, to_python 10 x 2, to_python(skip_empty_area=False) 10 x 2
table in C5:D10: total_height 9, total_width 3, iter_rows 10 x 2, to_python 6 x 2, to_python(skip_empty_area=False) 10 x 4
END
cat >"$folder/run.py" <<'END'
import sys
from importlib.metadata import version
import xlsxwriter
from python_calamine import load_workbook

path = sys.argv[1]


def size(rows):
    rows = list(rows)
    return f"{len(rows)} x {len(rows[0])}"


print("python-calamine", version("python-calamine"))
for row, column, place in ((0, 0, "A1:B10"), (4, 2, "C5:D10")):
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        for index in range(row, 10):
            sheet.write_string(index, column, "Ann")
            sheet.write_string(index, column + 1, "+15555550100")
    sheet = load_workbook(path).get_sheet_by_index(0)
    print(
        f"table in {place}: total_height {sheet.total_height}, total_width {sheet.total_width}, "
        f"iter_rows {size(sheet.iter_rows())}, to_python {size(sheet.to_python())}, "
        f"to_python(skip_empty_area=False) {size(sheet.to_python(skip_empty_area=False))}"
    )
END
"$folder/venv/bin/python" "$folder/run.py" "$folder/book.xlsx" | tee "$folder/seen"
diff "$folder/expected" "$folder/seen"
