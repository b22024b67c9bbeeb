"""Operations as data, each in a line: ``FETCH = get("FetchBundle", PATH, Bundle, echoes=("sid",))``.

The host comes of the path. Reads and deletes may be repeated; a POST says whether it may. See Endpoint for the rest.
"""

from __future__ import annotations

from types import NoneType
from typing import TypeVar

from ..transport.endpoint import Endpoint, Method, Product

__all__ = ["delete", "get", "post"]

T = TypeVar("T")


def get(operation: str, path: str, result: type[T], *, echoes: tuple[str, ...] = ()) -> Endpoint[T]:
    """A read."""
    return _endpoint("GET", operation, path, result, idempotent=True, echoes=echoes)


def delete(operation: str, path: str) -> Endpoint[None]:
    """A deletion, or a cancellation."""
    return _endpoint("DELETE", operation, path, NoneType, idempotent=True)


def post(
    operation: str,
    path: str,
    result: type[T],
    *,
    idempotent: bool = False,
    echoes: tuple[str, ...] = (),
    receipt: str = "",
    settled_by: str = "",
) -> Endpoint[T]:
    """A change. ``idempotent``: it sets fields to values, and may be sent again."""
    return _endpoint(
        "POST",
        operation,
        path,
        result,
        idempotent=idempotent,
        echoes=echoes,
        receipt=receipt,
        settled_by=settled_by,
    )


def _endpoint(
    method: Method,
    operation: str,
    path: str,
    result: type[T],
    *,
    idempotent: bool,
    echoes: tuple[str, ...] = (),
    receipt: str = "",
    settled_by: str = "",
) -> Endpoint[T]:
    host: Product = "api" if path.startswith("/2010-04-01/") else "numbers"
    return Endpoint(
        operation=operation,
        method=method,
        host=host,
        path=path,
        result=result,
        idempotent=idempotent,
        echoes=echoes,
        receipt=receipt,
        settled_by=settled_by,
    )
