#!/usr/bin/env bash
# opentelemetry-instrumentation-aiohttp-client 0.66b1: a span ends when the headers of an answer are there, not when its body
# is. A body that takes a second is not in its time, and one that breaks off is a span with status 200 and without an error.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check aiohttp==3.14.5 opentelemetry-sdk==1.45.1 opentelemetry-instrumentation-aiohttp-client==0.66b1
cat >"$folder/expected" <<'END'
opentelemetry-instrumentation-aiohttp-client 0.66b1
the body came a second later: the span took less than half a second
the body broke off: ClientPayloadError; the span: 200, UNSET, 0 events
END
cat >"$folder/run.py" <<'END'
import asyncio
from importlib.metadata import version
import aiohttp
from opentelemetry.instrumentation.aiohttp_client import create_trace_config
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

provider, exporter = TracerProvider(), InMemorySpanExporter()
provider.add_span_processor(SimpleSpanProcessor(exporter))

async def serve(reader, writer):
    whole = b"/whole" in await reader.readuntil(b"\r\n\r\n")
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n")
    await writer.drain()
    await asyncio.sleep(1)
    writer.write(b"0123456789" if whole else b"012")
    await writer.drain()
    writer.close()

async def main():
    name = "opentelemetry-instrumentation-aiohttp-client"
    print(name, version(name))
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    config = create_trace_config(tracer_provider=provider)
    async with aiohttp.ClientSession(trace_configs=[config]) as session:
        async with session.get(f"{url}/whole") as response:
            await response.read()
        span = exporter.get_finished_spans()[-1]
        short = (span.end_time - span.start_time) / 1e9 < 0.5
        print(f"the body came a second later: the span took {'less' if short else 'more'} than half a second")
        try:
            async with session.get(f"{url}/cut") as response:
                await response.read()
        except aiohttp.ClientError as error:
            span = exporter.get_finished_spans()[-1]
            status = span.attributes["http.status_code"]
            said = f"{status}, {span.status.status_code.name}, {len(span.events)} events"
            print(f"the body broke off: {type(error).__name__}; the span: {said}")
    server.close()

asyncio.run(main())
END
"$folder/venv/bin/python" "$folder/run.py" | tee "$folder/seen"
diff "$folder/expected" "$folder/seen"
