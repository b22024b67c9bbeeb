"""One client for an app."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncGenerator, Callable
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.requests import HTTPConnection

from ...errors import ConfigurationError

if TYPE_CHECKING:
    from ...client import TwilioNumbers

__all__ = ["get_twilio", "lifespan"]


def lifespan(
    client: TwilioNumbers | Callable[[], TwilioNumbers] | None = None,
) -> Callable[[Starlette], contextlib.AbstractAsyncContextManager[dict[str, TwilioNumbers]]]:
    """The lifespan of an app with one client, as ``app.state.twilio`` and for ``get_twilio``.

    ``client`` is one, or what makes one when the app starts; by default ``TwilioNumbers.from_env``. It is
    closed when the app stops. In a lifespan of your own: ``async with lifespan()(app): ...``.
    """

    @contextlib.asynccontextmanager
    async def with_client(app: Starlette) -> AsyncGenerator[dict[str, TwilioNumbers]]:
        async with _make_client(client) as twilio:
            app.state.twilio = twilio
            try:
                yield {"twilio": twilio}
            finally:
                del app.state.twilio

    return with_client


def _make_client(client: TwilioNumbers | Callable[[], TwilioNumbers] | None) -> TwilioNumbers:
    from ...client import TwilioNumbers  # only an app that has a client needs aiohttp

    if client is None:
        return TwilioNumbers.from_env()
    return client if isinstance(client, TwilioNumbers) else client()


def get_twilio(request: HTTPConnection) -> TwilioNumbers:
    """A dependency: the client that ``lifespan`` opened, in a mounted app and for a WebSocket too."""
    twilio: TwilioNumbers | None = getattr(request.app.state, "twilio", None)
    twilio = twilio or getattr(request.state, "twilio", None)
    if twilio is None:
        raise ConfigurationError("The app has no client: give it lifespan=lifespan()")
    return twilio
