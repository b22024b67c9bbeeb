#!/usr/bin/env bash
# phonenumbers 9.0.43: one or two letters inside a number are dropped without a word, while three or more are dialled as a
# vanity number. `(787) 2aa34-7887` with PR is +17872347887 and possible. And RFC 3966's scheme is read in lower case only.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check phonenumbers==9.0.43
cat >"$folder/expected" <<'END'
phonenumbers 9.0.43
(787) 2aa34-7887, PR: +17872347887, possible True
tel:201-555-0123;phone-context=+1: +12015550123
TEL:201-555-0123;phone-context=+1: NumberParseException
END
cat >"$folder/run.py" <<'END'
import phonenumbers

print("phonenumbers", phonenumbers.__version__)

def read(text, region=None):
    return phonenumbers.parse(text, region)

one = read("(787) 2aa34-7887", "PR")
e164 = phonenumbers.format_number(one, phonenumbers.PhoneNumberFormat.E164)
print(f"(787) 2aa34-7887, PR: {e164}, possible {phonenumbers.is_possible_number(one)}")
for scheme in ("tel", "TEL"):
    text = f"{scheme}:201-555-0123;phone-context=+1"
    try:
        print(f"{text}: {phonenumbers.format_number(read(text), phonenumbers.PhoneNumberFormat.E164)}")
    except phonenumbers.NumberParseException as error:
        print(f"{text}: {type(error).__name__}")
END
"$folder/venv/bin/python" "$folder/run.py" | tee "$folder/seen"
diff "$folder/expected" "$folder/seen"
