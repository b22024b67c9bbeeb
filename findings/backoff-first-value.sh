#!/usr/bin/env bash
# backoff 2.2.1 and its fork python-backoff 3.0.0 are both `import backoff`, and their wait generators differ: the first value
# of expo, fibo and constant is None in one (to be sent away before the first wait) and 0 in the other. `sleep(next(waits))`
# fails with one and does not wait the first time with the other.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cat >"$folder/expected" <<'END'
backoff 2.2.1
expo: [None, 1, 2, 4]
constant: [None, 1, 1, 1]
python-backoff 3.0.0
expo: [0, 1, 2, 4]
constant: [0, 1, 1, 1]
END
cat >"$folder/run.py" <<'END'
import itertools, sys
import backoff
from importlib.metadata import version

print(sys.argv[1], version(sys.argv[1]))
print("expo:", list(itertools.islice(backoff.expo(), 4)))
print("constant:", list(itertools.islice(backoff.constant(), 4)))
END
for package in backoff==2.2.1 python-backoff==3.0.0; do
  python3 -m venv "$folder/$package"
  "$folder/$package/bin/pip" install -q --disable-pip-version-check "$package"
  "$folder/$package/bin/python" "$folder/run.py" "${package%%=*}"
done | tee "$folder/seen"
diff "$folder/expected" "$folder/seen"
