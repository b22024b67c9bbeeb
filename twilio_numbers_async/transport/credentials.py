"""Credentials: basic (account SID or API key) and OAuth client credentials."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Awaitable, Callable, Mapping
from typing import Protocol, runtime_checkable

import msgspec

from ..errors import AuthenticationError, ConfigurationError, DecodeError, InvalidRequestError
from ..models.discreet import Discreet

__all__ = ["BasicCredentials", "Credentials", "OAuthClientCredentials", "Secret", "Token", "TokenRequest"]


class Secret:
    """A text that is in no repr, so that code which prints its variables does not show it."""

    __slots__ = ("value",)

    def __init__(self, value: str) -> None:
        self.value: str = value

    def __repr__(self) -> str:
        return "Secret('***')"


class Token(Discreet, msgspec.Struct, frozen=True, kw_only=True):
    """An answer of ``POST /v2/token``. Its repr does not show the token."""

    access_token: str
    """The bearer token."""
    expires_in: float = 3600.0
    """Seconds that it lasts."""
    token_type: str = "Bearer"  # noqa: S105 - the scheme's name, no secret
    """The scheme of the Authorization header."""

    def __post_init__(self) -> None:
        token = self.access_token
        if not (token.strip() and token.isascii() and token.isprintable()):
            raise ValueError("Expected a token that fits a header")


TokenRequest = Callable[[Mapping[str, str | None]], Awaitable[Token]]
"""Posts a form to Twilio's token endpoint; the transport provides it."""


@runtime_checkable
class Credentials(Protocol):
    """The protocol of credentials.

    ``authorization(now)`` is the Authorization header that holds at ``now`` (seconds of the client's clock), or
    None when ``renew`` must be awaited first. ``renew(request, now, rejected)`` gets a new one; ``rejected`` is
    the header that Twilio answered with 401, if that is why. ``renewable`` says whether a 401 is worth a try.
    """

    @property
    def renewable(self) -> bool: ...

    def authorization(self, now: float) -> str | None: ...

    async def renew(self, request: TokenRequest, now: Callable[[], float], rejected: str | None) -> str: ...


class BasicCredentials:
    """A user name (account SID ``AC...`` or API key SID ``SK...``) with its auth token or secret."""

    renewable = False

    def __init__(self, username: str, password: str) -> None:
        if not isinstance(password, str):
            raise ConfigurationError("The auth token or API secret must be text")
        if any(not 0x20 <= ord(character) <= 0x7E for character in username + password):
            raise ConfigurationError("Credentials must be plain ASCII, without line breaks")
        self._username = username
        self._header = "Basic " + base64.b64encode(f"{username}:{password}".encode()).decode()

    def authorization(self, now: float) -> str | None:
        """The header; it never expires."""
        return self._header

    async def renew(self, request: TokenRequest, now: Callable[[], float], rejected: str | None) -> str:
        """The same header again: there is nothing to renew."""
        return self._header

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._username!r}, '***')"


class _Renewal:
    """A token request under way, and the number of calls that wait for it."""

    def __init__(self, task: asyncio.Task[str]) -> None:
        self.task = task
        self.waiting = 0


class OAuthClientCredentials:
    """OAuth 2.0 client credentials: a bearer token, fetched from Twilio and renewed ahead of its end.

    However many calls wait for a token, one request fetches it. ``margin`` is how many seconds ahead of its
    end a token is renewed (never more than a tenth of its life). Source: ``POST https://oauth.twilio.com/v2/token``.
    """

    renewable = True

    def __init__(
        self,
        client_id: str,
        client_secret: str,
        *,
        audience: str | None = None,
        scope: str | None = None,
        margin: float = 60.0,
    ) -> None:
        if not client_id or not client_secret:
            raise ConfigurationError("OAuthClientCredentials needs a client_id and a client_secret")
        self._form = {
            "grant_type": "client_credentials",
            "client_id": client_id,
            "client_secret": client_secret,
            "audience": audience,
            "scope": scope,
        }
        self._margin = margin
        self._header: str | None = None
        self._good_until = float("-inf")
        self._renewal: _Renewal | None = None

    def authorization(self, now: float) -> str | None:
        """The header, or None when there is no token or its end is near."""
        return self._header if now < self._good_until else None

    async def renew(self, request: TokenRequest, now: Callable[[], float], rejected: str | None) -> str:
        """A header that holds: one request, however many calls wait for it."""
        if self._header is not None and self._header != rejected and now() < self._good_until:
            return self._header  # somebody else has renewed it meanwhile
        del rejected  # a header is no variable of a frame that may fail
        renewal = self._renewal
        loop = asyncio.get_running_loop()
        if renewal is None or renewal.task.done() or renewal.task.get_loop() is not loop:
            renewal = self._renewal = _Renewal(loop.create_task(self._fetch(request, now)))
        renewal.waiting += 1
        try:
            # Shielded: a caller that is cancelled must not take the token from those who wait with it.
            return await asyncio.shield(renewal.task)
        finally:
            renewal.waiting -= 1
            if not renewal.waiting and not renewal.task.done():
                renewal.task.cancel()  # nobody waits for it any more
                if self._renewal is renewal:
                    self._renewal = None

    async def _fetch(self, request: TokenRequest, now: Callable[[], float]) -> str:
        asked = now()
        try:
            token = await request(self._form)
        except InvalidRequestError as error:  # OAuth answers wrong credentials with 400
            raise AuthenticationError(
                error.message, status=error.status, code=error.code, request_id=error.request_id,
                method=error.method, route=error.route, attempts=error.attempts, details=error.details,
            ) from None  # fmt: skip
        except DecodeError as error:
            raise AuthenticationError(
                "the token endpoint answered without a token",
                status=error.status or 200, method=error.method, route=error.route,
            ) from None  # fmt: skip
        self._good_until = asked + token.expires_in - min(self._margin, token.expires_in / 10)
        self._header = f"Bearer {token.access_token}"
        return self._header

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._form['client_id']!r}, '***')"
