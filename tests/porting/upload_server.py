"""A server that takes documents: it reads the form with a parser that is not ours."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field

from aiohttp import web

__all__ = ["Taken", "UploadServer", "upload_server"]


@dataclass(frozen=True)
class Taken:
    """A form that came whole."""

    path: str
    fields: dict[str, str]
    filename: str | None
    media_type: str | None
    content: bytes
    length: str | None
    """The Content-Length, None for a chunked body."""
    authorization: str | None


@dataclass
class UploadServer:
    """``taken`` are the whole forms, ``begun`` counts the requests; ``refusals`` are statuses to answer first."""

    url: str = ""
    taken: list[Taken] = field(default_factory=list[Taken])
    begun: int = 0
    refusals: list[int] = field(default_factory=list[int])
    drop_after: bool = False

    async def handle(self, request: web.Request) -> web.StreamResponse:
        if request.path == "/v2/token":
            return web.json_response({"access_token": f"token{self.begun}", "expires_in": 3600})
        self.begun += 1
        try:
            self.taken.append(await _read(request))
        except ConnectionError:
            return web.Response(status=400)  # the client left in the middle
        if self.drop_after:
            assert request.transport is not None
            request.transport.abort()
        if self.refusals:
            status = self.refusals.pop(0)
            return web.json_response(
                {"code": 20000 + status, "message": "No", "status": status}, status=status
            )
        return web.json_response(
            {
                "sid": "RD" + "d" * 32,
                "mime_type": self.taken[-1].media_type,
                "status": "pending",
                "document_type": self.taken[-1].fields["document_type"],
                "friendly_name": self.taken[-1].fields.get("friendly_name"),
                "new_field": 1,
            },
            status=201,
        )


async def _read(request: web.Request) -> Taken:
    fields: dict[str, str] = {}
    filename = media_type = None
    content = b""
    async for part in await request.multipart():
        assert not isinstance(part, web.BaseRequest)
        name = getattr(part, "name", None)
        data = bytes(await getattr(part, "read")())  # noqa: B009 - a part of a part has none
        if name == "File":
            filename = getattr(part, "filename", None)
            media_type = getattr(part, "headers", {}).get("Content-Type")
            content = data
        else:
            fields[str(name)] = data.decode()
    return Taken(
        request.path,
        fields,
        filename,
        media_type,
        content,
        request.headers.get("Content-Length"),
        request.headers.get("Authorization"),
    )


@contextlib.asynccontextmanager
async def upload_server() -> AsyncGenerator[UploadServer]:
    """A server on a free port of this machine."""
    server = UploadServer()
    app = web.Application(client_max_size=2**26)
    app.router.add_route("*", "/{path:.*}", server.handle)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        host, port = runner.addresses[0][:2]
        server.url = f"http://{host}:{port}"
        yield server
    finally:
        await runner.cleanup()
