#!/usr/bin/env bash
# python-calamine 0.9.1 against openpyxl 3.1.5, over one sheet whose table begins in B3: calamine leaves out the empty rows
# and columns before it, so the n-th row is not the sheet's row n, and a number is a float: str() of a phone number in a cell
# of numbers ends in ".0". openpyxl keeps the places, and gives an int.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check python-calamine==0.9.1 openpyxl==3.1.5 XlsxWriter==3.2.9
cat >"$folder/expected" <<'END'
python-calamine 0.9.1
[['phone'], [12015550123.0], ['+12015550124']]
openpyxl 3.1.5
[[None, None], [None, None], [None, 'phone'], [None, 12015550123], [None, '+12015550124']]
END
cat >"$folder/run.py" <<'END'
import os, tempfile
from importlib.metadata import version
import openpyxl, xlsxwriter
from python_calamine import load_workbook

with tempfile.TemporaryDirectory() as folder:
    path = os.path.join(folder, "book.xlsx")
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_string("B3", "phone")
        sheet.write_number("B4", 12015550123)
        sheet.write_string("B5", "+12015550124")
    print("python-calamine", version("python-calamine"))
    print(load_workbook(path).get_sheet_by_index(0).to_python())
    print("openpyxl", openpyxl.__version__)
    print([list(row) for row in openpyxl.load_workbook(path).active.iter_rows(values_only=True)])
END
"$folder/venv/bin/python" "$folder/run.py" | tee "$folder/seen"
diff "$folder/expected" "$folder/seen"
