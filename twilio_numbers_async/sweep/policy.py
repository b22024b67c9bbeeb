"""What the failures of a sweep's calls mean."""

from __future__ import annotations

from ..errors import (
    ApiError,
    AuthenticationError,
    ConfigurationError,
    PermissionDeniedError,
    RateLimitError,
    ServerError,
    TwilioNumbersError,
)

__all__ = ["light", "may_pass", "stops_all"]


def stops_all(error: Exception) -> bool:
    """True if every other call would fail in the same way: refused credentials, a client that is set up wrong."""
    return isinstance(error, AuthenticationError | PermissionDeniedError | ConfigurationError)


def may_pass(error: Exception) -> bool:
    """True if the next run is to ask again: all but an ApiError that says the request itself cannot be granted."""
    if not isinstance(error, ApiError) or error.status == 408:
        return True
    return isinstance(error, RateLimitError | ServerError | AuthenticationError | PermissionDeniedError)


def light(error: Exception) -> Exception:
    """The error without the frames that an expected one holds, with all that they hold; others are bugs to be found."""
    one: BaseException | None = error if isinstance(error, TwilioNumbersError) else None
    while one is not None and one.__traceback__ is not None:
        one.__traceback__ = None
        one = one.__cause__ or one.__context__
    return error
