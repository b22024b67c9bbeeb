#!/usr/bin/env bash
# twilio 9.13.0: list(limit=0) reads everything that there is. And a limit without a page_size is sent as the page size as it
# is, limit=1500 as PageSize=1500, although the API's greatest is 1000.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check twilio==9.13.0
cat >"$folder/expected" <<'END'
twilio 9.13.0
limit 10: 10 numbers in 1 pages, PageSize 10
limit 0: 200 numbers in 4 pages, PageSize not sent
limit 1500: 200 numbers in 4 pages, PageSize 1500
END
cat >"$folder/run.py" <<'END'
import json
from importlib.metadata import version
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

def page(url):  # four pages of fifty
    number = int(url.partition("?Page=")[2] or 0)
    rows = [{"sid": f"PN{number * 50 + n:032}"} for n in range(50)]
    following = f"/2010-04-01/Accounts/AC/IncomingPhoneNumbers.json?Page={number + 1}" if number < 3 else None
    return Response(200, json.dumps({"incoming_phone_numbers": rows, "next_page_uri": following}))

print("twilio", version("twilio"))
for limit in (10, 0, 1500):
    http = Fake(page)
    found = Client("AC" + "0" * 32, "token", http_client=http).incoming_phone_numbers.list(limit=limit)
    size = http.sent[0][1].get("PageSize", "not sent")
    print(f"limit {limit}: {len(found)} numbers in {len(http.sent)} pages, PageSize {size}")
END
"$folder/venv/bin/python" "$folder/run.py" | tee "$folder/seen"
diff "$folder/expected" "$folder/seen"
