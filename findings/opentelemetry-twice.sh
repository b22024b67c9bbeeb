#!/usr/bin/env bash
# opentelemetry-instrumentation-aiohttp-client 0.66b1: with instrument() and a session's own trace config at once, a request
# has two spans, and one of them stays the task's current span after it has ended. All later requests of the task become its
# children: one endless trace.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check aiohttp==3.14.5 opentelemetry-sdk==1.45.1 opentelemetry-instrumentation-aiohttp-client==0.66b1
cat >"$folder/expected" <<'END'
opentelemetry-instrumentation-aiohttp-client 0.66b1
one of them: 3 requests, 3 spans, 3 traces, current span afterwards: none
both: 3 requests, 6 spans, 1 traces, current span afterwards: one that has ended
END
cat >"$folder/run.py" <<'END'
import asyncio
from importlib.metadata import version
import aiohttp
from opentelemetry import trace
from opentelemetry.instrumentation.aiohttp_client import AioHttpClientInstrumentor, create_trace_config
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

provider, exporter = TracerProvider(), InMemorySpanExporter()
provider.add_span_processor(SimpleSpanProcessor(exporter))

async def serve(reader, writer):
    await reader.readuntil(b"\r\n\r\n")
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
    await writer.drain()
    writer.close()

async def ask(url, what):
    exporter.clear()
    config = create_trace_config(tracer_provider=provider)
    async with aiohttp.ClientSession(trace_configs=[config]) as session:
        for _ in range(3):
            async with session.get(url):
                pass
    spans = exporter.get_finished_spans()
    current = trace.get_current_span()
    state = "none" if not current.get_span_context().is_valid else "one that is open"
    if state != "none" and not current.is_recording():
        state = "one that has ended"
    traces = len({span.context.trace_id for span in spans})
    print(f"{what}: 3 requests, {len(spans)} spans, {traces} traces, current span afterwards: {state}")

async def main():
    name = "opentelemetry-instrumentation-aiohttp-client"
    print(name, version(name))
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
    await asyncio.create_task(ask(url, "one of them"))
    AioHttpClientInstrumentor().instrument(tracer_provider=provider)
    await asyncio.create_task(ask(url, "both"))
    AioHttpClientInstrumentor().uninstrument()
    server.close()

asyncio.run(main())
END
"$folder/venv/bin/python" "$folder/run.py" | tee "$folder/seen"
diff "$folder/expected" "$folder/seen"
