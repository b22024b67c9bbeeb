#!/usr/bin/env bash
# aioresponses 0.7.9, which replaces aiohttp's requests in tests, cannot make a response of aiohttp 3.14.5, although its
# requirements allow it: every mocked call is a TypeError. A real server on a socket has no such ties.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check aiohttp==3.14.5 aioresponses==0.7.9
cat >"$folder/expected" <<'END'
aiohttp 3.14.5, aioresponses 0.7.9
TypeError: ClientResponse.__init__() missing 1 required keyword-only argument: 'stream_writer'
END
cat >"$folder/run.py" <<'END'
import asyncio
from importlib.metadata import version
import aiohttp
from aioresponses import aioresponses

async def main():
    print(f"aiohttp {aiohttp.__version__}, aioresponses {version('aioresponses')}")
    with aioresponses() as mocked:
        mocked.get("https://numbers.example.com/", payload={"portable": True})
        async with aiohttp.ClientSession() as session:
            try:
                async with session.get("https://numbers.example.com/") as response:
                    print(await response.json())
            except TypeError as error:
                print(f"TypeError: {error}")

asyncio.run(main())
END
"$folder/venv/bin/python" "$folder/run.py" | tee "$folder/seen"
diff "$folder/expected" "$folder/seen"
