"""What is sent to an origin, as aiohttp wants it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from yarl import URL

from .connections import TrackedBody
from .direct import DirectOrigin

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

    __slots__ = ("direct", "prefix", "with_path")

    def __init__(self, base: str, keywords: dict[str, Any]) -> None:
        super().__init__(keywords)
        parts = urlsplit(base)
        self.direct: DirectOrigin | None = None
        """The shorter way for requests without a body, where there is one."""
        self.prefix: str = parts.path
        root = URL(f"{parts.scheme}://{parts.netloc}")
        self.with_path: Callable[[str], URL] = partial(root.with_path, encoded=True)
        """The URL of a whole path that is quoted already."""

    def url(self, target: str) -> URL:
        """Returns the URL of a path and query that are quoted already."""
        path, _, query = target.partition("?")
        url = self.with_path(self.prefix + path)
        # yarl quotes a query again that it is given apart.
        return URL(f"{url}?{query}", encoded=True) if query else url


class OnceOnly:
    """Keeps aiohttp from sending a request again by itself.

    The attempts would not be counted. For a DELETE, the 404 of the second would look like a failure.
    """

    failure: aiohttp.ClientError | None = None

    async def __call__(
        self, request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType
    ) -> aiohttp.ClientResponse:
        if self.failure is not None:
            raise self.failure
        try:
            return await handler(request)
        except aiohttp.ClientError as error:
            self.failure = error
            raise
