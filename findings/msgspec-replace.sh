#!/usr/bin/env bash
# msgspec: structs.replace does not run __post_init__ in 0.20.0 and runs it in 0.21.1. So a check that stands there, such as
# one for E.164, holds for what is made or decoded, and for a changed copy only from 0.21 on.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cat >"$folder/expected" <<'END'
msgspec 0.20.0
made: ValueError, decoded: ValidationError, replaced: Number(e164='415')
msgspec 0.21.1
made: ValueError, decoded: ValidationError, replaced: ValueError
END
cat >"$folder/run.py" <<'END'
import msgspec

class Number(msgspec.Struct, frozen=True):
    e164: str

    def __post_init__(self):
        if not self.e164.startswith("+"):
            raise ValueError("E.164, please")

def outcome(make):
    try:
        return repr(make())
    except (ValueError, msgspec.ValidationError) as error:
        return type(error).__name__

good = Number("+14155550100")
made = outcome(lambda: Number("415"))
decoded = outcome(lambda: msgspec.json.decode(b'{"e164": "415"}', type=Number))
replaced = outcome(lambda: msgspec.structs.replace(good, e164="415"))
print("msgspec", msgspec.__version__)
print(f"made: {made}, decoded: {decoded}, replaced: {replaced}")
END
for version in 0.20.0 0.21.1; do
  python3 -m venv "$folder/$version"
  "$folder/$version/bin/pip" install -q --disable-pip-version-check "msgspec==$version"
  "$folder/$version/bin/python" "$folder/run.py"
done | tee "$folder/seen"
diff "$folder/expected" "$folder/seen"
