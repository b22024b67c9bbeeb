#!/usr/bin/env bash
# phonenumbers: the 1 that Mexican mobile numbers had after +52 until 2019, and that stored lists still have, was valid in
# 8.13.0 and is not even possible in 9.0.43. It is not taken away either: the same telephone has two E.164 texts that no
# release turns into one another, and only is_number_match says that they may be the same.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cat >"$folder/expected" <<'END'
phonenumbers 8.13.0
+5215512345678 -> +5215512345678, possible True, valid True
+525512345678 -> +525512345678, possible True, valid True
match 2
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
