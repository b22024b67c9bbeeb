#!/usr/bin/env bash
# python-calamine 0.9.1: a cell with a spreadsheet's error (#N/A, #VALUE!) is read as an empty string, like a cell with
# nothing in it. Who counts empty cells, or tells people why a number is missing, cannot tell the two apart.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check python-calamine==0.9.1 XlsxWriter==3.2.9
cat >"$folder/expected" <<'END'
python-calamine 0.9.1
[['phone'], ['+15555550100'], [''], ['']]
END
cat >"$folder/run.py" <<'END'
import sys
from importlib.metadata import version
import xlsxwriter
from python_calamine import load_workbook

path = sys.argv[1]
with xlsxwriter.Workbook(path) as book:
    sheet = book.add_worksheet()
    sheet.write_string(0, 0, "phone")
    sheet.write_string(1, 0, "+15555550100")
    sheet.write_formula(2, 0, "=NA()", None, "#N/A")
    sheet.write_formula(3, 0, '=VALUE("x")', None, "#VALUE!")
print("python-calamine", version("python-calamine"))
print(load_workbook(path).get_sheet_by_index(0).to_python())
END
"$folder/venv/bin/python" "$folder/run.py" "$folder/book.xlsx" | tee "$folder/seen"
diff "$folder/expected" "$folder/seen"
