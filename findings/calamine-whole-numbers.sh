#!/usr/bin/env bash
# python-calamine 0.9.1: a whole number in a workbook's cell is a float, where openpyxl 3.1.5 gives an int. str() of a phone
# number that was typed without its plus is "12015550123.0", and with the dot left out it has a digit too many.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check python-calamine==0.9.1 openpyxl==3.1.5 XlsxWriter==3.2.9
cat >"$folder/expected" <<'END'
python-calamine 0.9.1
[['phone'], [12015550123.0], ['+12015550124']]
openpyxl 3.1.5
[['phone'], [12015550123], ['+12015550124']]
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
        sheet.write_string("A1", "phone")
        sheet.write_number("A2", 12015550123)
        sheet.write_string("A3", "+12015550124")
    print("python-calamine", version("python-calamine"))
    print(load_workbook(path).get_sheet_by_index(0).to_python())
    print("openpyxl", openpyxl.__version__)
    print([list(row) for row in openpyxl.load_workbook(path).active.iter_rows(values_only=True)])
END
"$folder/venv/bin/python" "$folder/run.py" | tee "$folder/seen"
diff "$folder/expected" "$folder/seen"
