#!/usr/bin/env bash
# phonenumbers: the 1 that Mexican mobile numbers had after +52 until 2019, and that stored lists still have, was taken away
# by 8.13.0: +52 1 55 ... became the valid +52 55 .... 9.0.43 leaves it, and the number is not even possible: lists that were
# read without a fault a few releases ago are refused. Only is_number_match still says that the two may be the same.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cat >"$folder/expected" <<'END'
phonenumbers 8.13.0
+5215512345678 -> +525512345678, possible True, valid True
+525512345678 -> +525512345678, possible True, valid True
match 4
phonenumbers 9.0.43
+5215512345678 -> +5215512345678, possible False, valid False
+525512345678 -> +525512345678, possible True, valid True
match 2
END
cat >"$folder/run.py" <<'END'
import phonenumbers

print("phonenumbers", phonenumbers.__version__)
for text in ("+5215512345678", "+525512345678"):
    number = phonenumbers.parse(text)
    said = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    possible, valid = phonenumbers.is_possible_number(number), phonenumbers.is_valid_number(number)
    print(f"{text} -> {said}, possible {possible}, valid {valid}")
print("match", phonenumbers.is_number_match("+5215512345678", "+525512345678"))
END
for version in 8.13.0 9.0.43; do
  python3 -m venv "$folder/$version"
  "$folder/$version/bin/pip" install -q --disable-pip-version-check "phonenumbers==$version"
  "$folder/$version/bin/python" "$folder/run.py"
done | tee "$folder/seen"
diff "$folder/expected" "$folder/seen"
