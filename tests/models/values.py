"""Answers made from the specification's schemas, and a comparison of an answer with what was decoded from it."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from typing import Any

import msgspec
from hypothesis import strategies as st

from tests.contract.schemas import Facts, Schema, keys
from twilio_numbers_async.models.base import OpenEnum, fold

Path = tuple[str | int, ...]

_EXAMPLES: dict[str | None, str] = {
    "date-time": "2024-04-10T06:52:21Z",
    "date-time-rfc-2822": "Thu, 30 Jul 2015 23:19:04 +0000",
    "date": "2023-09-10",
    "phone-number": "+14155550100",
    "uri": "https://example.com/",
    "email": "name@example.com",
    "iso-country-code": "US",
}
_OFFSETS = st.sampled_from(
    [dt.UTC, dt.timezone(dt.timedelta(hours=-8)), dt.timezone(dt.timedelta(hours=5, minutes=30))]
)
_MOMENTS = st.datetimes(min_value=dt.datetime(1900, 1, 1), timezones=_OFFSETS)  # noqa: DTZ001  (hypothesis adds the offset)
_FORMATS: dict[str | None, st.SearchStrategy[str]] = {
    "date-time": _MOMENTS.map(lambda moment: moment.isoformat().replace("+00:00", "Z")),
    "date-time-rfc-2822": _MOMENTS.map(lambda moment: f"{moment:%a, %d %b %Y %H:%M:%S %z}"),
    "date": st.dates().map(dt.date.isoformat),
    "phone-number": st.from_regex(r"\A\+1[2-9][0-9]{2}55501[0-9]{2}\Z"),
}


def full(facts: Facts, schema: Schema) -> Any:
    """An answer in which every property is there."""
    merged = facts.merged(schema)
    match merged.get("type"):
        case "object" if "properties" in merged:
            return {key: full(facts, prop) for key, prop in merged["properties"].items()}
        case "object":
            return {"local": "/Local.json"}
        case "array":
            return [full(facts, merged["items"])]
        case "boolean":
            return True
        case "integer":
            return 22135
        case "number":
            return 37.75
        case "string":
            if "enum" in merged:
                return merged["enum"][0]
            if "pattern" in merged:
                return merged["pattern"][1:3] + "a" * 32
            return _EXAMPLES.get(merged.get("format"), "text")
        case _:
            return dict(facts.untyped)


def conforming(facts: Facts, schema: Schema) -> st.SearchStrategy[Any]:
    """Answers that conform to a schema."""
    strategy = _conforming(facts, facts.merged(schema))
    return st.none() | strategy if schema.get("nullable") else strategy


def _conforming(facts: Facts, merged: Schema) -> st.SearchStrategy[Any]:
    match merged.get("type"):
        case "object" if "properties" in merged:
            required = set(merged.get("required", ()))
            props = {key: conforming(facts, prop) for key, prop in merged["properties"].items()}
            return st.fixed_dictionaries(
                {key: strategy for key, strategy in props.items() if key in required},
                optional={key: strategy for key, strategy in props.items() if key not in required},
            )
        case "object":
            return st.dictionaries(st.text(), st.text() | st.none(), max_size=3)
        case "array":
            return st.lists(conforming(facts, merged["items"]), max_size=3)
        case "boolean":
            return st.booleans()
        case "integer":
            return st.integers(-(2**31), 2**31)
        case "number":
            return st.floats(allow_nan=False, allow_infinity=False)
        case "string":
            if "enum" in merged:
                return st.sampled_from(merged["enum"])
            if "pattern" in merged:
                return st.from_regex(str(merged["pattern"]).replace("^", r"\A").replace("$", r"\Z"))
            return _FORMATS.get(merged.get("format"), st.text())
        case _:  # an item of results: an object of which nothing is said
            values: st.SearchStrategy[Any] = st.integers() | st.text() | st.none()
            return st.dictionaries(st.text().map("x_{}".format), values, max_size=3)


def places(value: Any, path: Path = ()) -> Iterator[Path]:
    """The paths of every value inside an answer."""
    for key in _keys_of(value):
        yield (*path, key)
        yield from places(value[key], (*path, key))


def _keys_of(value: Any) -> list[Any]:
    kind: type[Any] = value.__class__
    return list(value) if kind is dict else list(range(len(value))) if kind is list else []


def lookup(value: Any, path: Path) -> Any:
    """The value at a path of an answer."""
    for key in path:
        value = value[key]
    return value


def without(value: Any, path: Path) -> Any:
    """A copy that lacks the value at a path."""
    copy = json.loads(json.dumps(value))
    del lookup(copy, path[:-1])[path[-1]]
    return copy


def replaced(value: Any, path: Path, new: Any) -> Any:
    """A copy with another value at a path."""
    copy = json.loads(json.dumps(value))
    lookup(copy, path[:-1])[path[-1]] = new
    return copy


def held(answer: Any, path: Path) -> Any:
    """The value at a path of an answer, in what was decoded from it."""
    for key in path:
        kind: type[Any] = answer.__class__
        answer = getattr(answer, keys(kind)[str(key)]) if issubclass(kind, msgspec.Struct) else answer[key]
    return answer


def differences(sent: Any, got: Any, path: str = "$") -> Iterator[str]:
    """The places where what was decoded does not hold what was sent; fields that no Struct has count as lost."""
    if isinstance(got, msgspec.Struct):
        names = keys(type(got))
        for key, value in sent.items():
            key = key if key in names else key.lower()  # capabilities come in any case
            if key in names:
                yield from differences(value, getattr(got, names[key]), f"{path}.{key}")
            elif not key.startswith("x_"):
                yield f"{path}.{key} is lost"
    elif isinstance(got, list):
        if len(_items(got)) != len(sent):
            yield f"{path} has another length"
        for index, (inner, item) in enumerate(zip(sent, _items(got), strict=False)):
            yield from differences(inner, item, f"{path}[{index}]")
    elif not _same(sent, got):
        yield f"{path}: {sent!r} became {got!r}"


def _items(value: Any) -> list[Any]:
    return list(value)


def _same(sent: Any, got: Any) -> bool:
    if isinstance(got, OpenEnum):
        return fold(str(sent)) == fold(got)
    if isinstance(got, dt.datetime):
        try:
            moment = dt.datetime.fromisoformat(str(sent))
        except ValueError:
            moment = parsedate_to_datetime(sent)
        return got.tzinfo is not None and got == moment and got.utcoffset() == moment.utcoffset()
    if isinstance(got, dt.date):
        return got.isoformat() == str(sent)
    if isinstance(got, dt.time):
        return got == dt.time.fromisoformat(sent)
    if isinstance(got, float):
        return bool(got == float(sent))
    if isinstance(got, int) and isinstance(sent, str):
        return got == int(sent)
    # Lax decoding takes the word null for none where a text is not kept as it is.
    return bool(got == sent or (got is None and str(sent).lower() in {"", "null"}))
