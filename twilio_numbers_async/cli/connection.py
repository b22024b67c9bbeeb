"""The connection of a command: Twilio with the credentials of the environment, another server, or its own sandbox."""

from __future__ import annotations

import contextlib
import logging
import math
import os
import random
from collections.abc import AsyncGenerator
from typing import Annotated, Self

import msgspec
import typer

from ..client import ClientOptions, TwilioNumbers
from ..errors import ConfigurationError
from .commands import OptionGroup
from .exit_codes import USAGE, Stop
from .profiles import read_profile
from .words import in_options

__all__ = ["BulkConnection", "Connection"]

_log = logging.getLogger("twilio_numbers_async.cli")

_BASE_URL_VARIABLE = "TWILIO_NUMBERS_BASE_URL"
# Slow enough that the bar is seen to move, and with a ceiling to be found.
_ALLOWANCE = 40
_LATENCY = 0.06
# Each command has its own sandbox, so the SIDs are the same every time.
_NUMBERS = 12
_PORT_INS = 8
_ADDRESS = "AD" + "0" * 32
# Nobody else can decide a review in this sandbox: reviews go on by themselves.
_PACE = 0.5
# The sources of the client's keywords: the environment, or a profile.
_VARIABLES = {
    name: f"TWILIO_{name.upper()}"
    for name in ("account_sid", "auth_token", "api_key", "api_secret", "edge", "region")
}
_KEYS = {
    "account_sid": "--profile: its accountSid",
    "api_key": "--profile: its apiKey",
    "edge": "--profile: its edge",
    "region": "--profile: its region",
}


class Connection(OptionGroup, frozen=True, kw_only=True):
    """The server and the credentials of a command: the options of every command that calls Twilio."""

    sandbox: Annotated[
        bool,
        typer.Option(
            "--sandbox", help="Use the sandbox that comes with this package: needs no account, costs nothing."
        ),
    ] = False
    base_url: Annotated[
        str | None,
        typer.Option(
            envvar=_BASE_URL_VARIABLE,
            help="Use this server instead of Twilio's, with the same credentials.",
            metavar="URL",
        ),
    ] = None
    profile: Annotated[
        str | None,
        typer.Option(
            envvar="TWILIO_PROFILE",
            help="Sign in with the key of this profile of Twilio's own command line.",
            metavar="NAME",
        ),
    ] = None
    timeout: Annotated[
        float, typer.Option(help="Seconds for one attempt of a request.", metavar="SECONDS")
    ] = 30.0
    concurrency: int | None = None
    """Requests at once; None to find out how many are allowed."""

    def checked(self) -> Self:
        """Raise Stop for a connection that cannot work, before anything is read or written."""
        if not 0 < self.timeout < math.inf:
            raise Stop("--timeout must be seconds, more than 0", USAGE)
        connection = self
        if self.sandbox and self.base_url == os.environ.get(_BASE_URL_VARIABLE):
            connection = msgspec.structs.replace(self, base_url=None)  # an option goes before a variable
        if self.sandbox and connection.base_url is not None:
            raise Stop("Give --sandbox or --base-url, not both", USAGE)
        if not self.sandbox:
            self._client()
        return connection

    def _client(self) -> TwilioNumbers:
        """A client that is not open yet. Raises Stop."""
        profile = None if self.profile is None else read_profile(self.profile)
        options = ClientOptions(
            base_url=self.base_url,
            concurrency=self.concurrency,
            timeout=self.timeout,
            # The environment's proxy is the way to Twilio, not to other servers.
            trust_env=self.base_url is None,
        )
        try:
            if profile is None:
                return TwilioNumbers.from_env(**options)
            if self.base_url is None:
                options |= {"edge": profile.edge, "region": profile.region}
            return TwilioNumbers(
                profile.account_sid, api_key=profile.api_key, api_secret=profile.api_secret, **options
            )
        except ConfigurationError as error:
            names = _VARIABLES if profile is None else _KEYS
            message = in_options(str(error), more={**names, "timeout": "--timeout"})
            raise Stop(
                f"{message}. To try it without an account: --sandbox, which needs none.", USAGE
            ) from None

    @contextlib.asynccontextmanager
    async def open(self) -> AsyncGenerator[TwilioNumbers]:
        """An open client. The command's own sandbox lives as long as the client."""
        if not self.sandbox:
            async with self._client() as client:
                source = "the environment" if self.profile is None else f"the profile {self.profile}"
                server = self.base_url or "Twilio"
                _log.info("asking %s as %s of %s", server, client.account_sid, source)
                yield client
            return
        from ..sandbox import Pace, Sandbox

        varied, sids = random.Random(0), random.Random(0)  # noqa: S311 - for show
        async with (
            Sandbox(
                _ALLOWANCE,
                lambda: _LATENCY * varied.lognormvariate(0, 0.3),
                pace=Pace(port_ins=_PACE, reviews=_PACE, hosting=_PACE),
                new_sid=lambda prefix: f"{prefix}{sids.getrandbits(128):032x}",
            ) as sandbox,
            sandbox.client(concurrency=self.concurrency, timeout=self.timeout) as client,
        ):
            sandbox.incoming_phone_numbers.add(_NUMBERS, voice_url="https://example.com/voice")
            sandbox.port_ins.add(_PORT_INS)
            sandbox.addresses.add(_ADDRESS)
            _log.info("asking a sandbox of its own at %s", sandbox.url)
            yield client


class BulkConnection(Connection, frozen=True, kw_only=True):
    """The connection of a command that makes many requests."""

    concurrency: Annotated[
        int | None,
        typer.Option(min=1, help="Requests at once; found out by default.", metavar="N"),
    ] = None
