"""Every operation of Numbers v1: what goes over the wire, what comes back, and what is refused before."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
from collections.abc import Awaitable, Callable
from typing import Any, cast

import msgspec
import pytest

from tests.contract.operations import OPERATIONS, operations_of
from tests.raw_server import RawServer, Received, Reply, json_reply, raw_server, reply, stall
from tests.transport.raw_client import (
    ACCOUNT,
    NUMBER,
    PORT_IN,
    FakeTime,
    client,
    port_in_create,
    portable,
    tasks_left,
)
from twilio_numbers_async.client import TwilioNumbers
from twilio_numbers_async.errors import (
    DecodeError,
    InvalidArgumentError,
    InvalidPhoneNumberError,
    NotFoundError,
    PagingError,
    RequestTimeoutError,
)
from twilio_numbers_async.models import (
    PortIn,
    PortingEventType,
    PortInStatus,
    SigningRequestProduct,
    WebhookType,
)

PHONE_NUMBER = "PU" + "b" * 32
DOCUMENT = "RD" + "d" * 32
ADDRESS = "AD" + "e" * 32
BULK = "EC" + "f" * 32
OTHER = "AC" + "1" * 32
INJECTIONS = [
    "", ".", "..", "../x", "..%2Fx", "%2e%2e", "a/b", "a?b=c", "a#b", "a;b", "a\\b", "\r\nHost: evil.example",
    "\x00", "\ud800", "\N{FULLWIDTH SOLIDUS}", "{Sid}", "KW", "KW" + "a" * 31, "KW" + "a" * 33, "KW" + "g" * 32,
    "kw" + "a" * 32, "KW" + "a" * 32 + "/..", "KW" + "a" * 32 + "\n", " KW" + "a" * 32, "AC" + "a" * 32,
    "KW" + "\u0661" * 32, "KW" + "\uff41" * 32,
]  # fmt: skip

Call = Callable[[TwilioNumbers], Awaitable[Any]]

# An operation of the contract's list, and in a few words with what; the call, its target, its body and an answer.
WIRE: list[tuple[str, Call, str, Any, Any]] = [
    (
        "FetchPortingPortability",
        lambda t: t.portability.fetch(NUMBER),
        f"/v1/Porting/Portability/PhoneNumber/{NUMBER}", None, portable(),
    ),
    (
        "FetchPortingPortability with everything",
        lambda t: t.portability.fetch(
            "(415) 555-0100", country="us", target_account_sid=OTHER, address_sid=ADDRESS
        ),
        f"/v1/Porting/Portability/PhoneNumber/{NUMBER}?TargetAccountSid={OTHER}&AddressSid={ADDRESS}",
        None, portable(),
    ),
    (
        "FetchPortingPortIn", lambda t: t.port_ins.fetch(PORT_IN),
        f"/v1/Porting/PortIn/{PORT_IN}", None, {"port_in_request_sid": PORT_IN},
    ),
    (
        "DeletePortingPortIn", lambda t: t.port_ins.cancel(PORT_IN),
        f"/v1/Porting/PortIn/{PORT_IN}", None, None,
    ),
    (
        "FetchPortingPortInPhoneNumber", lambda t: t.port_in_phone_numbers.fetch(PORT_IN, PHONE_NUMBER),
        f"/v1/Porting/PortIn/{PORT_IN}/PhoneNumber/{PHONE_NUMBER}", None,
        {"phone_number_sid": PHONE_NUMBER},
    ),
    (
        "DeletePortingPortInPhoneNumber", lambda t: t.port_in_phone_numbers.cancel(PORT_IN, PHONE_NUMBER),
        f"/v1/Porting/PortIn/{PORT_IN}/PhoneNumber/{PHONE_NUMBER}", None, None,
    ),
    (
        "CreatePortingPortIn", lambda t: t.port_ins.create(port_in_create()),
        "/v1/Porting/PortIn",
        {
            "account_sid": ACCOUNT,
            "documents": ["RD" + "a" * 32],
            "phone_numbers": [{"phone_number": NUMBER}],
            "losing_carrier_information": {
                "customer_name": "Example Ltd",
                "customer_type": "Business",
                "authorized_representative": "Robin Example",
                "authorized_representative_email": "robin@example.com",
                "address": {
                    "street": "1 Example St", "city": "Springfield", "state": "IL", "zip": "62701", "country": "US",
                },
            },
            "target_port_in_date": "2030-01-31",
        },
        {"port_in_request_sid": PORT_IN, "port_in_request_status": "In Review"},
    ),
    (
        "CreateEligibility",
        lambda t: t.eligibility.create(
            ["+1 415 555 0100", "+14155550101"], friendly_name="x", hosting_account_sid=OTHER
        ),
        "/v1/HostedNumber/Eligibility",
        {
            "friendly_name": "x",
            "phone_numbers": [
                {"phone_number": NUMBER, "hosting_account_sid": OTHER},
                {"phone_number": "+14155550101", "hosting_account_sid": OTHER},
            ],
        },
        {"results": [{"phone_number": NUMBER, "eligibility_status": "eligible"}]},
    ),
    (
        "CreateEligibility for one", lambda t: t.eligibility.create(NUMBER),
        "/v1/HostedNumber/Eligibility", {"phone_numbers": [{"phone_number": NUMBER}]}, {"results": []},
    ),
    (
        "CreateBulkEligibility", lambda t: t.bulk_eligibility.create(iter([NUMBER])),
        "/v1/HostedNumber/Eligibility/Bulk", {"phone_numbers": [{"phone_number": NUMBER}]},
        {"request_id": BULK, "status": "QUEUED"},
    ),
    (
        "FetchBulkEligibility", lambda t: t.bulk_eligibility.fetch(BULK),
        f"/v1/HostedNumber/Eligibility/Bulk/{BULK}", None, {"request_id": BULK},
    ),
    (
        "CreatePortingWebhookConfiguration",
        lambda t: t.webhook_configuration.create(
            port_in_target_url="https://example.com/in",
            port_out_target_url="",
            notifications_of=[PortingEventType.PORT_IN_COMPLETED, "PortInExpired", "portin canceled", "PortInNovel"],
        ),
        "/v1/Porting/Configuration/Webhook",
        {
            "port_in_target_url": "https://example.com/in",
            "port_out_target_url": "",
            "notifications_of": ["PortInCompleted", "PortInExpired", "PortInCanceled", "PortInNovel"],
        },
        {"port_in_target_url": "https://example.com/in"},
    ),
    (
        "CreatePortingWebhookConfiguration with one event",
        lambda t: t.webhook_configuration.create(notifications_of="PortInCompleted"),
        "/v1/Porting/Configuration/Webhook", {"notifications_of": ["PortInCompleted"]}, {},
    ),
    (
        "CreatePortingWebhookConfiguration with all events",
        lambda t: t.webhook_configuration.create(notifications_of=[]),
        "/v1/Porting/Configuration/Webhook", {"notifications_of": []}, {},
    ),
    (
        "FetchPortingWebhookConfigurationFetch", lambda t: t.webhook_configuration.fetch(),
        "/v1/Porting/Configuration/Webhook", None, {"notifications_of": ["PortInCompleted"]},
    ),
    (
        "DeletePortingWebhookConfigurationDelete", lambda t: t.webhook_configuration.delete(WebhookType.PORT_IN),
        "/v1/Porting/Configuration/Webhook/PORT_IN", None, None,
    ),
    (
        "DeletePortingWebhookConfigurationDelete by text", lambda t: t.webhook_configuration.delete("port_out"),
        "/v1/Porting/Configuration/Webhook/PORT_OUT", None, None,
    ),
    (
        "CreateSigningRequestConfiguration",
        lambda t: t.signing_request_configurations.create(
            product=SigningRequestProduct.PORTING, country="US", email_subject="s", email_message="",
            friendly_name="n", logo_sid=DOCUMENT, url_redirection="https://example.com",
        ),
        "/v1/SigningRequest/Configuration",
        {
            "product": "Porting", "country": "US", "email_subject": "s", "email_message": "", "friendly_name": "n",
            "logo_sid": DOCUMENT, "url_redirection": "https://example.com",
        },
        {"product": "Porting", "country": "US"},
    ),
    (
        "CreateSigningRequestConfiguration with nothing",
        lambda t: t.signing_request_configurations.create(),
        "/v1/SigningRequest/Configuration", {}, {},
    ),
    (
        "ListPortInRequests", lambda t: t.port_ins.list().collect(),
        "/v1/Porting/PortIn/PortInRequests", None, {"port_in_requests": []},
    ),
    (
        "ListPortInRequests with everything",
        lambda t: t.port_ins.list(
            status="in review",
            sids=[PORT_IN, "KW" + "2" * 32],
            created_before=dt.datetime(2026, 5, 1, 12, 0, 0, 500, dt.timezone(dt.timedelta(hours=2))),
            created_after=dt.date(2026, 4, 1),
            page_size=100,
            after="0:to ken/+&",
        ).collect(),
        (
            "/v1/Porting/PortIn/PortInRequests?PortInRequestStatus=In%20Review"
            f"&PortInRequestSid={PORT_IN}%2C{'KW' + '2' * 32}"
            "&CreatedBefore=2026-05-01T10%3A00%3A00Z&CreatedAfter=2026-04-01&Size=100&Token=to%20ken%2F%2B%26"
        ),
        None, {"port_in_requests": []},
    ),
    (
        "ListSigningRequestConfiguration", lambda t: t.signing_request_configurations.list().collect(),
        "/v1/SigningRequest/Configuration", None, {"configurations": [], "meta": {}},
    ),
    (
        "ListSigningRequestConfiguration with everything",
        lambda t: t.signing_request_configurations.list(country="US", product="hosting", page_size=1000).collect(),
        "/v1/SigningRequest/Configuration?Country=US&Product=Hosting&PageSize=1000", None, {},
    ),
]  # fmt: skip


def test_every_operation_of_numbers_v1_is_shown() -> None:
    assert {name.split()[0] for name, *_ in WIRE} == set(operations_of("numbers-v1"))


@pytest.mark.parametrize(("name", "call", "target", "body", "answer"), WIRE, ids=[name for name, *_ in WIRE])
async def test_what_goes_over_the_wire_and_comes_back(
    name: str, call: Call, target: str, body: Any, answer: Any
) -> None:
    method = OPERATIONS[name.split()[0]].method
    respond = reply(b"", 204) if answer is None else json_reply(answer, 201 if method == "POST" else 200)
    async with raw_server(respond) as server, client(server.url) as twilio:
        result = await call(twilio)
    (received,) = server.received
    assert (received.method, received.target) == (method, target)
    assert received.headers["authorization"].startswith("Basic ")
    if body is None:
        assert received.body == b""
        assert "content-type" not in received.headers
    else:
        assert received.headers["content-type"] == "application/json"
        assert received.document == body
        assert received.headers["content-length"] == str(len(received.body))
    if answer is None:
        assert result is None
    elif not isinstance(result, list):
        sent = {name: value for name, value in answer.items() if value}
        built = msgspec.to_builtins(result)
        assert {name: built[name] for name in sent if isinstance(sent[name], str | bool)} == {
            name: value for name, value in sent.items() if isinstance(value, str | bool)
        }


async def test_every_text_is_sent_as_it_is() -> None:
    text = 'Ünïcode "quotes" \\ \N{GRINNING FACE} \u2028 <b>&amp;'
    async with raw_server(json_reply({})) as server, client(server.url) as twilio:
        await twilio.signing_request_configurations.create(email_message=text)
        assert server.received[0].document == {"email_message": text}
        assert json.loads(server.received[0].body.decode()) == {"email_message": text}


async def test_a_port_in_of_a_thousand_numbers() -> None:
    phone_numbers = [f"+1415555{index:04}" for index in range(1000)]
    async with (
        raw_server(json_reply({"port_in_request_sid": PORT_IN}, 201)) as server,
        client(server.url) as twilio,
    ):
        await twilio.port_ins.create(port_in_create(phone_numbers))
        sent = [entry["phone_number"] for entry in server.received[0].document["phone_numbers"]]
        assert sent == phone_numbers


# ---- refused before anything is sent


def sid_calls(value: Any) -> list[tuple[str, Call]]:
    return [
        ("sid", lambda t: t.port_ins.fetch(value)),
        ("sid", lambda t: t.port_ins.cancel(value)),
        ("sid", lambda t: t.port_ins.wait(value)),
        ("port_in_sid", lambda t: t.port_in_phone_numbers.fetch(value, PHONE_NUMBER)),
        ("port_in_sid", lambda t: t.port_in_phone_numbers.cancel(value, PHONE_NUMBER)),
        ("phone_number_sid", lambda t: t.port_in_phone_numbers.fetch(PORT_IN, value)),
        ("phone_number_sid", lambda t: t.port_in_phone_numbers.cancel(PORT_IN, value)),
        ("request_id", lambda t: t.bulk_eligibility.fetch(value)),
        ("request_id", lambda t: t.bulk_eligibility.wait(value)),
        ("sids[1]", lambda t: t.port_ins.list(sids=[PORT_IN, value]).collect()),
        ("address_sid", lambda t: t.portability.fetch(NUMBER, address_sid=value)),
    ]


async def refused(
    call: Call, kind: type[InvalidArgumentError] = InvalidArgumentError
) -> InvalidArgumentError:
    """The error of a call that must not send anything."""
    async with raw_server(stall) as server, client(server.url, timeout=5.0) as twilio:
        with pytest.raises(kind) as caught:
            await call(twilio)
        assert (server.connections, server.received) == (0, [])
    return caught.value


@pytest.mark.parametrize("value", [*INJECTIONS, None, 5, b"KW" + b"a" * 32, [PORT_IN]])
async def test_what_is_no_sid_is_refused(value: Any) -> None:
    for argument, call in sid_calls(value):
        if value is None and argument == "address_sid":
            continue  # it may be left out
        error = await refused(call)
        assert error.argument == argument
        assert "evil" not in str(error)


@pytest.mark.parametrize(
    "value", [*INJECTIONS, "+1 617/../x", "+14155550100/../../x", "+14155550100?a=b", None, 5]
)
async def test_what_is_no_number_never_becomes_a_path(value: Any) -> None:
    error = await refused(lambda t: t.portability.fetch(value, country="US"), InvalidPhoneNumberError)
    assert error.argument == "number"
    error = await refused(lambda t: t.eligibility.create([NUMBER, value]), InvalidPhoneNumberError)
    assert error.argument == "numbers[1]"
    error = await refused(lambda t: t.bulk_eligibility.create([value]), InvalidPhoneNumberError)
    assert error.argument == "numbers[0]"


@pytest.mark.parametrize("value", ["", "..", "PORT_IN/..", "port in and out", "PORT-IN-OUT", None, 5])
async def test_what_is_no_webhook_type_is_refused(value: Any) -> None:
    assert (await refused(lambda t: t.webhook_configuration.delete(value))).argument == "webhook_type"


BAD: list[tuple[str, str | None, Call]] = [
    (
        "target_account_sid",
        "target_account_sid",
        lambda t: t.portability.fetch(NUMBER, target_account_sid="AC1"),
    ),
    ("country", "country", lambda t: t.portability.fetch("415 555 0100", country="XX")),
    ("sweep: country", "country", lambda t: _call(lambda: t.portability.sweep([], country="XX"))),
    (
        "sweep: account",
        "target_account_sid",
        lambda t: _call(lambda: t.portability.sweep([], target_account_sid="")),
    ),
    ("status", "status", lambda t: t.port_ins.list(status="Lost").collect()),
    ("no sids", "sids", lambda t: t.port_ins.list(sids=[]).collect()),
    (
        "a naive time",
        "created_after",
        lambda t: t.port_ins.list(created_after=dt.datetime.fromisoformat("2026-05-01T10:00:00")).collect(),
    ),
    (
        "a date as text",
        "created_before",
        lambda t: t.port_ins.list(created_before=cast(Any, "2026-05-01")).collect(),
    ),
    ("size 0", "page_size", lambda t: t.port_ins.list(page_size=0).collect()),
    ("size 101", "page_size", lambda t: t.port_ins.list(page_size=101).collect()),
    ("size 1001", "page_size", lambda t: t.signing_request_configurations.list(page_size=1001).collect()),
    ("size as text", "page_size", lambda t: t.port_ins.list(page_size=cast(Any, "10")).collect()),
    ("limit -1", "limit", lambda t: t.port_ins.list(limit=-1).collect()),
    ("limit as text", "limit", lambda t: t.port_ins.list(limit=cast(Any, "10")).collect()),
    ("limit 1.5", "limit", lambda t: t.signing_request_configurations.list(limit=cast(Any, 1.5)).collect()),
    ("after", "after", lambda t: t.port_ins.list(after="x").collect()),
    ("product", "product", lambda t: t.signing_request_configurations.list(product="Selling").collect()),
    ("product to create", "product", lambda t: t.signing_request_configurations.create(product="Selling")),
    ("country to create", "country", lambda t: t.signing_request_configurations.create(country="USA")),
    ("subject", "email_subject", lambda t: t.signing_request_configurations.create(email_subject="x" * 256)),
    ("message", "email_message", lambda t: t.signing_request_configurations.create(email_message="x" * 5001)),
    ("logo", "logo_sid", lambda t: t.signing_request_configurations.create(logo_sid="RD1")),
    (
        "redirection",
        "url_redirection",
        lambda t: t.signing_request_configurations.create(url_redirection="x"),
    ),
    ("URL", "port_in_target_url", lambda t: t.webhook_configuration.create(port_in_target_url="ftp://x")),
    (
        "URL out",
        "port_out_target_url",
        lambda t: t.webhook_configuration.create(port_out_target_url="https://"),
    ),
    ("event", "notifications_of[0]", lambda t: t.webhook_configuration.create(notifications_of=[" "])),
    (
        "events as a number",
        "notifications_of",
        lambda t: t.webhook_configuration.create(notifications_of=cast(Any, 5)),
    ),
    (
        "an event as a number",
        "notifications_of",
        lambda t: t.webhook_configuration.create(notifications_of=cast(Any, [5])),
    ),
    ("no numbers", "numbers", lambda t: t.eligibility.create([])),
    ("no numbers in bulk", "numbers", lambda t: t.bulk_eligibility.create(iter(()))),
    (
        "hosting account",
        "hosting_account_sid",
        lambda t: t.eligibility.create(NUMBER, hosting_account_sid="x"),
    ),
    ("twice", "phone_numbers[1].phone_number", lambda t: t.eligibility.create([NUMBER, "+1 415 555 0100"])),
    ("port-in: account", "account_sid", lambda t: t.port_ins.create(changed(account_sid="x"))),
    ("port-in: no numbers", "phone_numbers", lambda t: t.port_ins.create(changed(phone_numbers=[]))),
    ("port-in: 1001", "phone_numbers", lambda t: t.port_ins.create(port_in_create([NUMBER] * 1001))),
    ("port-in: no document", "documents", lambda t: t.port_ins.create(changed(documents=[]))),
    ("half a surrogate", None, lambda t: t.eligibility.create(NUMBER, friendly_name="\ud800")),
    ("wait: timeout", "timeout", lambda t: t.port_ins.wait(PORT_IN, timeout=-1)),
    ("wait: timeout as text", "timeout", lambda t: t.port_ins.wait(PORT_IN, timeout=cast(Any, "1"))),
    ("wait: pause", "pause", lambda t: t.bulk_eligibility.wait(BULK, pause=float("nan"))),
    ("wait: max_pause", "max_pause", lambda t: t.bulk_eligibility.wait(BULK, max_pause=-1)),
    ("wait: until", "until", lambda t: t.port_ins.wait(PORT_IN, until="Lost")),
    ("wait: until what", "until", lambda t: t.port_ins.wait(PORT_IN, until=cast(Any, 5))),
]


def changed(**changes: Any) -> Any:
    return msgspec.structs.replace(port_in_create(), **changes)


async def _call(function: Callable[[], object]) -> object:
    return function()


@pytest.mark.parametrize(("argument", "call"), [case[1:] for case in BAD], ids=[case[0] for case in BAD])
async def test_bad_input_is_refused_before_anything_is_sent(argument: str | None, call: Call) -> None:
    error = await refused(call)
    assert error.argument == argument
    assert "4155550100" not in str(error) + repr(error)


# ---- listings


def rows(first: int, count: int) -> list[dict[str, str]]:
    return [{"port_in_request_sid": f"KW{index:032x}"} for index in range(first, first + count)]


def tokens(total: int) -> Reply:
    """A listing of port-ins, by tokens that are offsets."""

    async def answer(connection: Any, received: Received) -> None:
        start = int(received.query.get("Token", "0"))
        count = min(int(received.query.get("Size", "20")), total - start)
        following = str(start + count) if start + count < total else None
        await json_reply({"port_in_requests": rows(start, count), "meta": {"next_token": following}})(
            connection, received
        )

    return answer


def links(total: int, prefix: Callable[[RawServer], str]) -> Callable[[RawServer], Reply]:
    """A listing of configurations, by URLs that begin with ``prefix``."""

    def on(server: RawServer) -> Reply:
        async def answer(connection: Any, received: Received) -> None:
            page, size = int(received.query.get("Page", "0")), int(received.query.get("PageSize", "50"))
            names = [
                {"friendly_name": str(index)} for index in range(page * size, min(total, (page + 1) * size))
            ]
            following = None
            if (page + 1) * size < total:
                path = "/v1/SigningRequest/Configuration"
                following = f"{prefix(server)}{path}?PageSize={size}&Page={page + 1}&PageToken=a%2Fb%20c"
            await json_reply({"configurations": names, "meta": {"next_page_url": following}})(
                connection, received
            )

        return answer

    return on


async def test_port_ins_are_paged_by_tokens() -> None:
    async with raw_server(tokens(45)) as server, client(server.url) as twilio:
        found = await twilio.port_ins.list(status="completed").collect()
        assert [row.port_in_request_sid for row in found] == [f"KW{index:032x}" for index in range(45)]
        assert [received.query.get("Token") for received in server.received] == [None, "20", "40"]
        assert {received.query["PortInRequestStatus"] for received in server.received} == {"Completed"}


@pytest.mark.parametrize(
    ("limit", "page_size", "sizes"),
    [(None, None, [None] * 3), (None, 30, ["30", "30"]), (5, None, ["5"]), (150, None, ["100"]), (50, 20, ["20"] * 3),
     (20, 20, ["20"]), (0, None, [])],
)  # fmt: skip
async def test_how_many_are_asked_for(
    limit: int | None, page_size: int | None, sizes: list[str | None]
) -> None:
    async with raw_server(tokens(45)) as server, client(server.url) as twilio:
        found = await twilio.port_ins.list(limit=limit, page_size=page_size).collect()
    assert len(found) == min(45, 45 if limit is None else limit)
    assert [received.query.get("Size") for received in server.received] == sizes


async def test_a_cursor_goes_on_in_another_process() -> None:
    async with raw_server(tokens(45)) as server:
        async with client(server.url) as twilio:
            pages = [page async for page in twilio.port_ins.list(limit=30, page_size=20).pages()]
            got = [row for page in pages for row in page.items]
            cursor = pages[-1].cursor
        assert len(got) == 30
        async with client(server.url) as another:
            got += await another.port_ins.list(after=json.loads(json.dumps(cursor)), limit=3).collect()
            assert [row.port_in_request_sid for row in got] == [f"KW{index:032x}" for index in range(33)]


@pytest.mark.parametrize(
    "document",
    [{}, {"port_in_requests": None}, {"port_in_requests": [], "meta": None}, {"meta": {}},
     {"meta": {"next_token": None}}, {"meta": {"next_token": ""}}],
)  # fmt: skip
async def test_a_listing_without_paging_keys_ends(document: Any) -> None:
    async with raw_server(json_reply(document)) as server, client(server.url) as twilio:
        assert await twilio.port_ins.list().collect() == []
    assert len(server.received) == 1


async def test_a_token_that_comes_again_ends_the_listing() -> None:
    again = json_reply({"port_in_requests": rows(0, 1), "meta": {"next_token": "x"}})
    async with raw_server(again) as server, client(server.url) as twilio:
        with pytest.raises(PagingError, match="twice"):
            await twilio.port_ins.list().collect()
    assert len(server.received) == 2


PREFIXES: list[tuple[str, Callable[[RawServer], str], str]] = [
    ("Twilio's public host", lambda server: "https://numbers.twilio.com", ""),
    ("Twilio's public host behind a gateway", lambda server: "https://numbers.twilio.com", "/twilio"),
    (
        "Twilio's public host behind a gateway named like a path",
        lambda server: "https://numbers.twilio.com",
        "/v1",
    ),
    ("the server's own", lambda server: server.url, ""),
    ("the gateway's own", lambda server: f"{server.url}/twilio", "/twilio"),
    ("relative", lambda server: "", ""),
    ("relative with the prefix", lambda server: "/twilio", "/twilio"),
    ("relative without the prefix", lambda server: "", "/twilio"),
]


@pytest.mark.parametrize(
    ("link", "base"), [case[1:] for case in PREFIXES], ids=[case[0] for case in PREFIXES]
)
async def test_configurations_are_paged_by_url_at_the_place_that_is_configured(
    link: Callable[[RawServer], str], base: str
) -> None:
    async with raw_server(stall) as server, client(server.url + base) as twilio:
        server.script = [links(5, link)(server)]
        found = await twilio.signing_request_configurations.list(page_size=2).collect()
        assert [each.friendly_name for each in found] == ["0", "1", "2", "3", "4"]
        assert [received.target for received in server.received] == [
            f"{base}/v1/SigningRequest/Configuration{query}"
            for query in (
                "?PageSize=2",
                "?PageSize=2&Page=1&PageToken=a%2Fb%20c",
                "?PageSize=2&Page=2&PageToken=a%2Fb%20c",
            )
        ]


async def test_a_cursor_of_urls_names_no_host_and_goes_on_elsewhere() -> None:
    async with raw_server(stall) as server:
        server.script = [links(5, lambda server: "https://numbers.twilio.com")(server)]
        async with client(server.url) as twilio:
            pages = [
                page
                async for page in twilio.signing_request_configurations.list(page_size=2, limit=3).pages()
            ]
            cursor = pages[-1].cursor
            assert cursor is not None
            assert "://" not in cursor
        async with client(f"{server.url}/v1") as twilio:
            rest = await twilio.signing_request_configurations.list(after=cursor).collect()
            assert [each.friendly_name for each in rest] == ["3", "4"]
        assert server.received[-1].path == "/v1/v1/SigningRequest/Configuration"


@pytest.mark.parametrize(
    "link",
    [
        "https://evil.example/v1/SigningRequest/Configuration",
        "https://numbers.twilio.com@evil.example/v1/SigningRequest/Configuration",
        "//evil.example/v1/SigningRequest/Configuration",
        "http://numbers.twilio.com/v1/SigningRequest/Configuration",
        "https://api.twilio.com/v1/SigningRequest/Configuration",
        "/v1/SigningRequest/Configuration/../../Porting/PortIn",
        "/v1/SigningRequest/Configuration/%2e%2e/x",
        "/v1/Porting/PortIn",
        "https://numbers.twilio.com/v1/Porting/PortIn?Page=1",
        "?Page=1",
        "x",
    ],
)
async def test_a_next_page_elsewhere_is_not_asked_for(link: str) -> None:
    async with raw_server(reply(b"{}")) as evil:
        for next_page in (
            link,
            link.replace("https://evil.example", evil.url).replace("evil.example", evil.url[7:]),
        ):
            answer = json_reply(
                {"configurations": [{"friendly_name": "1"}], "meta": {"next_page_url": next_page}}
            )
            async with raw_server(answer) as server, client(server.url) as twilio:
                with pytest.raises(PagingError):
                    await twilio.signing_request_configurations.list().collect()
            assert len(server.received) == 1
        assert evil.connections == 0


@pytest.mark.parametrize(
    "cursor",
    [
        "0:x",
        "0:https://evil.example/v1/SigningRequest/Configuration",
        "0://evil.example/v1/SigningRequest/Configuration",
        "0:/v1/Porting/PortIn/PortInRequests",
        "0:/v1/SigningRequest/Configuration/../../Porting/PortIn",
        "0:/v1/SigningRequest/Configuration?Page=1 HTTP/1.1\r\nX: y",
        "0:/v1/SigningRequest/Configuration?Page=\u00e4",
        "0:/v1/SigningRequest/Configuration?\ud800",
    ],
)
async def test_a_cursor_that_was_tampered_with_is_refused(cursor: str) -> None:
    error = await refused(lambda t: t.signing_request_configurations.list(after=cursor).collect())
    assert error.argument == "after"


async def test_a_token_that_was_tampered_with_stays_a_token() -> None:
    async with raw_server(tokens(1)) as server, client(server.url) as twilio:
        server.script = [json_reply({})]
        await twilio.port_ins.list(after="0:x&Size=1000 HTTP/1.1\r\nX: y").collect()
    assert server.received[0].query == {"Token": "x&Size=1000 HTTP/1.1\r\nX: y"}
    assert "x" not in server.received[0].headers


async def test_a_page_that_fails_is_tried_again_and_nothing_comes_twice() -> None:
    page = json_reply({"port_in_requests": rows(0, 2), "meta": {"next_token": "2"}})
    last = json_reply({"port_in_requests": rows(2, 1)})
    async with raw_server(page, json_reply({}, 503), last) as server, client(server.url) as twilio:
        found = await twilio.port_ins.list().collect()
    assert [row.port_in_request_sid for row in found] == [f"KW{index:032x}" for index in range(3)]
    assert [received.query.get("Token") for received in server.received] == [None, "2", "2"]


async def test_leaving_a_listing_early_leaves_nothing() -> None:
    before = tasks_left()
    async with raw_server(tokens(45)) as server:
        async with client(server.url) as twilio:
            async for row in twilio.port_ins.list():
                assert row.port_in_request_sid == "KW" + "0" * 32
                break
            assert await twilio.port_ins.list().first() is not None
        await server.until(lambda server: not server.open)
    assert len(server.received) == 2
    assert tasks_left() - before == set()


# ---- waiting for an end


def states(*names: str | None, key: str = "status") -> list[Reply]:
    return [json_reply({key: name}) for name in names]


async def test_waiting_for_a_bulk_eligibility() -> None:
    time = FakeTime()
    script = states("QUEUED", None, "IN_PROGRESS", "in-progress", "COMPLETE")
    async with raw_server(*script) as server, client(server.url, time) as twilio:
        job = await twilio.bulk_eligibility.wait(BULK)
    assert job.status == "COMPLETE"
    assert time.slept == [1.0, 1.5, 2.25, 3.375]
    assert {received.target for received in server.received} == {f"/v1/HostedNumber/Eligibility/Bulk/{BULK}"}


@pytest.mark.parametrize(
    "status",
    [
        "SUCCESSFUL",
        "complete",
        "Completed",
        "DONE",
        "FAILED",
        "failure",
        "EXPIRED",
        "canceled",
        "Cancelled",
        "error",
    ],
)
async def test_any_spelling_of_an_end_ends_the_wait(status: str) -> None:
    async with raw_server(*states(status)) as server, client(server.url) as twilio:
        await twilio.bulk_eligibility.wait(BULK)
    assert len(server.received) == 1


async def test_pauses_grow_up_to_the_longest() -> None:
    time = FakeTime()
    script = states(*["In Review"] * 8, "Completed", key="port_in_request_status")
    async with raw_server(*script) as server, client(server.url, time) as twilio:
        await twilio.port_ins.wait(PORT_IN, pause=100.0, max_pause=300.0)
    assert time.slept == [100.0, 150.0, 225.0, 300.0, 300.0, 300.0, 300.0, 300.0]


async def test_a_wait_ends_at_its_deadline_and_looks_there_once_more() -> None:
    time = FakeTime()
    async with raw_server(*states("QUEUED")) as server, client(server.url, time) as twilio:
        with pytest.raises(RequestTimeoutError, match="Not finished after 4 s") as caught:
            await twilio.bulk_eligibility.wait(BULK, timeout=4.0)
    assert time.slept == [1.0, 1.5, 1.5]
    assert len(server.received) == 4
    assert not caught.value.may_have_been_processed


async def test_no_time_is_one_look() -> None:
    time = FakeTime()
    async with raw_server(*states("QUEUED")) as server, client(server.url, time) as twilio:
        with pytest.raises(RequestTimeoutError):
            await twilio.bulk_eligibility.wait(BULK, timeout=0)
    assert (len(server.received), time.slept) == (1, [])


def always(port_in: PortIn) -> bool:
    return True


def never(port_in: PortIn) -> bool:
    return False


def is_in_progress(port_in: PortIn) -> bool:
    return port_in.port_in_request_status is PortInStatus.IN_PROGRESS


UNTIL: list[tuple[Any, int]] = [
    (None, 4), ("in progress", 3), (PortInStatus.WAITING_FOR_SIGNATURE, 2), ("Expired", 4), (always, 1),
    (is_in_progress, 3), (never, 4),
]  # fmt: skip


@pytest.mark.parametrize(("until", "looks"), UNTIL)
async def test_waiting_for_something_else(until: Any, looks: int) -> None:
    script = states(
        "In Review", "waiting_for_signature", "In Progress", "Canceled", key="port_in_request_status"
    )
    async with raw_server(*script) as server, client(server.url) as twilio:
        port_in = await twilio.port_ins.wait(PORT_IN, until=until)
    assert isinstance(port_in, PortIn)
    assert len(server.received) == looks


async def test_a_wait_can_be_cancelled() -> None:
    sleeping = asyncio.Event()

    class Forever(FakeTime):
        async def sleep(self, seconds: float) -> None:
            sleeping.set()
            await asyncio.Event().wait()

    before = tasks_left()
    async with raw_server(*states("QUEUED")) as server:
        async with client(server.url, Forever()) as twilio:
            wait = asyncio.create_task(twilio.bulk_eligibility.wait(BULK, timeout=None))
            await sleeping.wait()
            wait.cancel()
            with pytest.raises(asyncio.CancelledError):
                await wait
        await server.until(lambda server: not server.open)
    assert tasks_left() - before == set()


async def test_a_wait_for_what_does_not_exist_ends_at_once() -> None:
    gone = json_reply({"code": 20404, "message": "Not found"}, 404)
    async with raw_server(gone) as server, client(server.url) as twilio:
        with pytest.raises(NotFoundError):
            await twilio.port_ins.wait(PORT_IN)
    assert len(server.received) == 1


# ---- deletions


@pytest.mark.parametrize("answer", [reply(b"", 204), reply(b"", 200), json_reply({"url": "x"})])
async def test_a_deletion_has_no_answer(answer: Reply) -> None:
    calls: list[Call] = [
        lambda t: t.port_ins.cancel(PORT_IN),
        lambda t: t.port_in_phone_numbers.cancel(PORT_IN, PHONE_NUMBER),
        lambda t: t.webhook_configuration.delete("PORT_IN"),
    ]
    async with raw_server(answer) as server, client(server.url) as twilio:
        for call in calls:
            assert await call(twilio) is None
    assert [received.method for received in server.received] == ["DELETE"] * 3


@pytest.mark.parametrize("call", [call for _, call, _, _, answer in WIRE if answer is not None])
async def test_an_answer_that_is_no_object_is_a_decode_error(call: Call) -> None:
    for body in (b"", b"[]", b"<html>", b'"x"'):
        async with raw_server(reply(body)) as server, client(server.url) as twilio:
            with pytest.raises(DecodeError) as caught:
                await call(twilio)
        assert len(server.received) == 1
        assert caught.value.path == "$"
