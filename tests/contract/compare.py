"""Compares facts that the tests have with a newer specification of Twilio's.

::

    python -m tests.contract.compare tests/contract/numbers_v1_facts.json twilio_numbers_v1.json
    python -m tests.contract.compare --only AvailablePhoneNumbers OLD.json NEW.json

It prints one line for each operation, parameter, property and value that was added, removed or changed. ``--only``
compares the paths with this text in them alone, and what they use. The exit status is 0 for no difference, 1 for some,
and 2 for a file that is no specification.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

__all__ = ["differences", "main"]

Schema = dict[str, Any]
Facts = dict[str, str]

_METHODS = ("get", "post", "put", "patch", "delete")
# What a value may be; prose and examples are no facts.
_SHAPE = ("type", "format", "pattern", "minLength", "maxLength", "minimum", "maximum", "minItems", "maxItems")


def differences(old: Schema, new: Schema) -> list[str]:
    """The differences between two specifications, a line each, by what they are about."""
    before, after = dict(_facts(old)), dict(_facts(new))
    lines: list[str] = []
    for name in sorted(before.keys() | after.keys()):
        was, now = before.get(name), after.get(name)
        if was is None:
            lines.append(f"added    {name}: {now}")
        elif now is None:
            lines.append(f"removed  {name}: {was}")
        elif was != now:
            lines.append(f"changed  {name}: {was} -> {now}")
    return lines


def _facts(document: Schema) -> Iterator[tuple[str, str]]:
    """The contents of a specification: the name of each thing, and its shape."""
    for path, item in document["paths"].items():
        for method in (each for each in _METHODS if each in item):
            operation = item[method]
            name = operation["operationId"]
            server = (item.get("servers") or document["servers"])[0]["url"]
            yield f"operation {name}", f"{method.upper()} {server}{path}"
            yield from _parameters(name, [*item.get("parameters", []), *operation.get("parameters", [])])
            for media, content in operation.get("requestBody", {}).get("content", {}).items():
                yield f"body {name}", media
                yield from _properties("parameter", name, content.get("schema", {}))
            for status, answer in operation["responses"].items():
                contents = answer.get("content", {})
                yield f"answer {name} {status}", ", ".join(contents) or "empty"
                for content in contents.values():
                    yield f"schema {name} {status}", _shape(content["schema"])
                    yield from _properties("property", f"{name} {status}", content["schema"])
    for name, schema in _schemas(document).items():
        yield from ((f"value {name} {value}", "of an enum") for value in schema.get("enum", []))
        yield from _properties("property", name, schema)


def _schemas(document: Schema) -> dict[str, Schema]:
    found: dict[str, Schema] = document.get("components", {}).get("schemas", {})
    return found


def _used(paths: Schema, schemas: dict[str, Schema]) -> dict[str, Schema]:
    """The schemas that the paths name, and those that these name."""
    used: dict[str, Schema] = {}
    pending = [*_references(paths)]
    while pending:
        name = pending.pop()
        if name in schemas and name not in used:
            used[name] = schemas[name]
            pending += _references(schemas[name])
    return used


def _parameters(operation: str, parameters: list[Schema]) -> Iterator[tuple[str, str]]:
    for each in parameters:
        required = ", required" if each.get("required") else ""
        yield f"parameter {operation}.{each['name']}", f"{each['in']}, {_shape(each['schema'])}{required}"


def _properties(kind: str, owner: str, schema: Schema) -> Iterator[tuple[str, str]]:
    """The properties of a schema, and of those that stand inside it."""
    for part in schema.get("allOf", []):
        yield from _properties(kind, owner, part)
    if "items" in schema:
        yield from _properties(kind, f"{owner}[]", schema["items"])
    for name, each in schema.get("properties", {}).items():
        required = ", required" if name in schema.get("required", ()) else ""
        yield f"{kind} {owner}.{name}", _shape(each) + required
        yield from _properties(kind, f"{owner}.{name}", each)


def _shape(schema: Schema) -> str:
    """The values that are allowed, in a few words."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "items" in schema:
        return f"list of {_shape(schema['items'])}"
    words = [f"{key} {schema[key]}" if key != "type" else str(schema[key]) for key in _SHAPE if key in schema]
    if "enum" in schema:
        words.append(f"one of {', '.join(map(str, schema['enum']))}")
    for key in ("allOf", "anyOf", "oneOf"):
        if key in schema:
            words.append(f"{key} {', '.join(_shape(part) for part in schema[key])}")
    return ", ".join([*words, *(["nullable"] if schema.get("nullable") else [])]) or "anything"


def _references(value: Any) -> Iterator[str]:
    """The schemas that are named anywhere inside, examples left out."""
    if isinstance(value, dict):
        for key, each in value.items():  # pyright: ignore[reportUnknownVariableType]
            if key == "$ref":
                yield str(each).rpartition("/")[2]  # pyright: ignore[reportUnknownArgumentType]
            elif key not in {"example", "examples"}:
                yield from _references(each)
    elif isinstance(value, list):
        for each in value:  # pyright: ignore[reportUnknownVariableType]
            yield from _references(each)


def _read(path: Path, only: Sequence[str]) -> Schema:
    """A specification, with those of its paths that are asked for. Raises ValueError for what is none."""
    try:
        document: Schema = json.loads(path.read_text("utf-8"))
        paths: dict[str, Schema] = document["paths"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ValueError(
            f"{path} is no OpenAPI specification in JSON: {type(error).__name__}: {error}"
        ) from None
    kept = {name: item for name, item in paths.items() if not only or any(part in name for part in only)}
    if not kept:
        raise ValueError(
            f"{path} has no path with {' or '.join(only)} in it" if only else f"{path} has no paths"
        )
    if not only:
        return document
    return {**document, "paths": kept, "components": {"schemas": _used(kept, _schemas(document))}}


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the differences between two files, and give the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.contract.compare", description="Compare two specifications."
    )
    parser.add_argument("old", type=Path, help="the facts that the tests have")
    parser.add_argument("new", type=Path, help="the newer specification, OpenAPI 3 in JSON")
    parser.add_argument(
        "--only", action="append", default=[], metavar="TEXT", help="paths with TEXT in them; repeatable"
    )
    given = parser.parse_args(arguments)
    try:
        found = differences(_read(given.old, given.only), _read(given.new, given.only))
    except ValueError as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 2
    except (KeyError, TypeError, AttributeError) as error:
        print(f"This specification cannot be read: {type(error).__name__}: {error}", file=sys.stderr)  # noqa: T201
        return 2
    print("\n".join(found) or "no differences")  # noqa: T201
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
