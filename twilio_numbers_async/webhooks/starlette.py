"""For a Starlette or FastAPI app: verified webhooks, one client for the app, errors and Structs as answers.

::

    app = FastAPI(lifespan=lifespan(), exception_handlers=exception_handlers)
    webhook = porting_event(auth_token=..., public_url="https://example.com")

    @app.post("/webhooks/porting")
    async def porting(event: Annotated[PortingEvent, Depends(webhook)]) -> None: ...

    @app.get("/portability/{number}", response_model=None)
    async def check(number: str, twilio: Annotated[TwilioNumbers, Depends(get_twilio)]) -> StructResponse:
        return StructResponse(await twilio.portability.fetch(number))

In Starlette they are called by hand: ``await webhook(request)``, ``get_twilio(request)``.
"""

from __future__ import annotations

import contextlib
import logging
import math
import re
from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple, cast
from urllib.parse import quote, urlsplit

import msgspec
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, HTTPConnection, Request
from starlette.responses import JSONResponse, Response

from ..errors import (
    ApiError,
    ConfigurationError,
    ConflictError,
    GateFullError,
    InvalidArgumentError,
    InvalidRequestError,
    NotFoundError,
    RateLimitError,
    RequestTimeoutError,
    TransportError,
    TwilioNumbersError,
    WebhookError,
)
from .events import PortingEvent, parse_event
from .signature import check_keys, verify

if TYPE_CHECKING:
    from ..client import TwilioNumbers

__all__ = ["StructResponse", "exception_handlers", "get_twilio", "handle_error", "lifespan", "porting_event"]

logger: logging.Logger = logging.getLogger(__name__)


def porting_event(
    *,
    auth_token: str | None = None,
    shared_keys: Mapping[str, str] | None = None,
    public_url: str | None = None,
    max_body_size: int = 1024 * 1024,
) -> Callable[[Request], Awaitable[PortingEvent]]:
    """A dependency that reads a webhook, verifies it and hands out its event.

    ``public_url`` is where Twilio sees the root of the app: an origin, and a path before the app's own paths
    where there is one (``https://example.com``, ``https://example.com/porting-app``). It stands in for scheme,
    host and the server's ``root_path``. Without it the URL is taken from the connection and its Host header.
    What a proxy adds (``X-Forwarded-*``) is not looked at, so behind one that changes any of these it is needed,
    and also where a webhook to another of your hosts must not pass here. ``max_body_size`` is in bytes.

    The dependency raises HTTPException: 403 for what is not genuine or no event, 413 for a body that is too
    large. Raises ConfigurationError at once if there is no key or ``public_url`` is no such URL.
    """
    check_keys(auth_token, shared_keys)
    origin = None if public_url is None else _check_public_url(public_url)

    async def verified_porting_event(request: Request) -> PortingEvent:
        body = await _read_body(request, max_body_size)
        try:
            url = _called_url(request, origin)
            verify(url, body, request.headers, auth_token=auth_token, shared_keys=shared_keys)
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
    """The URL that Twilio called, byte for byte as far as the server tells."""
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
    chunks: list[bytes] = []
    size = 0
    try:
        async with contextlib.aclosing(request.stream()) as stream:
            async for chunk in stream:
                size += len(chunk)
                if size > max_body_size:
                    raise HTTPException(413, "The webhook is too large")
                chunks.append(chunk)
    except ClientDisconnect:
        raise HTTPException(400, "The webhook was cut off") from None
    return b"".join(chunks)


def lifespan(
    client: TwilioNumbers | Callable[[], TwilioNumbers] | None = None,
) -> Callable[[Starlette], contextlib.AbstractAsyncContextManager[dict[str, TwilioNumbers]]]:
    """The lifespan of an app with one client, as ``app.state.twilio`` and for ``get_twilio``.

    ``client`` is one, or what makes one when the app starts; by default ``TwilioNumbers.from_env``. It is
    closed when the app stops. In a lifespan of your own: ``async with lifespan()(app): ...``.
    """

    @contextlib.asynccontextmanager
    async def with_client(app: Starlette) -> AsyncGenerator[dict[str, TwilioNumbers]]:
        async with _make_client(client) as twilio:
            app.state.twilio = twilio
            try:
                yield {"twilio": twilio}
            finally:
                del app.state.twilio

    return with_client


def _make_client(client: TwilioNumbers | Callable[[], TwilioNumbers] | None) -> TwilioNumbers:
    from ..client import TwilioNumbers  # only an app that has a client needs aiohttp

    if client is None:
        return TwilioNumbers.from_env()
    return client if isinstance(client, TwilioNumbers) else client()


def get_twilio(request: HTTPConnection) -> TwilioNumbers:
    """A dependency: the client that ``lifespan`` opened, in a mounted app and for a WebSocket too."""
    twilio: TwilioNumbers | None = getattr(request.app.state, "twilio", None)
    twilio = twilio or getattr(request.state, "twilio", None)
    if twilio is None:
        raise ConfigurationError("The app has no client: give it lifespan=lifespan()")
    return twilio


_LIKE_A_NUMBER = re.compile(r"\+?\d(?:[ ().-]*\d){6,}")


class _Answer(NamedTuple):
    kind: type[TwilioNumbersError]
    status: int
    error: str
    message: str


# Twilio's own words may hold a number, so they are not passed on.
_ANSWERS = (
    _Answer(InvalidArgumentError, 422, "invalid_argument", "A value cannot be used"),
    _Answer(WebhookError, 403, "webhook_refused", "The webhook is not genuine"),
    _Answer(RateLimitError, 503, "busy", "Twilio has too many requests of this account at once"),
    _Answer(GateFullError, 503, "busy", "Too many calls to Twilio are waiting already"),
    _Answer(NotFoundError, 404, "not_found", "Twilio knows no such thing"),
    _Answer(ConflictError, 409, "conflict", "It is not in a state that allows this"),
    _Answer(InvalidRequestError, 422, "invalid_request", "Twilio refused the request"),
    _Answer(RequestTimeoutError, 504, "timeout", "Twilio did not answer in time"),
    _Answer(TransportError, 502, "unreachable", "Twilio could not be reached"),
    _Answer(ApiError, 502, "upstream_error", "Twilio answered with an error"),
    _Answer(ConfigurationError, 500, "misconfigured", "The app is set up wrong"),
    _Answer(TwilioNumbersError, 502, "upstream_error", "Twilio's answer could not be used"),
)


async def handle_error(request: Request, exc: Exception) -> Response:  # noqa: ARG001 - the shape of a handler
    """Answer for an error of this package; register it with ``exception_handlers``.

    The JSON body has ``error`` (a name), ``message``, and where there is one ``argument`` (the place of the
    wrong value), ``code`` and ``request_id`` (Twilio's): no credential, no number, none of Twilio's own words.
    401 and 403 from Twilio are the app's own fault, hence 502. An error of another kind is raised again.
    """
    answer = next((answer for answer in _ANSWERS if isinstance(exc, answer.kind)), None)
    if answer is None:
        raise exc
    content: dict[str, str | int] = {"error": answer.error, "message": answer.message}
    headers: dict[str, str] = {}
    if isinstance(exc, InvalidArgumentError):
        content["message"] = _LIKE_A_NUMBER.sub("[number]", str(exc))
        if exc.argument:
            content["argument"] = exc.argument
    if isinstance(exc, ApiError):
        if exc.code is not None:
            content["code"] = exc.code
        if exc.request_id:
            content["request_id"] = exc.request_id
    if answer.status == 503:
        headers["Retry-After"] = str(max(1, math.ceil(getattr(exc, "retry_after", None) or 1)))
    return JSONResponse(content, answer.status, headers)


exception_handlers: dict[int | type[Exception], Callable[[Request, Any], Coroutine[Any, Any, Response]]] = {
    TwilioNumbersError: handle_error
}
"""For the ``exception_handlers`` of an app: every error of this package answered by ``handle_error``."""


class StructResponse(JSONResponse):
    """JSON of anything that msgspec writes: our Structs, lists and dicts of them, dates, enums."""

    def render(self, content: object) -> bytes:
        """The body."""
        return msgspec.json.encode(content)
