"""OpenTelemetry's own instrumentation of aiohttp: one span a request, and the right parent before and after."""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Literal

import aiohttp
import pytest
import yarl
from opentelemetry import trace
from opentelemetry.instrumentation.aiohttp_client import AioHttpClientInstrumentor, create_trace_config
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind

from tests.porting.details import numbers, plan_of
from twilio_numbers_async.client import TwilioNumbers
from twilio_numbers_async.sandbox import Fault, Sandbox
from twilio_numbers_async.transport.retry import RetryPolicy

Way = Literal["instrument", "trace_configs"]
Whose = Literal["own", "borrowed"]
RETRY = RetryPolicy(first_delay=0.0, jitter=0.0)
NUMBER = "+14155550100"
PORT_IN = plan_of(numbers(1)).requests[0]

ways = pytest.mark.parametrize("way", ["instrument", "trace_configs"])
both_sessions = pytest.mark.parametrize("whose", ["own", "borrowed"])


def without_numbers(url: yarl.URL) -> str:
    """The filter of docs/telemetry.md."""
    return re.sub(r"\+\d+", "{number}", str(url.with_query(None)))


def said(span: ReadableSpan, *names: str) -> object:
    """An attribute, by its older or its newer name."""
    return next((value for name, value in (span.attributes or {}).items() if name in names), None)


class Telemetry:
    """An exporter that keeps the spans, and clients that export to it."""

    def __init__(self) -> None:
        self.provider = TracerProvider(shutdown_on_exit=False)
        self.exporter = InMemorySpanExporter()
        self.provider.add_span_processor(SimpleSpanProcessor(self.exporter))
        self.tracer = self.provider.get_tracer("tests")

    @property
    def requests(self) -> list[ReadableSpan]:
        return [span for span in self.exporter.get_finished_spans() if span.kind is SpanKind.CLIENT]

    @asynccontextmanager
    async def client(self, sandbox: Sandbox, way: Way, whose: Whose) -> AsyncGenerator[TwilioNumbers]:
        configs = []
        if way == "instrument":
            AioHttpClientInstrumentor().instrument(tracer_provider=self.provider, url_filter=without_numbers)
        else:
            configs = [create_trace_config(tracer_provider=self.provider, url_filter=without_numbers)]
        try:
            if whose == "own":
                async with sandbox.client(trace_configs=configs, retry=RETRY) as twilio:
                    yield twilio
            else:
                async with (
                    aiohttp.ClientSession(trace_configs=configs) as session,
                    sandbox.client(session=session, retry=RETRY) as twilio,
                ):
                    yield twilio
        finally:
            if way == "instrument":
                AioHttpClientInstrumentor().uninstrument()


@pytest.fixture
def telemetry() -> Iterator[Telemetry]:
    telemetry = Telemetry()
    yield telemetry
    telemetry.provider.shutdown()


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    async with Sandbox() as running:
        yield running


@ways
@both_sessions
async def test_each_request_is_one_span_and_the_next_has_the_right_parent(
    telemetry: Telemetry, sandbox: Sandbox, way: Way, whose: Whose
) -> None:
    async with telemetry.client(sandbox, way, whose) as twilio:
        with telemetry.tracer.start_as_current_span("work") as work:
            for _ in range(2):
                await twilio.port_ins.create(PORT_IN)
                assert trace.get_current_span() is work
                await twilio.portability.fetch(NUMBER)
                assert trace.get_current_span() is work
            with telemetry.tracer.start_as_current_span("later") as later:
                pass
        assert not trace.get_current_span().get_span_context().is_valid
        await twilio.portability.fetch(NUMBER)
    *inside, alone = telemetry.requests
    assert [span.name for span in inside] == ["POST", "GET", "POST", "GET"]
    parent = work.get_span_context().span_id
    assert [span.parent.span_id if span.parent else None for span in inside] == [parent] * 4
    assert isinstance(later, ReadableSpan)
    assert later.parent is not None
    assert later.parent.span_id == parent
    assert alone.parent is None
    assert sandbox.requests == 5


@ways
@both_sessions
async def test_each_attempt_is_a_span(telemetry: Telemetry, sandbox: Sandbox, way: Way, whose: Whose) -> None:
    sandbox.script(Fault.rate_limited(), method="POST")
    sandbox.script(Fault.drop(), method="GET")
    async with telemetry.client(sandbox, way, whose) as twilio:
        with telemetry.tracer.start_as_current_span("work") as work:
            await twilio.port_ins.create(PORT_IN)
            await twilio.portability.fetch(NUMBER)
            assert trace.get_current_span() is work
    statuses = [said(span, "http.status_code", "http.response.status_code") for span in telemetry.requests]
    assert [span.name for span in telemetry.requests] == ["POST", "POST", "GET", "GET"]
    assert statuses == [429, 202, None, 200]
    parent = work.get_span_context().span_id
    assert {span.parent.span_id if span.parent else None for span in telemetry.requests} == {parent}


@ways
@both_sessions
async def test_the_filter_of_the_docs_keeps_numbers_out_of_spans(
    telemetry: Telemetry, sandbox: Sandbox, way: Way, whose: Whose
) -> None:
    async with telemetry.client(sandbox, way, whose) as twilio:
        await twilio.portability.fetch(NUMBER)
        await twilio.incoming_phone_numbers.list(phone_number=NUMBER).collect()
    urls = [str(said(span, "http.url", "url.full")) for span in telemetry.requests]
    assert urls[0].endswith("/PhoneNumber/{number}")
    assert urls[1].endswith("/IncomingPhoneNumbers.json")
    assert not any("4155550100" in span.to_json() for span in telemetry.requests)
