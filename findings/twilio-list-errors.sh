#!/usr/bin/env bash
# twilio 9.13.0: a listing that is answered with an error raises TwilioException, not its TwilioRestException as every other
# call does: it has neither .status nor .code, and `except TwilioRestException` does not see it. The response is in its args.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check twilio==9.13.0
cat >"$folder/expected" <<'END'
twilio 9.13.0
fetch: TwilioRestException, status 429, code 20429
list: TwilioException, status none, code none
END
cat >"$folder/run.py" <<'END'
import json
from importlib.metadata import version
from twilio.base.exceptions import TwilioException
from twilio.http import HttpClient
from twilio.http.response import Response
from twilio.rest import Client

class Fake(HttpClient):
    """Answers in place of Twilio."""

    def __init__(self, answer):
        super().__init__(None, False, None)
        self.answer, self.sent = answer, []

    def request(self, method, url, params=None, data=None, **_):
        self.sent.append((method, params or {}, data))
        return self.answer(url)

print("twilio", version("twilio"))
refused = json.dumps({"code": 20429, "message": "Too many requests", "status": 429})
client = Client("AC" + "0" * 32, "token", http_client=Fake(lambda url: Response(429, refused)))
numbers = client.incoming_phone_numbers
for what, call in (("fetch", lambda: numbers("PN" + "0" * 32).fetch()), ("list", lambda: numbers.list(limit=20))):
    try:
        call()
    except TwilioException as error:
        status, code = getattr(error, "status", "none"), getattr(error, "code", "none")
        print(f"{what}: {type(error).__name__}, status {status}, code {code}")
END
"$folder/venv/bin/python" "$folder/run.py" | tee "$folder/seen"
diff "$folder/expected" "$folder/seen"
