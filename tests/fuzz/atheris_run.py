"""The same properties, driven by coverage: for an hour and not in the test run.

``pip install atheris``, then ``python -m tests.fuzz.atheris_run NAME [-max_total_time=600] [CORPUS]``, where NAME is
one of the names in ``TARGETS``. It ends with the input that breaks a property, or says that it found none.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

__all__ = ["main"]

_atheris: Any = importlib.import_module("atheris")  # not among the dependencies

with _atheris.instrument_imports(include=["twilio_numbers_async"]):
    from . import properties

Target = Callable[[Any], None]
_COUNTRIES = (None, "US", "GB", "DE", "IT", "AR", "MX", "JP")
_HEADERS = ("Retry-After", "Twilio-Request-Id", "Twilio-Concurrent-Requests")


def _text(data: Any, most: int) -> str:
    return str(data.ConsumeUnicodeNoSurrogates(data.ConsumeIntInRange(0, most)))


def _rest(data: Any) -> bytes:
    return bytes(data.ConsumeBytes(data.remaining_bytes()))


def answers(data: Any) -> None:
    endpoint = data.PickValueInList(properties.ENDPOINTS)
    status = data.ConsumeIntInRange(200, 599)
    headers = {name: _text(data, 20) for name in _HEADERS if data.ConsumeBool()}
    properties.headers_of_an_answer(headers)
    properties.answer(endpoint, status, headers, _rest(data))


def api_csv(data: Any) -> None:
    properties.api_csv(b"Sid,PhoneNumber,capabilities\n" * data.ConsumeBool() + _rest(data))


def next_pages(data: Any) -> None:
    scheme = data.PickValueInList(["", "https://gateway.example.com", "https://numbers.twilio.com", "//"])
    properties.next_page(scheme + _text(data, 60))


def phone_numbers(data: Any) -> None:
    country = data.PickValueInList([*_COUNTRIES])
    properties.phone_number(_text(data, 40), country)


def webhooks(data: Any) -> None:
    names = ["X-Twilio-Signature", "X-Twilio-Webhooks-Signature-Settings", "Content-Type"]
    headers = [(data.PickValueInList(names), _text(data, 30)) for _ in range(data.ConsumeIntInRange(0, 4))]
    url = "https://www.example.com/" * data.ConsumeBool() + _text(data, 30)
    properties.webhook(url, _rest(data), headers)


def events(data: Any) -> None:
    properties.event(_rest(data))


def tables(folder: Path) -> Target:
    def target(data: Any) -> None:
        ending = data.PickValueInList([*properties.ENDINGS[:4]])
        properties.table(folder / f"table{ending}", _rest(data))

    return target


TARGETS: dict[str, Target] = {
    "answers": answers,
    "api_csv": api_csv,
    "next_pages": next_pages,
    "phone_numbers": phone_numbers,
    "webhooks": webhooks,
    "events": events,
}


def main() -> None:
    """Fuzz what the first argument names; the others are libFuzzer's."""
    name, *options = sys.argv[1:] or [""]
    with TemporaryDirectory() as folder:
        targets = {**TARGETS, "tables": tables(Path(folder))}
        if name not in targets:
            raise SystemExit(f"Which one? {', '.join(targets)}")

        def one(content: bytes) -> None:
            targets[name](_atheris.FuzzedDataProvider(content))

        _atheris.Setup([sys.argv[0], *options], one)
        _atheris.Fuzz()


if __name__ == "__main__":
    main()
