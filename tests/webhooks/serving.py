"""Apps that uvicorn serves on a socket of this process."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncGenerator
from typing import Any

import aiohttp
import uvicorn
import yarl
from fastapi import FastAPI
from starlette.applications import Starlette

App = Starlette | FastAPI


class Server(uvicorn.Server):
    def __init__(self, app: App, *, root_path: str = "") -> None:
        super().__init__(
            uvicorn.Config(app, log_config=None, ws="none", http="h11", lifespan="on", root_path=root_path)
        )
        self.is_up = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.is_up.set()


@contextlib.asynccontextmanager
async def serve(app: App, *, root_path: str = "") -> AsyncGenerator[str]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        server = Server(app, root_path=root_path)
        task = asyncio.create_task(server.serve([listener]))
        await server.is_up.wait()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            await task


@contextlib.asynccontextmanager
async def calling(app: App, *, root_path: str = "") -> AsyncGenerator[tuple[str, aiohttp.ClientSession]]:
    async with serve(app, root_path=root_path) as origin, aiohttp.ClientSession() as session:
        yield origin, session


async def post(
    session: aiohttp.ClientSession, url: str, body: Any, headers: dict[str, str]
) -> tuple[int, bytes]:
    async with session.post(yarl.URL(url, encoded=True), data=body, headers=headers) as response:
        return response.status, await response.read()
