#!/usr/bin/env bash
# pandas 3.1.1: read_excel makes integers of a column whose cells are text, if all of them look like numbers: the plus signs
# and leading zeros that the cells' type was to keep are gone, with either engine. One cell with a hyphen keeps all of them.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check pandas==3.1.1 openpyxl==3.1.5 python-calamine==0.9.1 XlsxWriter==3.2.9
cat >"$folder/expected" <<'END'
pandas 3.1.1
openpyxl: int64 [12015550123, 2079460958]
openpyxl, a hyphen somewhere: str ['+12015550123', '02079460958', '555-0100']
calamine: int64 [12015550123, 2079460958]
calamine, a hyphen somewhere: str ['+12015550123', '02079460958', '555-0100']
END
cat >"$folder/run.py" <<'END'
import os, tempfile
import pandas, xlsxwriter

def read(folder, engine, cells):
    path = os.path.join(folder, "book.xlsx")
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        for row, text in enumerate(["phone", *cells]):
            sheet.write_string(row, 0, text)
    column = pandas.read_excel(path, engine=engine)["phone"]
    return f"{column.dtype} {column.tolist()}"

print("pandas", pandas.__version__)
cells = ["+12015550123", "02079460958"]
with tempfile.TemporaryDirectory() as folder:
    for engine in ("openpyxl", "calamine"):
        print(f"{engine}: {read(folder, engine, cells)}")
        print(f"{engine}, a hyphen somewhere: {read(folder, engine, [*cells, '555-0100'])}")
END
"$folder/venv/bin/python" "$folder/run.py" | tee "$folder/seen"
diff "$folder/expected" "$folder/seen"
