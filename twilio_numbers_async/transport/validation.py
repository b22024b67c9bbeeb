"""Validates the client's arguments and builds the transport objects from them. Raises ConfigurationError."""

from __future__ import annotations

import inspect
import math
from collections.abc import Mapping

import msgspec

from ..errors import ConfigurationError, InvalidArgumentError
from ..gate import AdaptiveGate, FixedGate, Gate, GateQueue
from ..models.sids import check_sid
from .client_state import Options, Runtime
from .credentials import BasicCredentials, Credentials
from .retry import RetryPolicy

__all__ = [
    "check_hooks",
    "checked_options",
    "checked_sid",
    "credentials_from",
    "credentials_of",
    "gate_of",
    "retry_of",
]


def checked_sid(value: str, prefix: str, argument: str) -> str:
    """Check the SID of an account or a key."""
    try:
        return check_sid(value, prefix, argument)
    except InvalidArgumentError as error:
        raise ConfigurationError(str(error)) from None


def credentials_of(
    account_sid: str,
    auth_token: str | None,
    api_key: str | None,
    api_secret: str | None,
    credentials: Credentials | None,
) -> Credentials:
    """Make credentials from one of the three ways to give them."""
    ways = [auth_token is not None, api_key is not None or api_secret is not None, credentials is not None]
    if sum(ways) != 1:
        raise ConfigurationError("Give one of: auth_token, api_key with api_secret, credentials")
    if credentials is not None:
        if not isinstance(credentials, Credentials):
            raise ConfigurationError("credentials must have authorization, renew and renewable")
        return credentials
    if auth_token is not None:
        if not auth_token:
            raise ConfigurationError("auth_token is empty")
        return BasicCredentials(account_sid, auth_token)
    if not api_key or not api_secret:
        raise ConfigurationError("api_key and api_secret go together")
    return BasicCredentials(checked_sid(api_key, "SK", "api_key"), api_secret)


def credentials_from(env: Mapping[str, str]) -> dict[str, str | None]:
    """Read the client's credentials from the environment, as keywords."""
    if "TWILIO_ACCOUNT_SID" in env:
        if "TWILIO_API_KEY" in env and "TWILIO_API_SECRET" in env:
            return {"api_key": env["TWILIO_API_KEY"], "api_secret": env["TWILIO_API_SECRET"]}
        if "TWILIO_AUTH_TOKEN" in env:
            return {"auth_token": env["TWILIO_AUTH_TOKEN"]}
    missing = [] if "TWILIO_ACCOUNT_SID" in env else ["TWILIO_ACCOUNT_SID"]
    if "TWILIO_AUTH_TOKEN" not in env and not {"TWILIO_API_KEY", "TWILIO_API_SECRET"} <= env.keys():
        keyed = "TWILIO_API_KEY" in env
        missing.append(
            "TWILIO_API_SECRET" if keyed else "TWILIO_AUTH_TOKEN (or TWILIO_API_KEY and TWILIO_API_SECRET)"
        )
    raise ConfigurationError(f"Set {' and '.join(missing)} in the environment")


def retry_of(max_retries: int, policy: RetryPolicy, *, is_other: bool) -> RetryPolicy:
    """Return the policy with so many attempts after the first. ``is_other``: a policy is given besides."""
    if isinstance(max_retries, bool) or not isinstance(max_retries, int) or max_retries < 0:  # pyright: ignore[reportUnnecessaryIsInstance]
        raise ConfigurationError("max_retries must be a whole number, 0 or more, or None")
    if is_other:
        raise ConfigurationError(
            "Give max_retries or retry, not both: max_retries=n is RetryPolicy(max_attempts=n + 1)"
        )
    return msgspec.structs.replace(policy, max_attempts=max_retries + 1)


def check_hooks(on_response: object, on_event: object, cache: object, runtime: object) -> None:
    """Check the hooks now: a wrong one would fail only when it is called."""
    for name, hook, takes in (
        ("on_response", on_response, "an Exchange"),
        ("on_event", on_event, "a CallWait or a GateChange"),
    ):
        if hook is not None and (not callable(hook) or inspect.iscoroutinefunction(hook)):
            raise ConfigurationError(f"{name} must be a plain function that takes {takes}, or None")
    if cache is not None and not (
        callable(getattr(cache, "get", None)) and callable(getattr(cache, "set", None))
    ):
        raise ConfigurationError("cache must have get and set, such as TTLCache(60), or be None")
    if not isinstance(runtime, Runtime):
        raise ConfigurationError("runtime must be a Runtime")


def gate_of(concurrency: int | Gate | None, most: int | None) -> Gate:
    """Make the gate; ``most`` is the number of connections that there can be, None for any number."""
    if concurrency is None:
        return AdaptiveGate() if most is None else AdaptiveGate(maximum=most)
    if isinstance(concurrency, int):
        if isinstance(concurrency, bool) or concurrency < 1:
            raise ConfigurationError("concurrency must be a whole number of at least 1, a Gate or None")
        return FixedGate(concurrency if most is None else min(concurrency, most))
    if not callable(getattr(concurrency, "try_acquire", None)):
        raise ConfigurationError("concurrency must be a whole number of at least 1, a Gate or None")
    if most is not None and isinstance(concurrency, GateQueue):
        concurrency.bound(most)  # what waits for a connection would run out of time there
    return concurrency


def checked_options(options: Options) -> Options:
    """Check the options and return them."""
    for name, value in (("timeout", options.timeout), ("deadline", options.deadline)):
        if value is not None and not (
            isinstance(value, int | float)
            and not isinstance(value, bool)
            and math.isfinite(value)
            and value > 0
        ):
            raise ConfigurationError(f"{name} must be seconds, more than 0, or None")
    if not isinstance(options.retry, RetryPolicy):
        raise ConfigurationError("retry must be a RetryPolicy")
    waiting = options.max_waiting
    if waiting is not None and (isinstance(waiting, bool) or not isinstance(waiting, int) or waiting < 0):
        raise ConfigurationError("max_waiting must be a whole number, 0 or more, or None")
    most = options.max_body
    if most is not None and (isinstance(most, bool) or not isinstance(most, int) or most < 1):
        raise ConfigurationError("max_body must be a whole number of bytes, 1 or more, or None")
    if options.priority not in {None, "interactive", "bulk"}:
        raise ConfigurationError("priority must be 'interactive', 'bulk' or None")
    return options
