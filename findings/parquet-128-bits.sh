#!/usr/bin/env bash
# A Parquet file with one column of 128-bit integers, which polars 2.1.0 writes: pyarrow 26.0.1 reads nothing of it, also
# where only the other columns are asked for, not even its number of rows. pandas reads Parquet with pyarrow.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check polars==2.1.0 pyarrow==26.0.1
cat >"$folder/expected" <<'END'
polars 2.1.0, pyarrow 26.0.1
all columns: ArrowNotImplementedError
the column of text alone: ArrowNotImplementedError
the metadata: ArrowNotImplementedError
polars itself: ['+12015550123']
END
cat >"$folder/run.py" <<'END'
import os, tempfile
import polars, pyarrow
from pyarrow import parquet

print(f"polars {polars.__version__}, pyarrow {pyarrow.__version__}")
with tempfile.TemporaryDirectory() as folder:
    path = os.path.join(folder, "numbers.parquet")
    schema = {"phone": polars.String, "id": polars.Int128}
    polars.DataFrame({"phone": ["+12015550123"], "id": [1]}, schema=schema).write_parquet(path)
    for what, read in (
        ("all columns", lambda: parquet.read_table(path)),
        ("the column of text alone", lambda: parquet.read_table(path, columns=["phone"])),
        ("the metadata", lambda: parquet.read_metadata(path)),
    ):
        try:
            print(f"{what}: {read().num_rows} rows")
        except pyarrow.ArrowNotImplementedError as error:
            print(f"{what}: {type(error).__name__}")
    print("polars itself:", polars.read_parquet(path, columns=["phone"])["phone"].to_list())
END
"$folder/venv/bin/python" "$folder/run.py" | tee "$folder/seen"
diff "$folder/expected" "$folder/seen"
