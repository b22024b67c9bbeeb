"""docs/telemetry.md: what goes into spans, what goes along to Twilio, and what keeps it out."""

from __future__ import annotations

import asyncio
import re
import sys
from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import yarl
from opentelemetry import baggage, context
from opentelemetry.instrumentation.aiohttp_client import AioHttpClientInstrumentor, create_trace_config
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from tests.docs.pages import DOCS, blocks, run
from tests.porting.details import numbers, plan_of
from tests.raw_server import RawServer, json_reply, raw_server
from twilio_numbers_async import ApiError, InvalidPhoneNumberError, RetryPolicy, TwilioNumbers
from twilio_numbers_async.sandbox import Fault, Sandbox

PAGE = next(page for page in DOCS if page.name == "telemetry.md")
NUMBER = "+14155550100"
DIGITS = NUMBER[1:]
ACCOUNT = "AC" + "0" * 32
SECRET = "the-auth-token"
CAPTURE = "OTEL_INSTRUMENTATION_HTTP_CAPTURE_HEADERS_CLIENT_REQUEST"
EXCLUDED = "OTEL_PYTHON_AIOHTTP_CLIENT_EXCLUDED_URLS"


class Spans:
    """The spans that a program exports."""

    def __init__(self) -> None:
        self.provider = TracerProvider(shutdown_on_exit=False)
        self.exporter = InMemorySpanExporter()
        self.provider.add_span_processor(SimpleSpanProcessor(self.exporter))
        self.tracer = self.provider.get_tracer("tests")

    @property
    def ended(self) -> tuple[ReadableSpan, ...]:
        return self.exporter.get_finished_spans()

    @property
    def text(self) -> str:
        """Everything in them."""
        return "\n".join(span.to_json() for span in self.ended)


@pytest.fixture
def spans() -> Iterator[Spans]:
    spans = Spans()
    yield spans
    spans.provider.shutdown()


def piece(name: str) -> Any:
    """A function that the page's pieces define."""
    names: dict[str, Any] = {}
    for block in blocks(PAGE, "py"):
        if f"def {name}(" in block.text:
            exec(block.compile(), names)
    return names[name]


@asynccontextmanager
async def instrumented(spans: Spans, **options: Any) -> AsyncGenerator[None]:
    AioHttpClientInstrumentor().instrument(tracer_provider=spans.provider, **options)
    try:
        yield
    finally:
        AioHttpClientInstrumentor().uninstrument()


async def asked(server: RawServer, **options: Any) -> None:
    """One check, answered by a raw server that keeps the headers."""
    async with TwilioNumbers(ACCOUNT, SECRET, base_url=server.url, **options) as twilio:
        await twilio.portability.fetch(NUMBER)


# What a span holds


async def test_without_a_filter_the_number_is_in_the_path_and_in_the_query(spans: Spans) -> None:
    config = create_trace_config(tracer_provider=spans.provider)
    async with Sandbox() as sandbox, sandbox.client(trace_configs=[config]) as twilio:
        await twilio.portability.fetch(NUMBER)
        await twilio.incoming_phone_numbers.list(phone_number=NUMBER).collect()
    path, query = (yarl.URL(str((span.attributes or {})["http.url"])) for span in spans.ended)
    assert path.path == f"/v1/Porting/Portability/PhoneNumber/{NUMBER}"
    assert query.query == {"PhoneNumber": NUMBER}


async def test_the_filter_of_the_page_takes_both_away(spans: Spans) -> None:
    without_numbers = piece("without_numbers")
    async with (
        instrumented(spans, url_filter=without_numbers),
        Sandbox() as sandbox,
        sandbox.client() as twilio,
    ):
        await twilio.portability.fetch(NUMBER)
        await twilio.incoming_phone_numbers.list(phone_number=NUMBER, friendly_name="Alex").collect()
        assert len(spans.ended) == 2
    assert "{number}" in spans.text
    assert not re.search(rf"{DIGITS}|Alex", spans.text)


async def test_what_the_page_writes_at_the_start_instruments_the_process(spans: Spans) -> None:
    try:
        piece("at_the_start")()
        assert AioHttpClientInstrumentor().is_instrumented_by_opentelemetry
    finally:
        AioHttpClientInstrumentor().uninstrument()


async def test_bodies_are_in_no_span(spans: Spans) -> None:
    config = create_trace_config(tracer_provider=spans.provider)
    request = plan_of(numbers(1)).requests[0]
    async with Sandbox() as sandbox, sandbox.client(trace_configs=[config]) as twilio:
        await twilio.port_ins.create(request)
    assert [span.name for span in spans.ended] == ["POST"]
    sent = request.losing_carrier_information
    assert sent.customer_name
    assert sent.customer_name not in spans.text
    assert request.phone_numbers[0].phone_number[1:] not in spans.text


async def test_credentials_are_in_a_span_only_if_all_headers_are_asked_for(
    spans: Spans, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with raw_server(json_reply({"phone_number": NUMBER})) as server:
        async with instrumented(spans):
            await asked(server)
        assert "authorization" not in spans.text.lower()
        monkeypatch.setenv(CAPTURE, ".*")
        async with instrumented(spans):
            await asked(server)
        held = (spans.ended[-1].attributes or {})["http.request.header.authorization"]
        assert held == (server.received[0].headers["authorization"],)
        monkeypatch.setenv(CAPTURE, "User-Agent")
        async with instrumented(spans):
            await asked(server)
        assert "http.request.header.user_agent" in (spans.ended[-1].attributes or {})
        assert "authorization" not in spans.ended[-1].to_json().lower()


async def test_errors_put_no_number_and_no_credential_into_a_span(spans: Spans) -> None:
    async with Sandbox() as sandbox, sandbox.client(retry=RetryPolicy(max_attempts=1)) as twilio:
        sandbox.faults.add(Fault.error(404, 20404, f"{NUMBER} was not found"))
        with pytest.raises(ApiError), spans.tracer.start_as_current_span("check"):
            await twilio.portability.fetch(NUMBER)
        short = NUMBER[:8]
        with pytest.raises(InvalidPhoneNumberError), spans.tracer.start_as_current_span("check"):
            await twilio.portability.fetch(short)
        events = [event for span in spans.ended for event in span.events]
        assert [event.name for event in events] == ["exception"] * 2
        assert not re.search(rf"{DIGITS}|{short[1:]}|{sandbox.auth_token}", spans.text)


# What goes along to Twilio


async def test_baggage_goes_along_with_the_ids(spans: Spans) -> None:
    token = context.attach(baggage.set_baggage("customer", "Alex"))
    try:
        async with raw_server(json_reply({"phone_number": NUMBER})) as server:
            await asked(server, trace_configs=[create_trace_config(tracer_provider=spans.provider)])
    finally:
        context.detach(token)
    headers = server.received[0].headers
    assert headers["baggage"] == "customer=Alex"
    ids = spans.ended[0].context
    assert ids is not None
    assert f"{ids.trace_id:032x}-{ids.span_id:016x}" in headers["traceparent"]


@pytest.mark.parametrize(("propagators", "sent"), [("tracecontext", ["traceparent"]), ("none", [])])
async def test_the_environment_says_what_goes_along(
    propagators: str, sent: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = f"""
import asyncio, sys
from opentelemetry import baggage, context
from opentelemetry.instrumentation.aiohttp_client import create_trace_config
from opentelemetry.sdk.trace import TracerProvider
from twilio_numbers_async import TwilioNumbers

async def main():
    context.attach(baggage.set_baggage("customer", "Alex"))
    config = create_trace_config(tracer_provider=TracerProvider())
    async with TwilioNumbers("{ACCOUNT}", "token", base_url=sys.argv[1], trace_configs=[config]) as twilio:
        await twilio.portability.fetch("{NUMBER}")

asyncio.run(main())
"""
    (tmp_path / "program.py").write_text(program)
    monkeypatch.setenv("OTEL_PROPAGATORS", propagators)
    async with raw_server(json_reply({"phone_number": NUMBER})) as server:
        await asyncio.to_thread(run, sys.executable, "program.py", server.url, cwd=tmp_path)
    assert [name for name in ("baggage", "traceparent") if name in server.received[0].headers] == sent


async def test_excluded_servers_have_no_spans_and_get_nothing(
    spans: Spans, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with raw_server(json_reply({"phone_number": NUMBER})) as server:
        monkeypatch.setenv(EXCLUDED, "127.0.0.1")
        async with instrumented(spans):
            await asked(server)
    assert spans.ended == ()
    assert "traceparent" not in server.received[0].headers


# Spans from the hook


def hook_of_the_page(spans: Spans) -> Any:
    """``as_span`` of the program that shows it, with spans that go to a test."""
    [block] = [block for block in blocks(PAGE, "python") if "def as_span(" in block.text]
    code, _, _ = block.text.partition("async def main()")
    names: dict[str, Any] = {}
    exec(code, names)
    names["provider"].shutdown()
    names["tracer"] = spans.tracer
    return names["as_span"]


async def test_spans_from_the_hook_hold_no_number_and_send_nothing(spans: Spans) -> None:
    hook = hook_of_the_page(spans)
    async with raw_server(json_reply({"phone_number": NUMBER})) as server:
        await asked(server, on_response=hook)
    assert [span.name for span in spans.ended] == ["FetchPortingPortability"]
    assert DIGITS not in spans.text
    assert not {"traceparent", "baggage"} & set(server.received[0].headers)


async def test_spans_from_the_hook_have_the_right_parent_in_a_sweep_too(spans: Spans) -> None:
    hook = hook_of_the_page(spans)
    async with (
        Sandbox() as sandbox,
        sandbox.client(on_response=hook, retry=RetryPolicy(first_delay=0.0)) as twilio,
    ):
        sandbox.faults.add(Fault.drop())
        given = [f"+1415555{n:04}" for n in range(100, 110)]
        with spans.tracer.start_as_current_span("sweep") as sweep:
            async with twilio.portability.sweep(given) as outcomes:
                assert [outcome.ok async for outcome in outcomes] == [True] * 10
    requests = [span for span in spans.ended if span.name == "FetchPortingPortability"]
    assert len(requests) == 11
    parent = sweep.get_span_context().span_id
    assert {span.parent.span_id if span.parent else None for span in requests} == {parent}
    assert [span.status.is_ok for span in requests].count(False) == 1
    assert all((span.start_time or 0) <= (span.end_time or 0) for span in requests)
