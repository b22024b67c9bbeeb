"""The package's own error for what aiohttp raises: it names the cause, and holds neither the URL nor the request."""

from __future__ import annotations

import os

import aiohttp
from aiohttp import http_exceptions

from ...errors import ConnectError, TransportError

__all__ = ["our_error"]

_NO_HTTP = (aiohttp.ClientResponseError, http_exceptions.HttpProcessingError)
_CONNECT_FAILURES = (
    aiohttp.ClientConnectorError,
    aiohttp.ServerFingerprintMismatch,
    aiohttp.ConnectionTimeoutError,
)


def our_error(
    error: aiohttp.ClientError | http_exceptions.HttpProcessingError | OSError, *, was_sent: bool
) -> TransportError:
    """The error for one of aiohttp's; ``was_sent``: some of the request may have been."""
    if isinstance(error, aiohttp.ClientHttpProxyError):
        return ConnectError(f"The proxy answered HTTP {error.status}", may_have_been_processed=False)
    if isinstance(error, _CONNECT_FAILURES):
        no_connection = ConnectError(f"No connection: {_reason(error)}", may_have_been_processed=False)
        no_connection.__cause__ = _system_error(error)
        no_connection.errno = getattr(no_connection.__cause__, "errno", None)
        return no_connection
    unreadable = _unreadable(error)
    if unreadable:
        return TransportError(
            f"The answer cannot be read: {unreadable}", may_have_been_processed=was_sent, is_transient=False
        )
    failure = TransportError(f"The connection broke: {_reason(error)}", may_have_been_processed=was_sent)
    failure.was_disconnected = isinstance(error, aiohttp.ServerDisconnectedError | aiohttp.ClientOSError)
    return failure


def _unreadable(error: BaseException) -> str:
    """The reason why no client with these settings can read the answer; ``""`` for any other failure."""
    cause: BaseException | None = error if isinstance(error, _NO_HTTP) else None
    while cause is not None:
        message = str(getattr(cause, "message", ""))
        if isinstance(cause, http_exceptions.LineTooLong):
            return "a header line of it is too long"
        if "Too many headers" in message:
            return "it has too many headers"
        cause = cause.__cause__
    return ""


def _system_error(error: BaseException) -> Exception | None:
    """The system's own error, without what led to it: there are the request and its headers."""
    found = getattr(error, "os_error", None)  # none where a fingerprint differs, or a host's address is late
    if isinstance(found, Exception):
        found.__traceback__ = found.__context__ = found.__cause__ = None
        return found
    return None


def _reason(error: BaseException) -> str:
    """The reason without the URL, which has the number in it."""
    if isinstance(error, aiohttp.ClientConnectorCertificateError):
        return f"certificate verify failed: {getattr(error.certificate_error, 'verify_message', '')}"
    os_error = getattr(error, "os_error", error)
    words = getattr(os_error, "strerror", None)
    if isinstance(words, str) and words:
        if "://" not in words:
            return words
        number = getattr(os_error, "errno", None)  # aiohttp's own words name the URL
        if isinstance(number, int):
            return os.strerror(number)
    return "the answer is not HTTP" if isinstance(error, _NO_HTTP) else type(error).__name__
