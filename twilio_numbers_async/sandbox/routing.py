"""A request and its answer without any HTTP library, and the router between them.

The handlers of a family are methods from ``Call`` to ``Reply`` that raise ``Refusal``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any, NamedTuple, TypedDict, TypeVar, Unpack
from urllib.parse import unquote

import msgspec

from .credentials import Account
from .errors import not_found

T = TypeVar("T")

PUBLIC_HOST = "https://numbers.twilio.com"
"""The host in Twilio's own URLs, whatever the address of the request."""

JSON = "application/json;charset=utf-8"


class Call(NamedTuple):
    """A request of ``account`` to a route."""

    method: str
    path: str
    """As it was sent, without the query."""
    params: Mapping[str, str]
    """The path's parameters, decoded."""
    query: str
    """As it was sent."""
    content_type: str
    body: bytes
    account: Account


class Reply(NamedTuple):
    """An answer. ``headers`` are added to Twilio's own, which a ``bare`` answer (a proxy's) lacks."""

    status: int
    body: bytes
    content_type: str = JSON
    headers: Mapping[str, str] = {}
    bare: bool = False


def json_reply(status: int, document: object) -> Reply:
    """An answer with a JSON document."""
    return Reply(status, msgspec.json.encode(document))


def no_content() -> Reply:
    """The answer to a delete: 204."""
    return Reply(204, b"")


def found(call: Call, value: T | None) -> T:
    """The value; without one the call's path is not found (404)."""
    if value is None:
        raise not_found(call.path)
    return value


class RouteOptions(TypedDict, total=False):
    """The fields of a route that have a default."""

    query: bool
    open: bool
    max_body: int | None


class Route(NamedTuple):
    """An operation of the sandbox: ``path`` is a template, ``{Name}`` one segment (or ``{Name}.json``)."""

    operation: str
    method: str
    path: str
    handler: Callable[[Call], Reply]
    query: bool = False
    """False: any query parameter is refused."""
    open: bool = False
    """True: it needs no credentials and does not count against the allowance."""
    max_body: int | None = None
    """The most bytes of its body; None: the limit of the sandbox."""


H = TypeVar("H", bound=Callable[[Any, Call], Reply])


def route(operation: str, method: str, path: str, **options: Unpack[RouteOptions]) -> Callable[[H], H]:
    """Make a method of a family the handler of an operation. The options are those of ``Route``."""

    def mark(handler: H) -> H:
        handler.__dict__["route"] = partial(Route, operation, method, path, **options)
        return handler

    return mark


class Family:
    """Operations, and the state that they share."""

    def routes(self) -> Iterable[Route]:
        """The operations: each method that ``route`` has marked."""
        marked = {name: method for kind in type(self).__mro__ for name, method in vars(kind).items()}
        for name, method in marked.items():
            if "route" in getattr(method, "__dict__", ()):
                yield method.route(getattr(self, name))


class Match(NamedTuple):
    """The routes of a path, by method, and the path's parameters."""

    methods: Mapping[str, Route]
    params: Mapping[str, str]


class _Node:
    __slots__ = ("children", "methods", "wild")

    def __init__(self) -> None:
        self.children: dict[str, _Node] = {}
        self.wild: dict[tuple[str, str], _Node] = {}
        self.methods: dict[str, Route] = {}


class Router:
    """Finds the routes of a path; a literal segment goes before a parameter."""

    def __init__(self, families: Iterable[Family]) -> None:
        self._root = _Node()
        for family in families:
            for route in family.routes():
                self._add(route)

    def _add(self, route: Route) -> None:
        node = self._root
        for segment in route.path.split("/")[1:]:
            if segment.startswith("{"):
                name, _, suffix = segment[1:].partition("}")
                found = node.wild.setdefault((name, suffix), _Node())
                # "{Sid}.json" goes before "{AccountSid}", which would take it too.
                node.wild = dict(sorted(node.wild.items(), key=lambda entry: -len(entry[0][1])))
                node = found
            else:
                node = node.children.setdefault(segment, _Node())
        node.methods[route.method] = route

    def match(self, path: str) -> Match | None:
        """Find the routes of a path (as it was sent, percent-encoded); None if there are none."""
        node = self._root
        params: dict[str, str] = {}
        for segment in path.split("/")[1:]:
            child = node.children.get(segment)
            if child is None:
                for (name, suffix), child in node.wild.items():  # noqa: B007 - the child is used below
                    if segment.endswith(suffix) and len(segment) > len(suffix):
                        value = segment[: len(segment) - len(suffix)]
                        params[name] = unquote(value) if "%" in value else value
                        break
                else:
                    return None
            node = child
        return Match(node.methods, params) if node.methods else None
