"""Prepares requests to an origin for aiohttp."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import msgspec
from yarl import URL

from ..credentials import Secret
from .connections import TrackedBody
from .direct import DirectOrigin

__all__ = ["OnceOnly", "Origin", "Outgoing", "Sending"]


_SENT_AGAIN = {"GET", "DELETE"}  # by aiohttp itself, without telling


class Outgoing(msgspec.Struct, frozen=True):
    """The body of a POST. Its repr shows none of it."""

    content: bytes
    content_type: str
    fresh: bool = False
    """True to send it over a new connection, for which there is one use."""
    confirms: Callable[[Any], str] | None = None
    """Names the field in which an answer is not the one to this body; ``""`` where there is none."""

    def __repr__(self) -> str:
        return f"<{len(self.content)} bytes of {self.content_type.partition(';')[0]}>"


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

    __slots__ = ("_middlewares", "direct", "prefix", "with_path")

    def __init__(
        self, base: str, keywords: dict[str, Any], middlewares: Sequence[aiohttp.ClientMiddlewareType] = ()
    ) -> None:
        """``middlewares``: those of a borrowed session."""
        super().__init__(keywords)
        self._middlewares = middlewares
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

    def own(
        self, method: str, authorization: Secret | None, body: Outgoing | None, *, fresh: bool
    ) -> Sending:
        """Returns what a request sends that differs from others: body, type, connection."""
        keywords = dict(self.keywords)
        if method in _SENT_AGAIN:
            # A borrowed session's own ones go on, inside: they may send it again if they like.
            keywords["middlewares"] = (OnceOnly(), *self._middlewares)
        headers = keywords["headers"] = dict[str, str](keywords.get("headers", ()))
        if authorization is not None:
            headers["Authorization"] = authorization.value
        if fresh:
            headers["Connection"] = "close"
        if body is None:
            return Sending(keywords)
        headers["Content-Type"] = body.content_type
        tracked = keywords["data"] = TrackedBody(body.content, body.content_type)
        return Sending(keywords, tracked)


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
