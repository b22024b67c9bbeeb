"""What is sent to an origin, as aiohttp wants it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from yarl import URL

from .connections import TrackedBody

__all__ = ["OnceOnly", "Origin", "Sending"]


class Sending:
    """The keywords that aiohttp gets, out of the sight of those who print the variables of a frame."""

    __slots__ = ("keywords", "tracked")

    def __init__(self, keywords: dict[str, Any], tracked: TrackedBody | None = None) -> None:
        self.keywords: dict[str, Any] = keywords
        self.tracked: TrackedBody | None = tracked

    @property
    def started(self) -> bool:
        """False where nothing can have been sent; a request without a body may have been."""
        return self.tracked is None or self.tracked.started


class Origin(Sending):
    """A host that is asked, with what each request to it has."""

    __slots__ = ("prefix", "with_path")

    def __init__(self, base: str, keywords: dict[str, Any]) -> None:
        super().__init__(keywords)
        parts = urlsplit(base)
        self.prefix: str = parts.path
        root = URL(f"{parts.scheme}://{parts.netloc}")
        self.with_path: Callable[[str], URL] = partial(root.with_path, encoded=True)
        """The URL of a whole path that is quoted already."""

    def with_query(self, path: str, query: str) -> URL:
        """The same with a query."""
        # yarl quotes a query again that it is given apart.
        return URL(f"{self.with_path(path)}?{query}", encoded=True)


class OnceOnly:
    """Keeps aiohttp from sending a DELETE again by itself.

    It would hide that the first may have been carried out, and a 404 for the second would look like a failure.
    """

    sent: bool = False

    async def __call__(
        self, request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType
    ) -> aiohttp.ClientResponse:
        if self.sent:
            raise aiohttp.ClientConnectionError
        self.sent = True
        return await handler(request)
