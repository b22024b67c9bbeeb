"""The endpoints that end users and supporting documents have alike, and those of their types."""

from __future__ import annotations

from typing import TypeVar

from ...models.numbers_v2.paging import UrlPage
from ...transport.endpoint import Endpoint
from ..endpoints import delete, get, post

__all__ = ["of_papers", "of_types"]

T = TypeVar("T")
P = TypeVar("P", bound=UrlPage)

_ROOT = "/v2/RegulatoryCompliance"


def of_papers(
    name: str, result: type[T], page: type[P], *, settled_by: str
) -> tuple[Endpoint[T], Endpoint[P], Endpoint[T], Endpoint[T], Endpoint[None]]:
    """Make the endpoints to create, list, fetch, update and delete the objects of this name."""
    path = f"{_ROOT}/{name}s"
    one = f"{path}/{{Sid}}"
    return (
        post(f"Create{name}", path, result, receipt="sid", settled_by=settled_by),
        get(f"List{name}", path, page),
        get(f"Fetch{name}", one, result, echoes=("sid",)),
        post(f"Update{name}", one, result, idempotent=True, echoes=("sid",)),
        delete(f"Delete{name}", one),
    )


def of_types(name: str, result: type[T], page: type[P]) -> tuple[Endpoint[P], Endpoint[T]]:
    """Make the endpoints to list and to fetch the types of this name."""
    path = f"{_ROOT}/{name}s"
    return (
        get(f"List{name}", path, page),
        get(f"Fetch{name}", f"{path}/{{Sid}}", result),
    )
