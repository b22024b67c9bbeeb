#!/usr/bin/env bash
# polars 2.1.0: a lazy left join does not keep the order of the left rows, while the eager one does. Results that are put
# beside a customer's list come out in another order, unless maintain_order="left" is given.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check polars==2.1.0
cat >"$folder/expected" <<'END'
polars 2.1.0
eager: the same order
lazy: another order
lazy, maintain_order="left": the same order
END
cat >"$folder/run.py" <<'END'
import polars

keys = list(range(200_000, 0, -1))
given = polars.DataFrame({"key": keys})
found = polars.DataFrame({"key": sorted(keys), "portable": [True] * len(keys)})

def order(joined):
    return "the same order" if joined["key"].to_list() == keys else "another order"

print("polars", polars.__version__)
print("eager:", order(given.join(found, on="key", how="left")))
print("lazy:", order(given.lazy().join(found.lazy(), on="key", how="left").collect()))
kept = given.lazy().join(found.lazy(), on="key", how="left", maintain_order="left").collect()
print('lazy, maintain_order="left":', order(kept))
END
"$folder/venv/bin/python" "$folder/run.py" | tee "$folder/seen"
diff "$folder/expected" "$folder/seen"
