from __future__ import annotations

import errno
from collections.abc import Callable
from typing import Any, cast

import pytest
from hypothesis import given, strategies as st

from twilio_numbers_async.errors import (
    ApiError,
    AuthenticationError,
    ConfigurationError,
    ConflictError,
    ConnectError,
    DecodeError,
    InvalidRequestError,
    NotFoundError,
    RateLimitError,
    RequestTimeoutError,
    ServerError,
    TransportError,
    TwilioNumbersError,
)
from twilio_numbers_async.transport.call import Call
from twilio_numbers_async.transport.retry import PassingResultError, RetryPolicy, pause_before_retry

from .raw_client import BUY, READ

FIRM = RetryPolicy(jitter=0.0)
"""A policy without chance."""


def pause(
    error: TwilioNumbersError,
    *,
    policy: RetryPolicy = FIRM,
    failures: int = 1,
    refusals: int = 1,
    refused_time: float = 0.0,
    idempotent: bool = True,
    luck: float = 0.0,
    refused_delay: Callable[[float], float | None] | None = None,
) -> float | None:
    call = Call(READ if idempotent else BUY, "/v1/x", (), failures=failures, refusals=refusals)
    return pause_before_retry(
        policy,
        error,
        call,
        refused_time=refused_time,
        random=lambda: luck,
        refused_delay=refused_delay,
    )


def refused(retry_after: float | None = None) -> RateLimitError:
    return RateLimitError("too many", status=429, retry_after=retry_after)


def failed(status: int = 503, retry_after: float | None = None) -> ServerError:
    return ServerError("failed", status=status, retry_after=retry_after)


SENT = TransportError("broken", may_have_been_processed=True)
UNSENT = TransportError("broken", may_have_been_processed=False)


@pytest.mark.parametrize(
    ("error", "idempotent", "otherwise"),
    [
        (refused(), True, True),
        (failed(500), True, False),
        (failed(502), True, False),
        (failed(503), True, False),
        (failed(504), True, False),
        (failed(501), False, False),
        (failed(505), False, False),
        (SENT, True, False),
        (UNSENT, True, True),
        (RequestTimeoutError("late"), True, False),
        (RequestTimeoutError("late", may_have_been_processed=False), True, True),
        (ConnectError("refused", may_have_been_processed=False), True, True),
        (PassingResultError(None), True, True),
        (InvalidRequestError("no", status=400), False, False),
        (AuthenticationError("no", status=401), False, False),
        (NotFoundError("no", status=404), False, False),
        (ApiError("no", status=408), False, False),
        (ConflictError("no", status=409), False, False),
        (DecodeError("what"), False, False),
    ],
)
def test_what_is_sent_again(error: TwilioNumbersError, idempotent: bool, otherwise: bool) -> None:
    assert (pause(error, idempotent=True) is not None) is idempotent
    assert (pause(error, idempotent=False) is not None) is otherwise


def test_pauses_double_up_to_the_longest() -> None:
    policy = RetryPolicy(jitter=0.0, max_attempts=100, first_delay=0.25, max_delay=8.0)
    assert [pause(failed(), policy=policy, failures=count) for count in range(1, 9)] == [
        0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 8.0, 8.0,
    ]  # fmt: skip
    assert [pause(refused(), policy=policy, refusals=count) for count in (1, 2, 7, 10_000)] == [
        0.25,
        0.5,
        8.0,
        8.0,
    ]


def test_failures_end_with_the_attempts_and_refusals_do_not() -> None:
    policy = RetryPolicy(jitter=0.0, max_attempts=3)
    assert [pause(failed(), policy=policy, failures=count) is None for count in (1, 2, 3, 4)] == [
        False, False, True, True,
    ]  # fmt: skip
    assert pause(refused(), policy=policy, failures=99, refusals=99) is not None
    assert pause(failed(), policy=RetryPolicy(max_attempts=1)) is None
    assert pause(refused(), policy=RetryPolicy(max_attempts=1)) is not None


def test_refusals_end_with_the_time() -> None:
    policy = RetryPolicy(jitter=0.0, max_refused_time=10.0)
    assert pause(refused(), policy=policy, refused_time=9.0) == 0.25
    assert pause(refused(), policy=policy, refused_time=9.9) is None
    assert pause(refused(5.0), policy=policy, refused_time=4.0) == 5.0
    assert pause(refused(5.0), policy=policy, refused_time=6.0) is None
    assert pause(refused(), policy=RetryPolicy(max_refused_time=float("inf")), refused_time=1e9) is not None


@pytest.mark.parametrize("luck", [0.0, 1.0])
@pytest.mark.parametrize("first_delay", [0.0, 0.25])
def test_no_time_for_refusals_gives_up_at_once(luck: float, first_delay: float) -> None:
    policy = RetryPolicy(max_refused_time=0.0, jitter=1.0, first_delay=first_delay)
    assert pause(refused(), policy=policy, luck=luck) is None
    assert pause(refused(0.0), policy=policy, luck=luck) is None


def unavailable(retry_after: float) -> ServerError:
    return failed(503, retry_after)


@pytest.mark.parametrize("error", [refused, unavailable])
def test_twilios_wish_is_granted_or_the_call_given_up(error: Callable[[float], ApiError]) -> None:
    assert pause(error(3.0)) == 3.0
    assert pause(error(60.0)) == 60.0
    assert pause(error(60.001)) is None
    assert pause(error(1e300)) is None
    assert pause(error(0.0)) == 0.25, "0 is no asked, and no leave to ask without end"
    assert pause(error(20.0)) == 20.0, "longer than max_delay"


@given(st.floats(0, 60) | st.none(), st.floats(0, 1), st.floats(0, 1), st.integers(1, 50), st.booleans())
def test_a_pause_is_never_shorter_than_wished_nor_longer_than_said(
    asked: float | None, jitter: float, luck: float, count: int, is_refusal: bool
) -> None:
    policy = RetryPolicy(jitter=jitter, max_attempts=100)
    error = refused(asked) if is_refusal else failed(503, asked)
    seconds = pause(error, policy=policy, failures=count, refusals=count, luck=luck)
    assert seconds is not None
    if not asked:
        longest = min(8.0, 0.25 * 2 ** (count - 1))
        assert longest * (1 - jitter) - 1e-9 <= seconds <= longest
    else:
        assert asked <= seconds <= asked + 0.25


def test_jitter_comes_on_top_of_twilios_wish_and_off_our_own_pause() -> None:
    policy = RetryPolicy(jitter=0.5)
    assert pause(refused(2.0), policy=policy, luck=1.0) == 2.125
    assert pause(refused(), policy=policy, luck=1.0) == 0.125


def test_after_a_refusal_without_a_wish_the_gate_says_how_long() -> None:
    def gate(luck: float) -> float:
        return 0.01 + 0.02 * luck

    assert pause(refused(), refusals=9, luck=0.5, refused_delay=gate) == pytest.approx(0.02)
    assert pause(refused(0.0), luck=0.0, refused_delay=gate) == pytest.approx(0.01)
    assert pause(refused(2.0), refused_delay=gate) == 2.0
    assert pause(failed(), refused_delay=gate) == 0.25
    assert pause(refused(), refused_delay=lambda luck: None) == 0.25
    assert pause(refused(), refused_time=300.0, refused_delay=gate) is None


def no_descriptors() -> ConnectError:
    error = ConnectError("Too many open files", may_have_been_processed=False)
    error.errno = errno.EMFILE
    return error


def test_a_process_without_descriptors_is_refused_like_one_too_many() -> None:
    assert pause(no_descriptors(), failures=99, policy=RetryPolicy(jitter=0.0, max_attempts=1)) == 0.25
    assert pause(no_descriptors(), refused_time=300.0) is None


def mistaken() -> DecodeError:
    error = DecodeError("the answer to something else")
    error.is_transient = True
    return error


def test_the_answer_to_something_else_is_asked_again_once_and_at_once() -> None:
    assert pause(mistaken(), failures=1) == 0.0
    assert pause(mistaken(), failures=3) == 0.0
    assert pause(mistaken(), failures=4) is None
    assert pause(mistaken(), policy=RetryPolicy(max_attempts=1)) is None
    again = Call(READ, "/v1/x", (), failures=2, is_mistaken=True)
    assert pause_before_retry(FIRM, mistaken(), again, refused_time=0.0, random=lambda: 0.0) is None


@pytest.mark.parametrize(
    "bad",
    [
        {"max_attempts": 0},
        {"max_attempts": -1},
        {"max_refused_time": -0.1},
        {"first_delay": -1.0},
        {"max_delay": -1.0},
        {"max_retry_after": -1.0},
        {"max_refused_time": float("nan")},
        {"first_delay": float("nan")},
        {"max_delay": float("nan")},
        {"max_retry_after": float("nan")},
        {"jitter": -0.1},
        {"jitter": 1.1},
        {"jitter": float("nan")},
        {"max_attempts": "3"},
        {"max_attempts": 2.5},
        {"max_attempts": None},
        {"first_delay": "1"},
        {"jitter": None},
    ],
)
def test_a_policy_that_is_none_is_refused(bad: dict[str, object]) -> None:
    with pytest.raises(ConfigurationError, match=f"RetryPolicy.{next(iter(bad))}"):
        RetryPolicy(**cast(Any, bad))


def test_a_policy_is_a_frozen_value() -> None:
    policy = RetryPolicy()
    with pytest.raises(AttributeError):
        policy.jitter = 0.1  # type: ignore[misc]  # that is the point
    assert policy == RetryPolicy()
    assert hash(policy) == hash(RetryPolicy())
