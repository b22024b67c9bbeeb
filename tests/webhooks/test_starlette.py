"""The web-framework parts, in Starlette and FastAPI apps that uvicorn serves on a socket."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Annotated, Any

import pytest
from fastapi import Depends, FastAPI
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Mount, Route
from starlette.types import Message

from tests.webhooks.serving import App, calling, post, serve
from twilio_numbers_async import errors
from twilio_numbers_async.webhooks import PortingEvent, PortingEventType, parse_event, sign, with_body_hash
from twilio_numbers_async.webhooks.starlette import (
    StructResponse,
    exception_handlers,
    get_twilio,
    handle_error,
    lifespan,
    porting_event,
)

TOKEN = "t" * 32
KEYS = {"porting": "s" * 40}
PUBLIC = "https://porting.example.com"
SID = "KW" + "a" * 32
BODY = json.dumps({"status": "PortInCompleted", "port_in_request_sid": SID}).encode()
JSON_TYPE = "application/json"

Call = Callable[..., Awaitable[tuple[int, Any]]]


def starlette_app(*paths: str, **options: Any) -> Starlette:
    webhook = porting_event(**options)

    async def hook(request: Request) -> Response:
        return StructResponse(await webhook(request))

    return Starlette(routes=[Route(path, hook, methods=["POST", "GET"]) for path in paths or ["/hook"]])


def fastapi_app(*paths: str, **options: Any) -> FastAPI:
    app = FastAPI()
    webhook = porting_event(**options)

    async def hook(event: PortingEvent = Depends(webhook)) -> Response:  # noqa: B008 - FastAPI's way
        return StructResponse(event)

    for path in paths or ["/hook"]:
        app.add_api_route(path, hook, methods=["POST", "GET"])
    return app


either_framework = pytest.mark.parametrize("make_app", [starlette_app, fastapi_app])
MakeApp = Callable[..., App]


@either_framework
async def test_a_genuine_webhook_is_an_event(make_app: MakeApp) -> None:
    async with calling(make_app(auth_token=TOKEN, shared_keys=KEYS)) as (origin, session):
        url = with_body_hash(f"{origin}/hook?x=%2F&y", BODY)
        for headers in (
            sign(url, BODY, JSON_TYPE, auth_token=TOKEN),
            sign(url, BODY, JSON_TYPE, shared_key=("porting", KEYS["porting"])),
        ):
            status, answer = await post(session, url, BODY, headers)
            assert status == 200
            event = json.loads(answer)
            assert event["kind"] == "PortInCompleted"
            assert event["port_in_request_sid"] == SID
        form = b"status=completed&port_in_request_sid=KW"
        url = f"{origin}/hook"
        headers = sign(url, form, "application/x-www-form-urlencoded", auth_token=TOKEN)
        status, answer = await post(session, url, form, headers)
        assert (status, json.loads(answer)["kind"]) == (200, "PortInCompleted")


@either_framework
async def test_what_is_not_genuine_is_403(make_app: MakeApp, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING, "twilio_numbers_async")
    async with calling(make_app(auth_token=TOKEN)) as (origin, session):
        url = with_body_hash(f"{origin}/hook", BODY)
        good = sign(url, BODY, JSON_TYPE, auth_token=TOKEN)
        assert (await post(session, url, BODY, good))[0] == 200
        forged = [
            (url, BODY, {"Content-Type": JSON_TYPE}),
            (url, BODY, sign(url, BODY, JSON_TYPE, auth_token="guess")),
            (url, BODY, sign(url, BODY, JSON_TYPE, shared_key=("porting", TOKEN))),
            (url, BODY + b" ", good),
            (url + "&x=1", BODY, good),
            (f"{origin}/hook", BODY, good),
        ]
        for one in forged:
            status, answer = await post(session, *one)
            assert status == 403
            assert b"not genuine" in answer
        refusals = [record for record in caplog.records if record.name.startswith("twilio_numbers_async")]
        assert len(refusals) == len(forged)
        assert SID not in caplog.text


@either_framework
async def test_what_is_genuine_but_no_event_is_403(make_app: MakeApp) -> None:
    async with calling(make_app(auth_token=TOKEN)) as (origin, session):
        url = with_body_hash(f"{origin}/hook", b"[]")
        assert (await post(session, url, b"[]", sign(url, b"[]", JSON_TYPE, auth_token=TOKEN)))[0] == 403
        headers = sign(f"{origin}/hook", b"", None, auth_token=TOKEN)
        async with session.get(f"{origin}/hook", headers=headers) as response:
            assert response.status == 403


async def chunks(size: int, number: int) -> AsyncIterator[bytes]:
    for _ in range(number):
        yield b"x" * size


@either_framework
async def test_a_body_that_is_too_large_is_413(make_app: MakeApp) -> None:
    async with calling(make_app(auth_token=TOKEN, max_body_size=len(BODY))) as (origin, session):
        url = with_body_hash(f"{origin}/hook", BODY)
        good = sign(url, BODY, JSON_TYPE, auth_token=TOKEN)
        assert (await post(session, url, BODY, good))[0] == 200
        assert (await post(session, url, BODY + b" ", good))[0] == 413
        assert (await post(session, url, chunks(50, 3), good))[0] == 413


@either_framework
async def test_the_public_url_is_what_was_configured(make_app: MakeApp) -> None:
    public = f"{PUBLIC}/hook"
    signed_for = with_body_hash(public, BODY)
    headers = sign(signed_for, BODY, JSON_TYPE, auth_token=TOKEN)
    query = signed_for.removeprefix(public)
    async with calling(make_app(auth_token=TOKEN, public_url=f"{PUBLIC}/")) as (origin, session):
        assert (await post(session, f"{origin}/hook{query}", BODY, headers))[0] == 200
        own = with_body_hash(f"{origin}/hook", BODY)
        assert (await post(session, own, BODY, sign(own, BODY, JSON_TYPE, auth_token=TOKEN)))[0] == 403


@either_framework
async def test_forwarded_headers_are_not_believed(make_app: MakeApp) -> None:
    forwarded = {
        "X-Forwarded-Host": "porting.example.com",
        "X-Forwarded-Proto": "https",
        "X-Forwarded-Port": "443",
        "X-Original-Host": "porting.example.com",
        "Forwarded": "host=porting.example.com;proto=https",
    }
    signed_for = with_body_hash(f"{PUBLIC}/hook", BODY)
    headers = sign(signed_for, BODY, JSON_TYPE, auth_token=TOKEN) | forwarded
    async with calling(make_app(auth_token=TOKEN)) as (origin, session):
        url = signed_for.replace(PUBLIC, origin)
        assert (await post(session, url, BODY, headers))[0] == 403


@either_framework
async def test_a_path_prefix_behind_a_proxy(make_app: MakeApp) -> None:
    signed_for = with_body_hash(f"{PUBLIC}/porting/hook", BODY)
    headers = sign(signed_for, BODY, JSON_TYPE, auth_token=TOKEN)
    app = make_app(auth_token=TOKEN, public_url=f"{PUBLIC}/porting")
    for root_path in ("", "/porting"):  # the proxy took the prefix away; the server was told of it, or not
        async with calling(app, root_path=root_path) as (origin, session):
            url = signed_for.replace(f"{PUBLIC}/porting", origin)
            assert (await post(session, url, BODY, headers))[0] == 200


async def test_a_mounted_app_and_its_root_path() -> None:
    inner = starlette_app(auth_token=TOKEN, public_url=PUBLIC)
    app = Starlette(routes=[Mount("/twilio", inner)])
    signed_for = with_body_hash(f"{PUBLIC}/twilio/hook", BODY)
    headers = sign(signed_for, BODY, JSON_TYPE, auth_token=TOKEN)
    async with calling(app) as (origin, session):
        assert (await post(session, signed_for.replace(PUBLIC, origin), BODY, headers))[0] == 200


@either_framework
async def test_the_path_is_signed_as_it_was_sent(make_app: MakeApp) -> None:
    async with calling(make_app("/hook/{rest:path}", auth_token=TOKEN)) as (origin, session):
        for path in ("/hook/a%20b", "/hook/%C3%A9", "/hook/a%2fb", "/hook/~(x)!"):
            url = with_body_hash(f"{origin}{path}", BODY)
            assert (await post(session, url, BODY, sign(url, BODY, JSON_TYPE, auth_token=TOKEN)))[0] == 200


async def test_a_webhook_that_is_cut_off_is_no_crash() -> None:
    webhook = porting_event(auth_token=TOKEN)
    answered: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    async def hook(request: Request) -> Response:
        try:
            await webhook(request)
        except HTTPException as error:
            answered.set_result(error.status_code)
        return Response()

    async with serve(Starlette(routes=[Route("/hook", hook, methods=["POST"])])) as origin:
        port = int(origin.rpartition(":")[2])
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"POST /hook HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nhalf")
        await writer.drain()
        writer.close()
        await writer.wait_closed()
        assert await answered == 400


def request_of(body: bytes, headers: list[tuple[str, str]], **scope: Any) -> Request:
    """A request of a server that says less than uvicorn does."""

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    raw = [(name.lower().encode(), value.encode()) for name, value in headers]
    whole: dict[str, Any] = {
        "type": "http",
        "method": "POST",
        "scheme": "https",
        "path": "/a b/hook",
        "headers": raw,
    }
    return Request(whole | scope, receive)


async def test_a_server_that_does_not_tell_the_raw_path() -> None:
    webhook = porting_event(auth_token=TOKEN)
    url = with_body_hash("https://porting.example.com/a%20b/hook", BODY)
    headers = [("Host", "porting.example.com"), *sign(url, BODY, JSON_TYPE, auth_token=TOKEN).items()]
    query = {"query_string": url.partition("?")[2].encode()}
    event = await webhook(request_of(BODY, headers, **query))
    assert event == parse_event(BODY)
    assert event.kind is PortingEventType.PORT_IN_COMPLETED
    with_query = {"raw_path": b"/a%20b/hook?" + query["query_string"]}
    assert await webhook(request_of(BODY, headers, **query, **with_query)) == event


@pytest.mark.parametrize(
    ("hosts", "scope"),
    [
        ([], {}),
        (["porting.example.com", "porting.example.com"], {}),
        (["porting.example.com"], {"raw_path": b"/a%20b/hook\xff"}),
    ],
)
async def test_a_url_that_is_not_clear_is_403(hosts: list[str], scope: dict[str, Any]) -> None:
    webhook = porting_event(auth_token=TOKEN)
    url = with_body_hash("https://porting.example.com/a%20b/hook", BODY)
    headers = [*[("Host", host) for host in hosts], *sign(url, BODY, JSON_TYPE, auth_token=TOKEN).items()]
    query = url.partition("?")[2].encode()
    with pytest.raises(HTTPException) as caught:
        await webhook(request_of(BODY, headers, query_string=query, **scope))
    assert caught.value.status_code == 403


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"auth_token": ""},
        {"shared_keys": {}},
        {"auth_token": TOKEN, "public_url": ""},
        {"auth_token": TOKEN, "public_url": "example.com"},
        {"auth_token": TOKEN, "public_url": "ftp://example.com"},
        {"auth_token": TOKEN, "public_url": "https://"},
        {"auth_token": TOKEN, "public_url": "https://example.com?x=1"},
        {"auth_token": TOKEN, "public_url": "https://example.com#x"},
        {"auth_token": TOKEN, "public_url": "https://example.com:port"},
    ],
)
def test_what_is_set_up_wrong_is_told_at_once(options: dict[str, Any]) -> None:
    with pytest.raises(errors.ConfigurationError):
        porting_event(**options)


def api(kind: type[errors.ApiError], status: int, **more: Any) -> errors.ApiError:
    return kind("The number +15555550100 is wrong", status=status, code=21421, request_id="RQ1", **more)


ANSWERS: list[tuple[Exception, int, str]] = [
    (api(errors.RateLimitError, 429), 503, "busy"),
    (api(errors.RateLimitError, 429, retry_after=2.1), 503, "busy"),
    (errors.GateFullError("7 calls wait for the gate already"), 503, "busy"),
    (api(errors.NotFoundError, 404), 404, "not_found"),
    (api(errors.ConflictError, 409), 409, "conflict"),
    (api(errors.InvalidRequestError, 400), 422, "invalid_request"),
    (api(errors.AuthenticationError, 401), 502, "upstream_error"),
    (api(errors.PermissionDeniedError, 403), 502, "upstream_error"),
    (api(errors.ServerError, 503, retry_after=9), 502, "upstream_error"),
    (api(errors.ApiError, 418), 502, "upstream_error"),
    (errors.RequestTimeoutError("The time was up for +15555550100"), 504, "timeout"),
    (errors.ConnectError("No connection to user:secret@proxy"), 502, "unreachable"),
    (errors.TransportError("broken"), 502, "unreachable"),
    (
        errors.InvalidArgumentError("page_size must be 1 to 100", argument="page_size"),
        422,
        "invalid_argument",
    ),
    (errors.InvalidPhoneNumberError("+1 (555) 555-0100 is too short"), 422, "invalid_argument"),
    (errors.DecodeError("not JSON"), 502, "upstream_error"),
    (errors.PagingError("a foreign host"), 502, "upstream_error"),
    (errors.ConfigurationError("no auth_token secret"), 500, "misconfigured"),
    (errors.WebhookError("no signature"), 403, "webhook_refused"),
]


async def test_our_errors_are_answers(caplog: pytest.LogCaptureFixture) -> None:
    app = FastAPI(exception_handlers=exception_handlers)

    @app.get("/raise/{number}")
    async def fail(number: int) -> None:
        raise ANSWERS[number][0]

    assert fail is not None
    async with calling(app) as (origin, session):
        for number, (error, status, name) in enumerate(ANSWERS):
            async with session.get(f"{origin}/raise/{number}") as response:
                text = await response.text()
                answer = json.loads(text)
                assert (response.status, answer["error"]) == (status, name), error
                assert "0100" not in text
                assert "secret" not in text
                assert (response.headers.get("Retry-After") is not None) is (status == 503)
                if isinstance(error, errors.ApiError):
                    assert (answer["code"], answer["request_id"]) == (21421, "RQ1")
                if number == 1:
                    assert response.headers["Retry-After"] == "3"
                if number == 2:
                    assert response.headers["Retry-After"] == "1"
                if number == 13:
                    assert answer["argument"] == "page_size"
                    assert answer["message"] == "page_size must be 1 to 100"
    logged = [
        one.getMessage() for one in caplog.records if one.name == "twilio_numbers_async.webhooks.starlette"
    ]
    assert logged == [
        "Twilio refused the app: HTTP 401, code 21421, RQ1",
        "Twilio refused the app: HTTP 403, code 21421, RQ1",
        "The app is set up wrong: no auth_token secret",
    ], "of the others the caller is told enough"


async def test_no_other_error_is_swallowed() -> None:
    with pytest.raises(KeyError):
        await handle_error(request_of(b"", []), KeyError("x"))
    bare = await handle_error(request_of(b"", []), errors.NotFoundError("x", status=404))
    assert json.loads(bytes(bare.body)) == {"error": "not_found", "message": "Twilio knows no such thing"}


def test_structs_are_written_as_json() -> None:
    event = parse_event(b'{"status": "PortInTeleported", "last_date_updated": "2024-05-14T13:49:17Z"}')
    response = StructResponse({"events": [event]}, 201, {"X-More": "1"})
    assert (response.status_code, response.headers["content-type"]) == (201, "application/json")
    written = json.loads(bytes(response.body))["events"][0]
    assert written["kind"] == "PortInTeleported"
    assert written["last_date_updated"] == "2024-05-14T13:49:17Z"
    assert written["raw"]["status"] == "PortInTeleported"


async def test_one_client_for_the_app() -> None:
    from twilio_numbers_async.client import TwilioNumbers

    made: list[TwilioNumbers] = []

    def make() -> TwilioNumbers:
        made.append(TwilioNumbers("AC" + "a" * 32, TOKEN, base_url="http://127.0.0.1:9"))
        return made[-1]

    async def who(request: Request) -> Response:
        client = get_twilio(request)
        return JSONResponse({"same": client is made[-1], "open": client_is_open(client)})

    inner = FastAPI()

    @inner.get("/who")
    async def who_else(client: Annotated[object, Depends(get_twilio)]) -> dict[str, bool]:
        return {"same": client is made[-1], "open": client_is_open(made[-1])}

    assert who_else is not None
    app = Starlette(routes=[Route("/who", who), Mount("/inner", inner)], lifespan=lifespan(make))
    for runs in (1, 2):  # an app may be started again
        async with calling(app) as (origin, session):
            for path in ("/who", "/inner/who"):
                async with session.get(origin + path) as response:
                    assert await response.json() == {"same": True, "open": True}
            assert app.state.twilio is made[-1]
        assert len(made) == runs
        assert not client_is_open(made[-1])
        assert not hasattr(app.state, "twilio")


def client_is_open(client: Any) -> bool:
    return bool(client._caller.client_state.session.is_open)


async def test_a_client_that_is_there_or_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    from twilio_numbers_async.client import TwilioNumbers

    client = TwilioNumbers("AC" + "a" * 32, TOKEN)
    app = Starlette()
    async with lifespan(client)(app) as state:
        assert app.state.twilio is state["twilio"] is client
    monkeypatch.setenv("TWILIO_ACCOUNT_SID", "AC" + "b" * 32)
    monkeypatch.setenv("TWILIO_AUTH_TOKEN", TOKEN)
    monkeypatch.delenv("TWILIO_API_KEY", raising=False)
    start = lifespan()
    async with start(app):
        assert app.state.twilio.account_sid == "AC" + "b" * 32


async def test_an_app_without_a_client_says_so() -> None:
    async def who(request: Request) -> Response:
        with pytest.raises(errors.ConfigurationError, match="lifespan"):
            get_twilio(request)
        return PlainTextResponse("checked")

    async with (
        calling(Starlette(routes=[Route("/", who)])) as (origin, session),
        session.get(origin) as response,
    ):
        assert await response.text() == "checked"
