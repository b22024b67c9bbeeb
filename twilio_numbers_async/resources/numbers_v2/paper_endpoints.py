"""The endpoints that end users and supporting documents have alike, and those of their types."""

from __future__ import annotations

from types import NoneType
from typing import TypeVar

from ...models.numbers_v2.paging import UrlPage
from ...transport.endpoint import Endpoint

__all__ = ["of_papers", "of_types"]

T = TypeVar("T")
P = TypeVar("P", bound=UrlPage)

_ROOT = "/v2/RegulatoryCompliance"


def of_papers(
    name: str, result: type[T], page: type[P], *, settled_by: str
) -> tuple[Endpoint[T], Endpoint[P], Endpoint[T], Endpoint[T], Endpoint[None]]:
    """To create, list, fetch, update and delete what ``name`` is the name of."""
    path = f"{_ROOT}/{name}s"
    one = f"{path}/{{Sid}}"
    return (
        Endpoint(
            operation=f"Create{name}",
            method="POST",
            host="numbers",
            path=path,
            result=result,
            idempotent=False,
            receipt="sid",
            settled_by=settled_by,
        ),
        Endpoint(
            operation=f"List{name}", method="GET", host="numbers", path=path, result=page, idempotent=True
        ),
        Endpoint(
            operation=f"Fetch{name}",
            method="GET",
            host="numbers",
            path=one,
            result=result,
            idempotent=True,
            echoes=("sid",),
        ),
        Endpoint(
            operation=f"Update{name}",
            method="POST",
            host="numbers",
            path=one,
            result=result,
            idempotent=True,  # it sets fields to values
            echoes=("sid",),
        ),
        Endpoint(
            operation=f"Delete{name}",
            method="DELETE",
            host="numbers",
            path=one,
            result=NoneType,
            idempotent=True,
        ),
    )


def of_types(name: str, result: type[T], page: type[P]) -> tuple[Endpoint[P], Endpoint[T]]:
    """To list and to fetch the types of them."""
    path = f"{_ROOT}/{name}s"
    return (
        Endpoint(
            operation=f"List{name}", method="GET", host="numbers", path=path, result=page, idempotent=True
        ),
        Endpoint(
            operation=f"Fetch{name}",
            method="GET",
            host="numbers",
            path=f"{path}/{{Sid}}",
            result=result,
            idempotent=True,
        ),
    )
