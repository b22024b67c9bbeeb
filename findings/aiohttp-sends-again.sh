#!/usr/bin/env bash
# aiohttp 3.14.5: a request whose connection ends without an answer is sent once more by itself, on a new connection too,
# if its method is idempotent. The server has had it twice, the caller sees one error. So a retry loop of 4 attempts can be 8
# requests, and a DELETE that was carried out the first time is answered 404 the second time. POST and PATCH are sent once.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check aiohttp==3.14.5
cat >"$folder/expected" <<'END'
aiohttp 3.14.5
GET: ServerDisconnectedError, the server has had it 2 times
PUT: ServerDisconnectedError, the server has had it 2 times
DELETE: ServerDisconnectedError, the server has had it 2 times
POST: ServerDisconnectedError, the server has had it 1 times
DELETE that was carried out: 404
END
cat >"$folder/run.py" <<'END'
import asyncio, aiohttp

GONE = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
received = 0
deleted = False

async def say_nothing(reader, writer):
    global received
    await reader.readuntil(b"\r\n\r\n")
    received += 1
    writer.close()

async def delete(reader, writer):  # carries it out, and ends the first connection before its answer
    global deleted
    await reader.readuntil(b"\r\n\r\n")
    if deleted:
        writer.write(GONE)
        await writer.drain()
    deleted = True
    writer.close()

async def main():
    global received
    print("aiohttp", aiohttp.__version__)
    server = await asyncio.start_server(say_nothing, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
    for method in ("GET", "PUT", "DELETE", "POST"):
        received = 0
        async with aiohttp.ClientSession() as session:
            try:
                await session.request(method, url)
            except aiohttp.ClientError as error:
                print(f"{method}: {type(error).__name__}, the server has had it {received} times")
    server.close()
    server = await asyncio.start_server(delete, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
    async with aiohttp.ClientSession() as session, session.delete(url) as response:
        print("DELETE that was carried out:", response.status)
    server.close()

asyncio.run(main())
END
"$folder/venv/bin/python" "$folder/run.py" | tee "$folder/seen"
diff "$folder/expected" "$folder/seen"
