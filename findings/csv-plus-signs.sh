#!/usr/bin/env bash
# Four readers of CSV, four answers to a column of E.164 and one of national numbers with a leading zero: pandas 3.1.1 takes
# both for integers, pyarrow 26.0.1 takes a plus sign for the beginning of a double (and writes 1.2015550123e+10 back),
# polars 2.1.0 keeps the plus and drops the zero, DuckDB 2.0.1 keeps both as text.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check pandas==3.1.1 pyarrow==26.0.1 polars==2.1.0 duckdb==2.0.1
cat >"$folder/expected" <<'END'
pandas 3.1.1: (12015550123, 2079460958)
pyarrow 26.0.1: (12015550123.0, 2079460958)
pyarrow, written back: 1.2015550123e+10,2079460958
polars 2.1.0: ('+12015550123', 2079460958)
duckdb 2.0.1: ('+12015550123', '02079460958')
END
cat >"$folder/run.py" <<'END'
import io, os, tempfile
import duckdb, pandas, polars, pyarrow
from pyarrow import csv

with tempfile.TemporaryDirectory() as folder:
    path = os.path.join(folder, "numbers.csv")
    with open(path, "w") as file:
        file.write("phone,local\n+12015550123,02079460958\n+12015550124,02079460959\n")
    frame = pandas.read_csv(path)
    print(f"pandas {pandas.__version__}: {(int(frame['phone'][0]), int(frame['local'][0]))}")
    assert frame["phone"].dtype == frame["local"].dtype == "int64"
    table = csv.read_csv(path)
    print(f"pyarrow {pyarrow.__version__}: {tuple(table.to_pylist()[0].values())}")
    again = io.BytesIO()
    csv.write_csv(table, again)
    print("pyarrow, written back:", again.getvalue().decode().splitlines()[1])
    print(f"polars {polars.__version__}: {polars.read_csv(path).row(0)}")
    [first, _] = duckdb.sql(f"select * from read_csv('{path}')").fetchall()
    print(f"duckdb {duckdb.__version__}: {first}")
END
"$folder/venv/bin/python" "$folder/run.py" | tee "$folder/seen"
diff "$folder/expected" "$folder/seen"
