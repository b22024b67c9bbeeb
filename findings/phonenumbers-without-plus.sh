#!/usr/bin/env bash
# phonenumbers 9.0.43: digits that begin with the country code, without a plus, are understood for nearly every country if
# its region is given, and in three become another number: a German mobile number gets its country code twice, and the result
# is valid as well, so no check finds it.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check phonenumbers==9.0.43
cat >"$folder/expected" <<'END'
phonenumbers 9.0.43
GB 447400123456 -> +447400123456, valid True
FR 33612345678 -> +33612345678, valid True
DE 4915123456789 -> +494915123456789, valid True
the regions' own examples: 242 the same, another valid number: DE, ID, XK
END
cat >"$folder/run.py" <<'END'
import phonenumbers

E164 = phonenumbers.PhoneNumberFormat.E164
MOBILE = phonenumbers.PhoneNumberType.MOBILE

def read(digits, region):
    number = phonenumbers.parse(digits, region)
    return phonenumbers.format_number(number, E164), phonenumbers.is_valid_number(number)

print("phonenumbers", phonenumbers.__version__)
for region, digits in (("GB", "447400123456"), ("FR", "33612345678"), ("DE", "4915123456789")):
    said, valid = read(digits, region)
    print(f"{region} {digits} -> {said}, valid {valid}")
same, others = 0, []
for region in sorted(phonenumbers.SUPPORTED_REGIONS):
    example = phonenumbers.example_number_for_type(region, MOBILE) or phonenumbers.example_number(region)
    e164 = phonenumbers.format_number(example, E164)
    said, valid = read(e164[1:], region)
    same += said == e164
    if said != e164 and valid:
        others.append(region)
print(f"the regions' own examples: {same} the same, another valid number: {', '.join(others)}")
END
"$folder/venv/bin/python" "$folder/run.py" | tee "$folder/seen"
diff "$folder/expected" "$folder/seen"
