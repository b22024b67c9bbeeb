"""Whom a command asks: Twilio with the credentials of the environment, another server, or a sandbox of its own."""

from __future__ import annotations

import contextlib
import logging
import random
from collections.abc import AsyncGenerator

import msgspec

from ..client import TwilioNumbers
from ..errors import ConfigurationError
from .chosen import chosen_profile, in_options
from .exit_codes import USAGE, Stop
from .profiles import read_profile

__all__ = ["Where", "connected"]

_log = logging.getLogger("twilio_numbers_async.cli")

# Slow enough that the bar is seen to move, and with a ceiling to be found.
_ALLOWANCE = 40
_LATENCY = 0.06
# So much is there to show. Each command has a sandbox of its own, so the SIDs are the same every time.
_NUMBERS = 12
_PORT_INS = 8
# Nobody else reaches this sandbox to decide a review: it goes on by itself.
_PACE = 0.5
# Where the client's keywords come from: the environment, or a profile.
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


class Where(msgspec.Struct, frozen=True, kw_only=True):
    """Whom to ask, and who asks. ``concurrency`` is requests at once, None to find out what is allowed."""

    sandbox: bool = False
    base_url: str | None = None
    concurrency: int | None = None
    profile: str | None = msgspec.field(default_factory=chosen_profile)
    """A profile of Twilio's own command line; None for the environment."""

    def check(self) -> None:
        """Raise Stop where it cannot work, before anything is read or written."""
        if self.sandbox and self.base_url is not None:
            raise Stop("Give --sandbox or --base-url, not both", USAGE)
        if not self.sandbox:
            self.client()

    def client(self) -> TwilioNumbers:
        """A client that is not open yet. Raises Stop."""
        profile = None if self.profile is None else read_profile(self.profile)
        # The proxy of the environment is the way to Twilio, not to a server that was named.
        trust_env = self.base_url is None
        try:
            if profile is None:
                return TwilioNumbers.from_env(
                    base_url=self.base_url, concurrency=self.concurrency, trust_env=trust_env
                )
            return TwilioNumbers(
                profile.account_sid,
                api_key=profile.api_key,
                api_secret=profile.api_secret,
                edge=profile.edge if trust_env else None,
                region=profile.region if trust_env else None,
                base_url=self.base_url,
                concurrency=self.concurrency,
                trust_env=trust_env,
            )
        except ConfigurationError as error:
            said = in_options(str(error), more=_VARIABLES if profile is None else _KEYS)
            raise Stop(f"{said}. To try it without an account: --sandbox, which needs none.", USAGE) from None


@contextlib.asynccontextmanager
async def connected(where: Where) -> AsyncGenerator[TwilioNumbers]:
    """An open client; the sandbox lives as long as it does."""
    if not where.sandbox:
        async with where.client() as client:
            by = "the environment" if where.profile is None else f"the profile {where.profile}"
            _log.info("asking %s as %s of %s", where.base_url or "Twilio", client.account_sid, by)
            yield client
        return
    from ..sandbox import Sandbox

    varied, sids = random.Random(0), random.Random(0)  # noqa: S311 - for show
    async with (
        Sandbox(
            _ALLOWANCE,
            lambda: _LATENCY * varied.lognormvariate(0, 0.3),
            port_in_pace=_PACE,
            review_pace=_PACE,
            new_sid=lambda prefix: f"{prefix}{sids.getrandbits(128):032x}",
        ) as sandbox,
        sandbox.client(concurrency=where.concurrency) as client,
    ):
        sandbox.add_numbers(_NUMBERS, voice_url="https://example.com/voice")
        sandbox.add_port_ins(_PORT_INS)
        _log.info("asking a sandbox of its own at %s", sandbox.url)
        yield client
