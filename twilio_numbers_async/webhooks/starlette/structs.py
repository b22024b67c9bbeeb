"""Structs as answers of an app: JSON with their advice, and the schema of it for the app's documentation."""

from __future__ import annotations

import typing
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, cast

import msgspec
from starlette.responses import JSONResponse

from ...models.base import Code, Date, DateOrDateTime, DateTime, Float, OpenEnum, Text, Time

__all__ = ["StructResponse", "struct_answer"]

ADVICE = "advice"
_REFS = "#/components/schemas/"


class StructResponse(JSONResponse):
    """JSON of anything that msgspec writes: our Structs, lists and dicts of them, dates, enums.

    A Struct that has ``advice``, such as a Portability, is written with it.
    """

    def render(self, content: object) -> bytes:
        """The body."""
        return msgspec.json.encode(_with_advice(content))


def struct_answer(kind: Any, description: str = "Successful Response") -> dict[str, Any]:
    """Describe what a route answers by StructResponse: ``responses={200: struct_answer(Portability)}`` in FastAPI.

    ``kind`` is a Struct or anything of Structs that msgspec knows: ``list[PortIn]``, ``dict[str, Portability]``. The
    schema is msgspec's, complete in itself. Names of enums that Twilio may add to are shown and others are allowed.
    Raises TypeError for what msgspec has no schema of.
    """
    return {"description": description, "content": {"application/json": {"schema": _schema(kind)}}}


# JSON


def _with_advice(value: object) -> object:
    """Return the value; a Struct with advice in it becomes a dict."""
    if isinstance(value, msgspec.Struct):
        return _struct_with_advice(value)
    if isinstance(value, dict):
        entries = cast("dict[object, object]", value)
        told = {key: _with_advice(item) for key, item in entries.items()}
        return entries if all(told[key] is item for key, item in entries.items()) else told
    if isinstance(value, list | tuple):
        items = cast("list[object]", value)
        found = [_with_advice(item) for item in items]
        return items if all(new is old for new, old in zip(found, items, strict=True)) else found
    return value


def _struct_with_advice(struct: msgspec.Struct) -> object:
    config = struct.__struct_config__
    values = [getattr(struct, name) for name in struct.__struct_fields__]
    told = [_with_advice(value) for value in values]
    has_advice = _advice_of(type(struct)) is not None and not config.array_like
    if not has_advice and all(new is old for new, old in zip(told, values, strict=True)):
        return struct
    if config.array_like:
        return told
    written: dict[str, object] = {config.tag_field: config.tag} if config.tag_field is not None else {}
    for field, old, new in zip(msgspec.structs.fields(struct), values, told, strict=True):
        if old is not msgspec.UNSET and not (config.omit_defaults and _is_default(field, old)):
            written[field.encode_name] = new
    return written | {ADVICE: getattr(struct, ADVICE)} if has_advice else written


def _is_default(field: msgspec.structs.FieldInfo, value: object) -> bool:
    if field.default_factory is not msgspec.NODEFAULT:
        return isinstance(value, list | dict | set) and not value
    return bool(value == field.default)


@cache
def _advice_of(kind: type[msgspec.Struct]) -> property | None:
    found = getattr(kind, ADVICE, None)
    return found if isinstance(found, property) else None


# Schemas

_SCALARS: dict[Any, dict[str, Any]] = {
    object: {"description": "Any JSON."},  # msgspec takes an empty schema for none
    DateTime: {"type": "string", "format": "date-time"},
    Date: {"type": "string", "format": "date"},
    Time: {"type": "string"},
    DateOrDateTime: {"type": "string"},
    Code: {"type": ["integer", "string"]},
    Float: {"type": "number"},
    Text: {"type": "string"},
}


def _schema(kind: Any) -> dict[str, Any]:
    (schema,), components = msgspec.json.schema_components(
        [kind], schema_hook=_scalar_schema, ref_template=_REFS + "{name}"
    )
    types = {type_.__name__: type_ for type_ in _types_in(msgspec.inspect.type_info(kind), set())}
    told = {
        name: _told(component, types.get(component.get("title", name)))
        for name, component in components.items()
    }
    found: dict[str, Any] = _resolved(schema, told, ())
    return found


def _scalar_schema(kind: type) -> dict[str, Any]:
    try:
        return _SCALARS[kind]
    except KeyError:
        raise NotImplementedError from None


def _told(component: dict[str, Any], kind: type | None) -> dict[str, Any]:
    """Complete a component by what msgspec does not know of our types: open enums and advice."""
    if kind is None:
        return component
    if issubclass(kind, OpenEnum):
        about = {name: component[name] for name in ("title", "description") if name in component}
        known = {"type": "string", "enum": [member.value for member in kind]}
        return about | {"anyOf": [known, {"type": "string"}]}
    advice = _advice_of(kind) if issubclass(kind, msgspec.Struct) else None
    if advice is None or "properties" not in component:
        return component
    said = typing.get_type_hints(advice.fget).get("return", str | None)
    schema = msgspec.json.schema(said) | ({"description": advice.__doc__} if advice.__doc__ else {})
    required = [*component.get("required", ()), ADVICE]
    return component | {"properties": component["properties"] | {ADVICE: schema}, "required": required}


def _types_in(info: object, seen: set[int]) -> Iterator[type]:
    """The Structs and enums that msgspec finds in a type."""
    if id(info) in seen:
        return
    seen.add(id(info))
    if isinstance(info, msgspec.inspect.StructType | msgspec.inspect.EnumType):
        yield info.cls
    if isinstance(info, msgspec.Struct):
        for name in info.__struct_fields__:
            yield from _types_in(getattr(info, name), seen)
    elif isinstance(info, tuple):
        for item in cast("tuple[object, ...]", info):
            yield from _types_in(item, seen)


def _resolved(schema: Any, components: Mapping[str, Any], inside: tuple[str, ...]) -> Any:
    """The schema with each component in the place where it is referred to.

    FastAPI has no way in for components of others. A type that holds itself is described the first time.
    """
    if isinstance(schema, list):
        return [_resolved(item, components, inside) for item in schema]  # pyright: ignore[reportUnknownVariableType]
    if not isinstance(schema, dict):
        return schema
    entries = cast("dict[str, Any]", schema)
    name = str(entries.get("$ref", "")).removeprefix(_REFS)
    if not name:
        return {key: _resolved(item, components, inside) for key, item in entries.items()}
    rest = {key: item for key, item in entries.items() if key != "$ref"}
    if name in inside:
        return {"title": name} | rest
    found: dict[str, Any] = _resolved(components[name], components, (*inside, name))
    return found | rest
