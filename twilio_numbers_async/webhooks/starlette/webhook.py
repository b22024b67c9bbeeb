"""The dependency that reads a webhook, verifies it and hands out its event."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import AsyncGenerator, Callable, Coroutine, Generator
from typing import Any, cast
from urllib.parse import quote, urlencode, urlsplit

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, HTTPConnection, Request

from ...errors import ConfigurationError, WebhookError
from ..events import PortingEvent, parse_event
from ..keys import AuthToken, Keys, SharedKeys
from ..signature import CONTENT_TYPE, is_form, verify_with

__all__ = ["porting_event"]

logger: logging.Logger = logging.getLogger(__package__)


def porting_event(
    *,
    auth_token: AuthToken | None = None,
    shared_keys: SharedKeys | None = None,
    public_url: str | None = None,
    max_body_size: int = 1024 * 1024,
) -> Callable[[HTTPConnection], Coroutine[Any, Any, PortingEvent]]:
    """A dependency that reads a webhook, verifies it and hands out its event.

    ``auth_token`` is the account's; while it is rotated, a list of the old and the new one. ``public_url`` is where
    Twilio sees the root of the app: an origin, and a path before the app's own paths where there is one
    (``https://example.com``, ``https://example.com/porting-app``). It stands in for scheme, host and the server's
    ``root_path``. Without it the URL is taken from the connection and its Host header. What a proxy adds
    (``X-Forwarded-*``) is not looked at, so behind one that changes any of these it is needed, and also where a
    webhook to another of your hosts must not pass here. ``max_body_size`` is in bytes.

    The handler may read the request as well, by ``body()``, ``json()``, ``form()`` or ``Form()`` parameters. FastAPI
    reads parameters of the body before any dependency, so it is its own limits that hold for them.

    The dependency raises HTTPException: 403 for what is not genuine or no event, 413 for a body that is too
    large, 400 for one that is cut off. It raises ConfigurationError on a WebSocket, and where the handler has taken
    the body by ``stream()`` before. Raises ConfigurationError at once if there is no key or ``public_url`` is no
    such URL.
    """
    keys = Keys(auth_token, shared_keys)
    del auth_token, shared_keys
    keys.check()
    origin = None if public_url is None else _check_public_url(public_url)

    async def verified_porting_event(request: HTTPConnection) -> PortingEvent:
        if not isinstance(request, Request):
            raise ConfigurationError("A webhook is an HTTP request: this dependency is none for a WebSocket")
        try:
            body = await _read_body(request, max_body_size)
            verify_with(keys, _called_url(request, origin), body, request.headers)
            return parse_event(body)
        except WebhookError as error:
            logger.warning("A webhook was refused: %s", error)
            raise HTTPException(403, "The webhook is not genuine") from None

    return verified_porting_event


def _check_public_url(public_url: str) -> str:
    try:
        parts = urlsplit(public_url)
        good = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        good = False
    if not good or "?" in public_url or "#" in public_url:
        raise ConfigurationError("public_url has to be like https://example.com or https://example.com/path")
    return public_url.rstrip("/")


def _called_url(request: Request, origin: str | None) -> str:
    """The URL that Twilio called, byte for byte as far as the server knows it."""
    scope = request.scope
    raw_path = cast("bytes | None", scope.get("raw_path"))
    path = _text(raw_path).partition("?")[0] if raw_path else quote(cast("str", scope["path"]))
    query = _text(cast("bytes", scope.get("query_string", b"")))
    if origin is None:
        hosts = request.headers.getlist("host")
        if len(hosts) != 1:
            raise WebhookError("There is not one Host header")
        origin = f"{scope['scheme']}://{hosts[0]}"
    else:
        # A mounted app's root_path is one more part of the path; what the server was told is not.
        root = quote(cast("str", scope.get("app_root_path", scope.get("root_path", "")))).rstrip("/")
        if root and path.startswith(f"{root}/"):
            path = path[len(root) :]
    return f"{origin}{path}?{query}" if query else f"{origin}{path}"


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "surrogateescape")  # what is no UTF-8 then matches no signature


async def _read_body(request: Request, max_body_size: int) -> bytes:
    """The body, which can be read again after this."""
    try:
        with _bounded(request, max_body_size):
            body = await request.body()
    except ClientDisconnect:
        raise HTTPException(400, "The webhook was cut off") from None
    except RuntimeError as error:  # "Stream consumed"
        body = await _form_read_before(request, error)
    _check_size(len(body), max_body_size)
    return body


@contextlib.contextmanager
def _bounded(request: Request, max_body_size: int) -> Generator[None]:
    """Limit the bytes that ``body()`` of this request reads from its ``stream()``."""
    stream = request.stream

    async def bounded() -> AsyncGenerator[bytes]:
        size = 0
        async with contextlib.aclosing(stream()) as chunks:
            async for chunk in chunks:
                size += len(chunk)
                _check_size(size, max_body_size)
                yield chunk

    vars(request)["stream"] = bounded
    try:
        yield
    finally:
        del vars(request)["stream"]


def _check_size(size: int, max_body_size: int) -> None:
    if size > max_body_size:
        raise HTTPException(413, "The webhook is too large")


async def _form_read_before(request: Request, error: RuntimeError) -> bytes:
    """The body of a request whose form was read before, by FastAPI for ``Form()`` parameters for one.

    The parameters of a form are signed, so an equal form can be written of what was read. The bytes of any other body
    are gone.
    """
    content_type = request.headers.get(CONTENT_TYPE)
    if content_type is not None and content_type.lstrip().lower().startswith("multipart/"):
        raise WebhookError("The body is a form of several parts, and was read before it was verified")
    try:
        fields = (await request.form()).multi_items() if is_form(content_type) else None
    except (RuntimeError, AssertionError):
        fields = None  # it was not the form that was read, or it cannot be: python-multipart is not installed
    if fields is None:
        raise ConfigurationError(
            "The body of the webhook was read by request.stream() before it was verified, and is gone: "
            "read it after that, or by request.body()"
        ) from error
    return urlencode([(name, str(value)) for name, value in fields]).encode()
