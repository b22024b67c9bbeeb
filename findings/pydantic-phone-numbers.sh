#!/usr/bin/env bash
# pydantic-extra-types 2.11.1: a field of type PhoneNumber is no E.164. Its text, and its JSON, is RFC 3966 with hyphens
# ("tel:+1-415-555-2671"), so it is unequal to the E.164 that it was made of, and an API that wants E.164 refuses it.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check pydantic-extra-types==2.11.1 pydantic==2.14.4 phonenumbers==9.0.43
cat >"$folder/expected" <<'END'
pydantic-extra-types 2.11.1
{"phone":"tel:+1-415-555-2671"}
equal to what was given: False
END
cat >"$folder/run.py" <<'END'
from importlib.metadata import version
from pydantic import BaseModel
from pydantic_extra_types.phone_numbers import PhoneNumber

class Customer(BaseModel):
    phone: PhoneNumber

print("pydantic-extra-types", version("pydantic-extra-types"))
customer = Customer(phone="+14155552671")
print(customer.model_dump_json())
print("equal to what was given:", customer.phone == "+14155552671")
END
"$folder/venv/bin/python" "$folder/run.py" | tee "$folder/seen"
diff "$folder/expected" "$folder/seen"
