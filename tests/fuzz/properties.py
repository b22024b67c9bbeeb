"""Properties that hold whatever comes in: a result, or an error of the package's own; no other exception, no hang.

Each property takes what a stranger may choose, returns when it holds and raises when it does not. hypothesis feeds
them in the test run, atheris (``atheris_run``) outside of it.
"""

from __future__ import annotations

import importlib
import pickle
import pkgutil
import re
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import urlsplit

import msgspec

import twilio_numbers_async.resources
from twilio_numbers_async import errors
from twilio_numbers_async.cli.tables import TableError, open_table
from twilio_numbers_async.errors import (
    ApiError,
    DecodeError,
    InvalidPhoneNumberError,
    PagingError,
    TwilioNumbersError,
    WebhookError,
)
from twilio_numbers_async.phone import country_of, is_toll_free, to_e164
from twilio_numbers_async.resources.api_2010.csv_rows import read_csv
from twilio_numbers_async.transport.endpoint import Endpoint, endpoints_of
from twilio_numbers_async.transport.hosts import Hosts
from twilio_numbers_async.transport.response import concurrent_requests, read_result, retry_after
from twilio_numbers_async.webhooks import PortingEvent, parse_event, verify

__all__ = [
    "ENDINGS",
    "ENDPOINTS",
    "answer",
    "api_csv",
    "event",
    "headers_of_an_answer",
    "next_page",
    "phone_number",
    "table",
    "webhook",
]

ENDINGS = (".csv", ".tsv", ".jsonl", ".txt", ".csv.gz")
"""The kinds of tables."""


def _endpoints() -> list[Endpoint[Any]]:
    found: dict[int, Endpoint[Any]] = {}
    package = twilio_numbers_async.resources
    for info in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        module: ModuleType = importlib.import_module(info.name)
        spaces = [vars(module), *(vars(each) for each in vars(module).values() if isinstance(each, type))]
        found |= {id(each): each for space in spaces for each in endpoints_of(dict(space))}
    return sorted(found.values(), key=lambda each: (each.path, each.method))


ENDPOINTS = _endpoints()
"""Every operation of the package."""


def _holds(error: TwilioNumbersError, status: int | None = None) -> None:
    """An error is one that can be printed, logged and carried to another process."""
    assert status is None or getattr(error, "status", None) == status
    assert type(error) is getattr(errors, type(error).__name__)
    text = str(error)
    assert text
    assert text.isprintable(), text
    assert len(text) < 5000
    again = pickle.loads(pickle.dumps(error))
    assert (type(again), str(again)) == (type(error), text)


def answer(endpoint: Endpoint[Any], status: int, headers: Mapping[str, str], body: bytes) -> None:
    """An answer is a result of the endpoint's kind, which can be written out again, or an error."""
    try:
        result = read_result(endpoint, status, headers, body)
    except (ApiError, DecodeError) as error:
        _holds(error, status)
    else:
        assert isinstance(result, endpoint.result)
        msgspec.to_builtins(result)
        repr(result)


def headers_of_an_answer(headers: Mapping[str, str]) -> None:
    """Headers give a number from 0 up, or nothing."""
    seconds = retry_after(headers)
    assert seconds is None or seconds >= 0
    count = concurrent_requests(headers)
    assert count is None or count >= 0


def next_page(named: str) -> None:
    """A next page is a path of the same origin, or refused."""
    base = "https://gateway.example.com/twilio"
    hosts = Hosts(base_url=base)
    try:
        target = hosts.follow("numbers", named)
    except PagingError as error:
        _holds(error)
        return
    assert target.startswith("/")
    asked = urlsplit(base + target)
    assert (asked.scheme, asked.netloc) == ("https", "gateway.example.com")
    assert re.fullmatch(r"[!-~]+", target)
    assert not re.search(r"(^|/)(\.|%2e){1,2}(/|\?|$)", target.partition("?")[0], re.IGNORECASE)


def phone_number(text: str, country: str | None) -> None:
    """A text that is read as a number gives E.164, which reads as itself and ends in the digits of the text."""
    try:
        number = to_e164(text, country)
    except InvalidPhoneNumberError as error:
        _holds(error)
        return
    assert re.fullmatch(r"\+[1-9][0-9]{4,14}", number), number
    assert to_e164(number) == number
    country_of(number)
    is_toll_free(number)
    assert _keys(number)[-4:] in _keys(text), (text, number)


_KEYPAD = {
    letter: str(key)
    for key, letters in enumerate(("abc", "def", "ghi", "jkl", "mno", "pqrs", "tuv", "wxyz"), start=2)
    for letter in letters
}


def _keys(text: str) -> str:
    """The digits of a text as one types them: any script's, and letters by their keys."""
    return "".join(str(int(each)) if each.isdecimal() else _KEYPAD.get(each, "") for each in text.casefold())


def table(path: Path, content: bytes) -> None:
    """A table is read twice alike and as long as it says, or refused before a row of it was read."""
    path.write_bytes(content)
    try:
        opened = open_table(str(path))
    except TableError:
        return
    try:
        rows, again = list(opened.rows()), list(opened.rows())
    finally:
        opened.close()
    assert repr(rows) == repr(again)
    assert len(rows) == opened.total
    assert all(len(row.cells) == len(opened.columns) for row in rows)


def api_csv(body: bytes) -> None:
    """A CSV answer is rows, or a DecodeError."""
    try:
        rows = read_csv(body)
    except DecodeError as error:
        _holds(error)
    else:
        msgspec.to_builtins(rows)


def event(body: bytes) -> PortingEvent | None:
    """The body of a webhook is an event all of whose facts can be read, or a WebhookError."""
    try:
        found = parse_event(body)
    except WebhookError as error:
        _holds(error)
        return None
    assert re.fullmatch("[0-9a-f]{64}", found.dedupe_key)
    assert parse_event(body) == found
    _ = found.state, found.subject, found.is_terminal, found.is_about_number
    repr(found)
    return found


def webhook(url: str, body: bytes, headers: list[tuple[str, str]] | list[tuple[bytes, bytes]]) -> None:
    """A webhook that nobody signed is refused."""
    try:
        verify(url, body, headers, auth_token="a" * 32, shared_keys={"key": "s" * 40})
    except WebhookError as error:
        _holds(error)
    else:
        raise AssertionError("a webhook that nobody signed was taken for genuine")
