"""The body of a request: within a size and within a time."""

from __future__ import annotations

import asyncio

from aiohttp import StreamReader, hdrs, web

from ..errors import bad_request


async def read_body(request: web.BaseRequest, limit: int, seconds: float) -> bytes:
    """Read the body, of at most ``limit`` bytes, unpacked.

    Raises Refusal (400, 408, 413), and ConnectionError if the client leaves.
    """
    _check(request.content_length or 0, limit)
    if request.headers.get(hdrs.EXPECT, "").lower() == "100-continue":
        await request.writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        request.writer.output_size = 0  # it is not a part of the answer
    content = request.content
    try:
        if content.is_eof():  # all of it came with the head, as small ones do
            body = content.read_nowait()
            _check(len(body), limit)
            return body
        async with asyncio.timeout(seconds):
            return await _read(content, limit)
    except TimeoutError:
        raise bad_request("The body did not come in time", 408) from None
    except web.RequestPayloadError:
        content.feed_eof()  # what may still come of it is nobody's
        raise bad_request("The body is broken") from None


async def _read(content: StreamReader, limit: int) -> bytes:
    body = bytearray()
    while chunk := await content.readany():
        body += chunk
        _check(len(body), limit)
    return bytes(body)


def _check(size: int, limit: int) -> None:
    if size > limit:
        raise bad_request(f"The body is larger than {limit} bytes", 413)
