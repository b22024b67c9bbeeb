"""A webhook's body, which the dependency and the handler both read, in apps that uvicorn serves on a socket."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Annotated, Any
from urllib.parse import urlencode

import aiohttp
import anyio.from_thread
import pytest
from fastapi import Depends, FastAPI, Form
from fastapi.requests import HTTPConnection
from starlette.applications import Starlette
from starlette.endpoints import HTTPEndpoint
from starlette.middleware import Middleware
from starlette.middleware.base import BaseHTTPMiddleware, RequestResponseEndpoint
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket

from tests.webhooks.serving import App, calling, post, serve
from twilio_numbers_async.errors import ConfigurationError
from twilio_numbers_async.webhooks import PortingEvent, sign, with_body_hash
from twilio_numbers_async.webhooks.starlette import exception_handlers, porting_event

TOKEN = "t" * 32
JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
FIELDS = [
    ("status", "completed"),
    ("port_in_request_sid", "KW1"),
    ("name", "Zoë ☎ & Co; = +1"),
    ("tag", "a"),
    ("tag", "b"),
]
BODIES = {JSON: json.dumps(dict(FIELDS)).encode(), FORM: urlencode(FIELDS).encode()}
webhook = porting_event(auth_token=TOKEN, max_body_size=10_000)
other_webhook = porting_event(auth_token=["another", TOKEN])
exact_webhook = porting_event(auth_token=TOKEN, max_body_size=len(BODIES[FORM]))

Reader = Callable[[Request], Awaitable[Any]]


async def read_body(request: Request) -> Any:
    return (await request.body()).decode()


async def read_json(request: Request) -> Any:
    return await request.json()


async def read_form(request: Request) -> Any:
    return [list(field) for field in (await request.form()).multi_items()]


async def read_stream(request: Request) -> Any:
    return b"".join([chunk async for chunk in request.stream()]).decode()


READERS: dict[str, Reader] = {"body": read_body, "json": read_json, "form": read_form, "stream": read_stream}
EXPECTED: dict[str, Any] = {
    "body": {content_type: body.decode() for content_type, body in BODIES.items()},
    "stream": {content_type: body.decode() for content_type, body in BODIES.items()},
    "json": {JSON: dict(FIELDS)},
    "form": {FORM: [list(field) for field in FIELDS], JSON: []},
}
ORDERS = [
    ["body"], ["json"], ["form"], ["stream"], ["form", "body"], ["body", "form"], ["json", "stream", "body"],
    ["form", "json", "body"],
]  # fmt: skip


class Passing(BaseHTTPMiddleware):
    """Looks at nothing."""

    async def dispatch(self, request: Request, call_next: RequestResponseEndpoint) -> Response:
        return await call_next(request)


class Reading(BaseHTTPMiddleware):
    """Reads the body before the app does."""

    async def dispatch(self, request: Request, call_next: RequestResponseEndpoint) -> Response:
        await request.body()
        return await call_next(request)


MIDDLEWARE = {
    "none": [],
    "passing": [Middleware(Passing)],
    "reading": [Middleware(Reading), Middleware(Passing)],
}


async def read_in_order(request: Request) -> list[Any]:
    """The parts of the request that the handler reads, in the order that the query asks for."""
    return [await READERS[name](request) for name in request.query_params["read"].split(",")]


def answer(event: PortingEvent, read: list[Any]) -> JSONResponse:
    return JSONResponse({"kind": event.kind, "read": read})


def starlette_app(**options: Any) -> Starlette:
    async def hook(request: Request) -> Response:
        return answer(await webhook(request), await read_in_order(request))

    return Starlette(routes=[Route("/hook", hook, methods=["POST"])], **options)


def starlette_app_that_reads_first(**options: Any) -> Starlette:
    async def hook(request: Request) -> Response:
        await request.body()
        read = await read_in_order(request)
        return answer(await webhook(request), read)

    return Starlette(routes=[Route("/hook", hook, methods=["POST"])], **options)


def starlette_app_with_a_sync_handler(**options: Any) -> Starlette:
    def hook(request: Request) -> Response:
        event = anyio.from_thread.run(webhook, request)
        return answer(event, anyio.from_thread.run(read_in_order, request))

    return Starlette(routes=[Route("/hook", hook, methods=["POST"])], **options)


class Endpoint(HTTPEndpoint):
    async def post(self, request: Request) -> Response:
        return answer(await webhook(request), await read_in_order(request))


def starlette_app_with_an_endpoint(**options: Any) -> Starlette:
    return Starlette(routes=[Route("/hook", Endpoint)], **options)


def fastapi_app(**options: Any) -> FastAPI:
    app = FastAPI(**options)

    async def hook(request: Request, event: Annotated[PortingEvent, Depends(webhook)]) -> Response:
        return answer(event, await read_in_order(request))

    app.add_api_route("/hook", hook, methods=["POST"])
    return app


def fastapi_app_with_another_dependency(**options: Any) -> FastAPI:
    """The other dependency reads what it is told to: before the webhook is verified, where it stands first."""
    app = FastAPI(**options)

    async def hook(
        read: Annotated[list[Any], Depends(read_in_order)], event: Annotated[PortingEvent, Depends(webhook)]
    ) -> Response:
        return answer(event, read)

    app.add_api_route("/hook", hook, methods=["POST"])
    return app


def fastapi_app_with_a_sync_handler(**options: Any) -> FastAPI:
    app = FastAPI(**options)

    def hook(
        event: Annotated[PortingEvent, Depends(webhook)], read: Annotated[list[Any], Depends(read_in_order)]
    ) -> Response:
        return answer(event, read)

    app.add_api_route("/hook", hook, methods=["POST"])
    return app


def fastapi_app_with_two_webhooks(**options: Any) -> FastAPI:
    """Two dependencies that verify, as where two accounts call one route."""
    app = FastAPI(**options)

    async def hook(
        request: Request,
        first: Annotated[PortingEvent, Depends(other_webhook)],
        event: Annotated[PortingEvent, Depends(webhook)],
    ) -> Response:
        assert first == event
        return answer(event, await read_in_order(request))

    app.add_api_route("/hook", hook, methods=["POST"])
    return app


APPS: list[Callable[..., App]] = [
    starlette_app,
    starlette_app_that_reads_first,
    starlette_app_with_a_sync_handler,
    starlette_app_with_an_endpoint,
    fastapi_app,
    fastapi_app_with_a_sync_handler,
    fastapi_app_with_two_webhooks,
]


async def deliver(
    session: aiohttp.ClientSession,
    url: str,
    body: bytes,
    content_type: str,
    *,
    sent: Any = None,
    token: str = TOKEN,
) -> tuple[int, Any]:
    """Send a webhook as Twilio does; ``sent`` is what goes in place of the body."""
    if content_type != FORM:
        url = with_body_hash(url, body)
    headers = sign(url, body, content_type, auth_token=token)
    status, said = await post(session, url, body if sent is None else sent, headers)
    return status, json.loads(said) if said.startswith(b"{") else said


async def in_pieces(body: bytes, size: int = 7) -> AsyncIterator[bytes]:
    for start in range(0, len(body), size):
        yield body[start : start + size]


@pytest.mark.parametrize(
    ("make_app", "between"),
    [
        *[(make_app, "passing") for make_app in APPS],
        *[
            (make_app, between)
            for make_app in (starlette_app, fastapi_app)
            for between in ("none", "reading")
        ],
    ],
)
async def test_the_handler_reads_the_body_too(make_app: Callable[..., App], between: str) -> None:
    async with calling(make_app(middleware=MIDDLEWARE[between])) as (origin, session):
        for order in ORDERS:
            for content_type, body in BODIES.items():
                if "json" in order and content_type == FORM:
                    continue
                for sent in (None, in_pieces(body)) if len(order) > 2 else (None,):
                    url = f"{origin}/hook?read={','.join(order)}"
                    status, said = await deliver(session, url, body, content_type, sent=sent)
                    assert status == 200, (order, content_type, said)
                    assert said["kind"] == "PortInCompleted"
                    assert said["read"] == [EXPECTED[name][content_type] for name in order]
        url = f"{origin}/hook?read=body"
        assert (await deliver(session, url, BODIES[JSON], JSON, token="another"))[0] == 403


@pytest.mark.parametrize("between", MIDDLEWARE)
async def test_a_dependency_that_comes_first_may_read_the_body(between: str) -> None:
    app = fastapi_app_with_another_dependency(middleware=MIDDLEWARE[between])
    async with calling(app) as (origin, session):
        for order in ("body", "json", "body,form", "form"):
            for content_type, body in BODIES.items():
                if "json" in order and content_type == FORM:
                    continue
                url = f"{origin}/hook?read={order}"
                status, said = await deliver(session, url, body, content_type)
                assert status == 200, (order, content_type, said)
                assert said["kind"] == "PortInCompleted"
                assert said["read"] == [EXPECTED[name][content_type] for name in order.split(",")]
                assert (await deliver(session, url, body, content_type, token="another"))[0] == 403


def app_with_form_parameters() -> FastAPI:
    app = FastAPI(exception_handlers=exception_handlers)

    async def hook(
        request: Request,
        event: Annotated[PortingEvent, Depends(webhook)],
        status: Annotated[str, Form()],
        tag: Annotated[list[str], Form()],
        name: Annotated[str, Form()] = "",
    ) -> dict[str, Any]:
        form = await read_form(request)
        return {
            "kind": event.kind,
            "raw": event.raw,
            "status": status,
            "tag": tag,
            "name": name,
            "form": form,
        }

    def sync_hook(
        event: Annotated[PortingEvent, Depends(webhook)], name: Annotated[str, Form()]
    ) -> dict[str, Any]:
        return {"kind": event.kind, "name": name}

    async def optional(
        event: Annotated[PortingEvent, Depends(webhook)], name: Annotated[str, Form()] = ""
    ) -> str:
        return f"{event.kind} {name}"

    async def exact(
        event: Annotated[PortingEvent, Depends(exact_webhook)], name: Annotated[str, Form()]
    ) -> str:
        return f"{event.kind} {name}"

    for path, handler in (("/hook", hook), ("/sync", sync_hook), ("/optional", optional), ("/exact", exact)):
        app.add_api_route(path, handler, methods=["POST"])
    return app


async def test_form_parameters() -> None:
    async with calling(app_with_form_parameters()) as (origin, session):
        status, said = await deliver(session, f"{origin}/hook", BODIES[FORM], FORM)
        raw = {name: value for name, value in FIELDS if name != "tag"} | {"tag": ["a", "b"]}
        assert (status, said) == (
            200,
            {
                "kind": "PortInCompleted", "raw": raw, "status": "completed", "tag": ["a", "b"], "name": FIELDS[2][1],
                "form": [list(field) for field in FIELDS],
            },
        )  # fmt: skip
        chunked = await deliver(session, f"{origin}/sync", BODIES[FORM], FORM, sent=in_pieces(BODIES[FORM]))
        assert chunked == (200, {"kind": "PortInCompleted", "name": FIELDS[2][1]})
        missing = await deliver(session, f"{origin}/hook", b"status=completed", FORM)
        assert missing[0] == 422, "FastAPI's own answer"
        # A body that is no form fills no form parameter.
        assert (await deliver(session, f"{origin}/hook", BODIES[JSON], JSON))[0] == 422
        assert await deliver(session, f"{origin}/optional", BODIES[JSON], JSON) == (
            200,
            b'"PortInCompleted "',
        )


async def test_form_parameters_are_of_a_form_that_is_genuine(caplog: pytest.LogCaptureFixture) -> None:
    form, url_of = BODIES[FORM], "{}/optional".format
    forms = [
        form + b"&x=1",
        form.replace(b"tag=a&", b""),
        form.replace(b"completed", b"canceled"),
        b"",
        b"&" + form + b"&x=",
        b"\xff\xfe=%FF",
    ]
    async with calling(app_with_form_parameters()) as (origin, session):
        for sent in forms:
            assert (await deliver(session, url_of(origin), form, FORM, sent=sent))[0] == 403, sent
        assert (await deliver(session, url_of(origin), form, FORM, token="another"))[0] == 403
        # The scheme leaves open in which order parameters come, and how often the same one does.
        for sent in (b"&".join([*form.split(b"&")[::-1], b"tag=a"]), form):
            assert (await deliver(session, url_of(origin), form, FORM, sent=sent))[0] == 200, sent
        multipart = aiohttp.FormData(default_to_multipart=True)
        multipart.add_field("name", "x")
        headers = sign(url_of(origin), b"", FORM, auth_token=TOKEN)
        del headers["Content-Type"]
        assert (await post(session, url_of(origin), multipart, headers))[0] == 403
        assert "several parts" in caplog.text


async def test_form_parameters_of_a_body_that_is_too_large() -> None:
    async with calling(app_with_form_parameters()) as (origin, session):
        for form, expected in ((BODIES[FORM], 200), (BODIES[FORM] + b"&x=1", 413)):
            assert (await deliver(session, f"{origin}/exact", form, FORM))[0] == expected


@pytest.mark.parametrize(
    ("make_app", "path"),
    [(starlette_app, "/hook"), (fastapi_app, "/hook"), (app_with_form_parameters, "/optional")],
)
async def test_huge_bodies_are_not_read_whole(make_app: Callable[..., App], path: str) -> None:
    """Of 64 MB in pieces no more is taken than shows that it is too much."""
    taken = 0

    async def without_end() -> AsyncIterator[bytes]:
        nonlocal taken
        for _ in range(1000):
            taken += 65_536
            yield b"x" * 65_536

    async with calling(make_app()) as (origin, session):
        with contextlib.suppress(aiohttp.ClientError):  # the server may close while more is sent
            status, _ = await deliver(session, f"{origin}{path}?read=body", b"x", JSON, sent=without_end())
            assert status == 413
        assert taken < 32 * 1024 * 1024


async def test_the_stream_that_the_handler_took_is_said_to_be_gone(caplog: pytest.LogCaptureFixture) -> None:
    said: list[str] = []

    async def hook(request: Request) -> Response:
        await read_stream(request)
        with pytest.raises(ConfigurationError, match=r"request\.stream\(\) before") as caught:
            await webhook(request)
        said.append(str(caught.value.__cause__))
        return PlainTextResponse("checked")

    async with calling(Starlette(routes=[Route("/hook", hook, methods=["POST"])])) as (origin, session):
        for content_type, body in BODIES.items():
            assert (await deliver(session, f"{origin}/hook", body, content_type))[1] == b"checked"
    assert said == ["Stream consumed"] * 2


@pytest.mark.parametrize("make_app", [starlette_app, starlette_app_with_a_sync_handler, fastapi_app])
async def test_a_client_that_leaves_in_the_middle(
    make_app: Callable[..., App], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    async with serve(make_app()) as origin:
        port = int(origin.rpartition(":")[2])
        for _ in range(3):
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(b"POST /hook?read=body HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nhalf")
            await writer.drain()
            writer.close()
            await writer.wait_closed()
        async with aiohttp.ClientSession() as session:
            url = f"{origin}/hook?read=body"
            assert (await deliver(session, url, BODIES[JSON], JSON))[0] == 200, "the next one is served"
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("text/plain", b'{"status": "completed"}'),
        ("application/x-www-form-urlencoded; charset=utf-8", urlencode(FIELDS).encode()),
        ("application/vnd.twilio+json", b'{"status": "completed"}'),
        ("", b'{"status": "completed"}'),
    ],
)
async def test_unusual_content_types(content_type: str, body: bytes) -> None:
    async with calling(fastapi_app()) as (origin, session):
        url = f"{origin}/hook?read=body"
        signed_for = url if content_type.startswith(FORM) else with_body_hash(url, body)
        headers = sign(signed_for, body, content_type, auth_token=TOKEN)
        status, said = await post(session, signed_for, body, headers)
        assert (status, json.loads(said)) == (200, {"kind": "PortInCompleted", "read": [body.decode()]})


def app_with_a_socket(make: type[Any]) -> App:
    async def starlette_socket(socket: WebSocket) -> None:
        await webhook(socket)

    async def fastapi_socket(socket: WebSocket, event: Annotated[PortingEvent, Depends(webhook)]) -> None:
        raise AssertionError(f"reached with {event} on {socket}")

    if make is Starlette:
        return Starlette(routes=[WebSocketRoute("/hook", starlette_socket)])
    app = FastAPI()
    app.add_api_websocket_route("/hook", fastapi_socket)
    return app


@pytest.mark.parametrize("make", [Starlette, FastAPI])
async def test_a_websocket_is_no_webhook(make: type[Any]) -> None:
    """No server of the test extra speaks WebSocket, so the app is asked as a server would ask it."""
    scope: dict[str, Any] = {
        "type": "websocket", "path": "/hook", "raw_path": b"/hook", "query_string": b"", "headers": [],
        "scheme": "ws", "subprotocols": [], "root_path": "",
    }  # fmt: skip

    async def receive() -> dict[str, Any]:
        return {"type": "websocket.connect"}

    async def send(message: Any) -> None:
        raise AssertionError(message)

    with pytest.raises(ConfigurationError, match="WebSocket"):
        await app_with_a_socket(make)(scope, receive, send)
    with pytest.raises(ConfigurationError, match="WebSocket"):
        await webhook(HTTPConnection(scope))
