#!/usr/bin/env bash
# django-phonenumber-field 9.0.0: str() of a number with an extension leaves the extension out (E.164 has none), and that
# text is what is compared, hashed and stored: two extensions of one office are one number, and a unique field refuses the
# second.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check django==5.2.19 django-phonenumber-field==9.0.0 phonenumbers==9.0.43
cat >"$folder/expected" <<'END'
django-phonenumber-field 9.0.0
12 -> +14155552671
34 -> +14155552671
equal True, as a set: 1
stored: +14155552671
END
cat >"$folder/run.py" <<'END'
from importlib.metadata import version
from django.conf import settings

settings.configure()
from phonenumber_field.modelfields import PhoneNumberField
from phonenumber_field.phonenumber import PhoneNumber

print("django-phonenumber-field", version("django-phonenumber-field"))
one, two = (PhoneNumber.from_string(f"+1 415 555 2671 ext. {extension}") for extension in (12, 34))
for number in (one, two):
    print(number.extension, "->", number)
print(f"equal {one == two}, as a set: {len({one, two})}")
print("stored:", PhoneNumberField().get_prep_value(one))
END
"$folder/venv/bin/python" "$folder/run.py" | tee "$folder/seen"
diff "$folder/expected" "$folder/seen"
