#!/usr/bin/env bash
# aiohttp 3.14.5: a gzip body that ends in the middle of its stream, with a Content-Length that fits, is read without an
# error. `await response.read()` returns what could be unpacked, so rows at the end of a CSV listing are lost silently. For
# deflate the same cut is an error. A reader that must not lose rows has to look at the stream's end itself.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check aiohttp==3.14.5
cat >"$folder/expected" <<'END'
aiohttp 3.14.5
gzip, whole: 2000 rows
gzip, cut: fewer rows, no error
deflate, cut: an error
END
cat >"$folder/run.py" <<'END'
import asyncio, gzip, zlib, aiohttp

BODY = b"".join(b"%d,row\r\n" % n for n in range(2000))
ANSWERS = {
    "/gzip/whole": ("gzip", gzip.compress(BODY, mtime=0)),
    "/gzip/cut": ("gzip", gzip.compress(BODY, mtime=0)[:-1000]),
    "/deflate/cut": ("deflate", zlib.compress(BODY)[:-1000]),
}

async def serve(reader, writer):
    path = (await reader.readuntil(b"\r\n\r\n")).split()[1].decode()
    coding, body = ANSWERS[path]
    head = f"HTTP/1.1 200 OK\r\nContent-Encoding: {coding}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    writer.write(head.encode() + body)
    await writer.drain()
    writer.close()

async def main():
    print("aiohttp", aiohttp.__version__)
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with aiohttp.ClientSession() as session:
        for path in ANSWERS:
            name = path[1:].replace("/", ", ")
            try:
                async with session.get(f"http://127.0.0.1:{port}{path}") as response:
                    rows = (await response.read()).count(b"\n")
            except aiohttp.ClientError:
                print(f"{name}: an error")
            else:
                print(f"{name}: 2000 rows" if rows == 2000 else f"{name}: fewer rows, no error")
    server.close()

asyncio.run(main())
END
"$folder/venv/bin/python" "$folder/run.py" | tee "$folder/seen"
diff "$folder/expected" "$folder/seen"
