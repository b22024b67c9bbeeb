#!/usr/bin/env bash
# twilio 9.13.0: AsyncTwilioHttpClient(max_retries=3) sends a request three times in all if the answer is a server's error,
# whatever its method: a number may be bought three times. A 429, which was not processed and can be sent again without harm,
# is not sent again.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check twilio==9.13.0 aiohttp==3.14.5 aiohttp-retry==2.9.1
cat >"$folder/expected" <<'END'
twilio 9.13.0
buying, answered 500: TwilioRestException, the server has had 3 POSTs
buying, answered 429: TwilioRestException, the server has had 1 POSTs
END
cat >"$folder/run.py" <<'END'
import asyncio
from importlib.metadata import version
from twilio.base.exceptions import TwilioException
from twilio.http.async_http_client import AsyncTwilioHttpClient
from twilio.rest import Client

status, received = 500, 0

async def serve(reader, writer):
    global received
    try:
        while True:
            head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
            await reader.readexactly(int(head.partition("content-length: ")[2].split()[0]))
            received += head.startswith("post ")
            body = b'{"code": 20001, "message": "no"}'
            writer.write(f"HTTP/1.1 {status} No\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body)
            await writer.drain()
    except asyncio.IncompleteReadError:
        writer.close()

async def main():
    global status, received
    print("twilio", version("twilio"))
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    http = AsyncTwilioHttpClient(max_retries=3)
    client = Client("AC" + "0" * 32, "token", http_client=http)
    client.api.base_url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    for status in (500, 429):
        received = 0
        try:
            await client.incoming_phone_numbers.create_async(phone_number="+15005550006")
        except TwilioException as error:
            print(f"buying, answered {status}: {type(error).__name__}, the server has had {received} POSTs")
    await http.session.close()
    server.close()

asyncio.run(main())
END
"$folder/venv/bin/python" "$folder/run.py" | tee "$folder/seen"
diff "$folder/expected" "$folder/seen"
