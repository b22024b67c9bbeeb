"""Operations as data, each in a line: ``FETCH = get("FetchBundle", PATH, Bundle, echoes=("sid",))``.

The path tells the host, unless another is given. Reads and deletions may be repeated; a POST says whether it may. See
Endpoint for the rest.
"""

from __future__ import annotations

from types import NoneType
from typing import TypedDict, TypeVar, Unpack

from ..transport.endpoint import Endpoint, Method, Product

__all__ = ["delete", "get", "post"]

T = TypeVar("T")


class _More(TypedDict, total=False):
    """Fields of an Endpoint that have defaults."""

    host: Product
    echoes: tuple[str, ...]
    receipt: str
    settled_by: str


def get(operation: str, path: str, result: type[T], **more: Unpack[_More]) -> Endpoint[T]:
    """A read."""
    return _endpoint("GET", operation, path, result, True, more)


def delete(operation: str, path: str, **more: Unpack[_More]) -> Endpoint[None]:
    """A deletion, or a cancellation."""
    return _endpoint("DELETE", operation, path, NoneType, True, more)


def post(
    operation: str, path: str, result: type[T], *, idempotent: bool = False, **more: Unpack[_More]
) -> Endpoint[T]:
    """A change. ``idempotent``: it sets fields to values, and may be sent again."""
    return _endpoint("POST", operation, path, result, idempotent, more)


def _endpoint(
    method: Method, operation: str, path: str, result: type[T], idempotent: bool, more: _More
) -> Endpoint[T]:
    more.setdefault("host", "api" if path.startswith("/2010-04-01/") else "numbers")
    return Endpoint(
        operation=operation, method=method, path=path, result=result, idempotent=idempotent, **more
    )
