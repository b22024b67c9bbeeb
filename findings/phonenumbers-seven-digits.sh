#!/usr/bin/env bash
# phonenumbers 9.0.43: seven digits, as neighbours in one American area dial them, are "possible": is_possible_number counts
# IS_POSSIBLE_LOCAL_ONLY, and format_number makes an E.164 of eight digits of it that nobody can dial. Only
# is_possible_number_with_reason tells. A British number without its area code is the same, an emergency number is not.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check phonenumbers==9.0.43
cat >"$folder/expected" <<'END'
phonenumbers 9.0.43
555-0100, US: +15550100, possible True, IS_POSSIBLE_LOCAL_ONLY
7946 0958, GB: +4479460958, possible True, IS_POSSIBLE_LOCAL_ONLY
415-555-0100, US: +14155550100, possible True, IS_POSSIBLE
911, US: +1911, possible False, TOO_SHORT
END
cat >"$folder/run.py" <<'END'
import phonenumbers

REASONS = {value: name for name, value in vars(phonenumbers.ValidationResult).items() if name.isupper()}
print("phonenumbers", phonenumbers.__version__)
for text, region in (("555-0100", "US"), ("7946 0958", "GB"), ("415-555-0100", "US"), ("911", "US")):
    number = phonenumbers.parse(text, region)
    said = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    reason = REASONS[phonenumbers.is_possible_number_with_reason(number)]
    print(f"{text}, {region}: {said}, possible {phonenumbers.is_possible_number(number)}, {reason}")
END
"$folder/venv/bin/python" "$folder/run.py" | tee "$folder/seen"
diff "$folder/expected" "$folder/seen"
