"""Judges the failures of a sweep's calls."""

from __future__ import annotations

from ..errors import (
    ApiError,
    AuthenticationError,
    ConfigurationError,
    ConflictError,
    InvalidArgumentError,
    PermissionDeniedError,
    TwilioNumbersError,
)
from ..phone_text import NO_NUMBER

__all__ = ["CORRECT", "FILL_IN", "NO_ANSWER", "REFUSED", "advice_on", "may_pass", "own", "stops_all"]

FILL_IN = "Fill in the number, then check it again."
CORRECT = "Correct the number, then check it again."
NO_ANSWER = "There is no answer yet: check it again."
REFUSED = "Twilio refused the request: see the error."


def stops_all(error: Exception) -> bool:
    """True if every other call would fail in the same way: refused credentials, a client that is set up wrong."""
    return isinstance(error, AuthenticationError | PermissionDeniedError | ConfigurationError)


def may_pass(error: Exception) -> bool:
    """True if the next run is to ask again: for any error but an ApiError by which the request itself is refused.

    A conflict (409) is with the state of something else, which may be another one by then.
    """
    if isinstance(error, ConflictError) or stops_all(error):
        return True
    return not isinstance(error, ApiError) or error.is_transient or not 400 <= error.status < 500


def advice_on(error: Exception) -> str:
    """Advice about an input that has no answer: one sentence."""
    if isinstance(error, InvalidArgumentError):
        return FILL_IN if str(error).startswith(NO_NUMBER) else CORRECT
    if stops_all(error):
        return "Check the credentials and the settings, then check it again."
    return REFUSED if isinstance(error, ConflictError) or not may_pass(error) else NO_ANSWER


def own(error: Exception) -> TwilioNumbersError:
    """Return the error as an outcome holds it: the package's own, without its frames.

    Any other error is a bug to be found: it keeps its frames, as the cause of the error that stands for it.
    """
    if not isinstance(error, TwilioNumbersError):
        unexpected = TwilioNumbersError(f"{type(error).__name__}: {error}".removesuffix(": "))
        unexpected.__cause__ = error
        return unexpected
    one: BaseException | None = error
    while one is not None and one.__traceback__ is not None:
        one.__traceback__ = None
        one = one.__cause__ or one.__context__
    return error
