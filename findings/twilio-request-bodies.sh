#!/usr/bin/env bash
# twilio 9.13.0: calls that send JSON take no dict, whatever the signature's `object` seems to say: a port-in is made of the
# list's own classes, and of hosted number orders in bulk there is no such class at all, so nothing can be given to create().
# A port-in's date has to be text, though its annotation says date.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check twilio==9.13.0
cat >"$folder/expected" <<'END'
twilio 9.13.0
bulk order, a dict: AttributeError: 'dict' object has no attribute 'to_dict'
bulk order, classes to make one of: none
port-in, a dict: AttributeError: 'dict' object has no attribute 'to_dict'
port-in, its own class, a date: sent, as JSON: TypeError: Object of type date is not JSON serializable
port-in, its own class, a text: sent, as JSON: {"target_port_in_date": "2030-01-02"}
END
cat >"$folder/run.py" <<'END'
import datetime, json
from importlib.metadata import version
from twilio.http import HttpClient
from twilio.http.response import Response
from twilio.rest import Client
from twilio.rest.numbers.v1.porting_port_in import PortingPortInList
from twilio.rest.numbers.v2.bulk_hosted_number_order import BulkHostedNumberOrderList

class Fake(HttpClient):
    """Answers in place of Twilio."""

    def __init__(self, answer):
        super().__init__(None, False, None)
        self.answer, self.sent = answer, []

    def request(self, method, url, params=None, data=None, **_):
        self.sent.append((method, params or {}, data))
        return self.answer(url)

def attempt(call):
    try:
        return call()
    except (AttributeError, TypeError) as error:
        return f"{type(error).__name__}: {error}"

http = Fake(lambda url: Response(201, "{}"))
client = Client("AC" + "0" * 32, "token", http_client=http)
orders, port_ins = client.numbers.v2.bulk_hosted_number_orders, client.numbers.v1.porting_port_ins
print("twilio", version("twilio"))
print("bulk order, a dict:", attempt(lambda: orders.create(body={"total_count": 1})))
classes = [name for name, value in vars(BulkHostedNumberOrderList).items() if isinstance(value, type)]
print("bulk order, classes to make one of:", ", ".join(classes) or "none")
print("port-in, a dict:", attempt(lambda: port_ins.create({"documents": ["RD" + "0" * 32]})))
for what, date in (("a date", datetime.date(2030, 1, 2)), ("a text", "2030-01-02")):
    port_ins.create(PortingPortInList.NumbersV1PortingPortInCreate({"target_port_in_date": date}))
    print(f"port-in, its own class, {what}: sent, as JSON:", attempt(lambda: json.dumps(http.sent[-1][2])))
END
"$folder/venv/bin/python" "$folder/run.py" | tee "$folder/seen"
diff "$folder/expected" "$folder/seen"
