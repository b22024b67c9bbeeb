"""An operation as data: its request, its result, and whether it may be sent again."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cached_property
from typing import Any, Generic, Literal, TypeVar
from urllib.parse import quote

import msgspec

from ..errors import DecodeError, InvalidArgumentError
from ..models.base import decoder

__all__ = ["Endpoint", "Method", "Product"]

T = TypeVar("T")

Method = Literal["GET", "POST", "DELETE"]
Product = Literal["numbers", "api", "messaging", "trunking", "numbers-upload", "oauth"]

_plain_segment = re.compile(r"[A-Za-z0-9+_~-][A-Za-z0-9+_.~-]*").fullmatch
_parameter = re.compile(r"\{(\w+)\}")


class Endpoint(msgspec.Struct, Generic[T], frozen=True, kw_only=True, dict=True, eq=False):
    """One operation of one of Twilio's APIs.

    The URL, the route in logs, metrics and errors (``path``, never with its values), the retry rule and the contract
    test are made from it.
    """

    operation: str
    """The operation id in Twilio's specification."""
    method: Method
    host: Product
    path: str
    """The path template, with Twilio's parameter names in braces."""
    result: type[T]
    """The type that a success decodes into; ``NoneType`` where there is no body, ``bytes`` for the body as it is."""
    idempotent: bool
    """True where a request whose fate is unclear may be sent again (reads, deletes, upserts)."""
    echoes: tuple[str, ...] = ()
    """The fields of a result that repeat the values of the path, in their order; ``""`` for one that does not."""
    receipt: str = ""
    """The field without which an order is not confirmed; ``""`` where there is none."""
    is_result: Callable[[int, bytes], bool] | None = None
    """True if a response with an error status still carries a result."""
    settled_by: str = ""
    """For what must not be repeated: how to find out whether a request whose answer was lost went through."""
    is_passing: Callable[[T], bool] | None = None
    """True for a result that reports a transient failure on Twilio's side: it is asked again."""

    @cached_property
    def _literals(self) -> list[str]:
        return _parameter.split(self.path)[::2]

    @cached_property
    def _names(self) -> list[str]:
        return _parameter.findall(self.path)

    @cached_property
    def read(self) -> Callable[[bytes], T]:
        """Makes the result of the body of an answer. Raises DecodeError, or what a decoder raises."""
        kind: Any = self.result
        if kind is bytes:
            return _as_it_is
        return _deleted if kind is type(None) else decoder(self.result).decode

    @property
    def needs_fresh_connection(self) -> bool:
        """True where a stale connection would make the fate of a request unclear that must not be repeated."""
        return self.method == "POST" and not self.idempotent

    def target(self, *values: str) -> str:
        """The path with its parameters filled in, each quoted as one segment."""
        literals = self._literals
        if len(values) == 1:
            return literals[0] + self._segment(0, values[0]) + literals[1]
        parts = [literals[0]]
        for position, value in enumerate(values):
            parts.append(self._segment(position, value))
            parts.append(literals[position + 1])
        return "".join(parts)

    def _segment(self, position: int, value: str) -> str:
        try:
            if _plain_segment(value):
                return value
            if value not in {"", ".", ".."}:
                return quote(value, safe="+")
            problem = "must not be empty or made of dots"
        except TypeError:
            problem = f"must be text, not {type(value).__name__}"
        except UnicodeEncodeError:
            problem = "must be valid Unicode"
        name = self._names[position]
        raise InvalidArgumentError(f"{name} {problem}", argument=name)

    def __repr__(self) -> str:
        return f"<{self.operation}: {self.method} {self.path}>"


def _as_it_is(body: bytes) -> Any:
    return body


def _deleted(body: bytes) -> Any:
    """None for an empty body, or an object that is no error. A page of a proxy is no confirmation."""
    if not body.strip():
        return
    try:
        document = msgspec.json.decode(body, type=dict[str, Any])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise DecodeError("Expected an empty body or a JSON object") from None
    if document.get("code"):
        raise DecodeError("An error document came with a status of success", path="$.code")


def endpoints_of(namespace: dict[str, Any]) -> list[Endpoint[Any]]:
    """The endpoints among a module's or a class's names."""
    return [value for value in namespace.values() if isinstance(value, Endpoint)]
