from __future__ import annotations

import copy
import inspect
import pickle
from typing import Any

import pytest

from twilio_numbers_async import errors
from twilio_numbers_async.errors import (
    ApiError,
    ConfigurationError,
    ConnectError,
    DecodeError,
    InvalidArgumentError,
    InvalidPhoneNumberError,
    PagingError,
    RateLimitError,
    RequestTimeoutError,
    TransportError,
    TwilioNumbersError,
    WebhookError,
    api_error_class,
)

ROUTE: dict[str, Any] = {"method": "GET", "route": "/v1/Things/{Name}"}
API: dict[str, Any] = {
    "status": 429,
    "code": 20429,
    "more_info": "https://www.twilio.com/docs/errors/20429",
    "details": {"params": {"a": [1, None]}},
    "request_id": "RQ" + "a" * 32,
    "retry_after": 1.5,
    "attempts": 3,
    **ROUTE,
}
TRANSPORT: dict[str, Any] = {"may_have_been_processed": False, "attempts": 2, **ROUTE}


def all_classes() -> list[type[TwilioNumbersError]]:
    return [
        each
        for each in vars(errors).values()
        if isinstance(each, type) and issubclass(each, TwilioNumbersError)
    ]


def made(kind: type[TwilioNumbersError]) -> TwilioNumbersError:
    fields: dict[str, Any] = {}
    if issubclass(kind, ApiError):
        fields = API
    elif issubclass(kind, TransportError):
        fields = TRANSPORT
    elif issubclass(kind, DecodeError):
        fields = {"path": "$.a[0]", "status": 200, "request_id": "RQ" + "a" * 32, **ROUTE}
    elif issubclass(kind, InvalidArgumentError):
        fields = {"argument": "phone_numbers[3].pin"}
    return kind("what happened", **fields)


@pytest.mark.parametrize("kind", all_classes())
@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_every_error_survives_pickling(kind: type[TwilioNumbersError], protocol: int) -> None:
    error = made(kind)
    error.add_note("a note")
    again = pickle.loads(pickle.dumps(error, protocol))
    assert type(again) is kind
    assert again.args == error.args
    assert vars(again) == vars(error)
    assert (str(again), repr(again)) == (str(error), repr(error))


@pytest.mark.parametrize("kind", all_classes())
def test_every_error_can_be_copied(kind: type[TwilioNumbersError]) -> None:
    error = made(kind)
    for again in (copy.copy(error), copy.deepcopy(error)):
        assert type(again) is kind
        assert vars(again) == vars(error)
        assert str(again) == str(error)


def test_the_number_of_a_system_error_is_kept() -> None:
    """It is in no __dict__."""
    error = made(ConnectError)
    assert isinstance(error, ConnectError)
    error.errno = 24
    for again in (copy.copy(error), copy.deepcopy(error), pickle.loads(pickle.dumps(error))):
        assert again.errno == 24
        assert (str(again), again.args) == (str(error), error.args)


@pytest.mark.parametrize("kind", all_classes())
def test_every_error_stands_in_the_tree_and_in_all(kind: type[TwilioNumbersError]) -> None:
    lines = (errors.__doc__ or "").splitlines()
    assert any(kind.__name__ in line.split() for line in lines)
    assert kind.__name__ in errors.__all__
    assert inspect.getdoc(kind)


def test_all_is_sorted() -> None:
    assert errors.__all__ == sorted(errors.__all__, key=lambda name: (name[0].islower(), name))


@pytest.mark.parametrize(
    ("kind", "also"),
    [
        (InvalidArgumentError, ValueError),
        (InvalidPhoneNumberError, InvalidArgumentError),
        (ConnectError, ConnectionError),
        (ConnectError, TransportError),
        (RequestTimeoutError, TimeoutError),
        (RequestTimeoutError, TransportError),
        *[
            (kind, TwilioNumbersError)
            for kind in (ConfigurationError, PagingError, DecodeError, WebhookError)
        ],
    ],
)
def test_errors_are_what_a_caller_expects_too(kind: type[TwilioNumbersError], also: type[Exception]) -> None:
    with pytest.raises(also):
        raise made(kind)


@pytest.mark.parametrize("kind", all_classes())
def test_every_error_prints_as_one_line(kind: type[TwilioNumbersError]) -> None:
    error = made(kind)
    error.args = ("one\n  two\tthree",)
    if isinstance(error, ApiError):
        error.message = error.args[0]
    assert "one two three" in str(error)
    assert "\n" not in str(error)


def test_an_api_error_tells_all_that_helps() -> None:
    error = RateLimitError("Too many requests", **API)
    assert str(error) == (
        f"HTTP 429, code 20429: Too many requests (GET /v1/Things/{{Name}}, {'RQ' + 'a' * 32}, 3 attempts)"
    )
    assert str(ApiError("Odd", status=418)) == "HTTP 418: Odd"
    assert ApiError("Odd", status=418).details == {}


def test_a_transport_error_says_the_worst_unless_told() -> None:
    assert TransportError("broken").may_have_been_processed is True
    assert TransportError("broken").attempts == 1


@pytest.mark.parametrize("status", range(300, 600))
def test_every_status_has_a_class(status: int) -> None:
    kind = api_error_class(status)
    assert issubclass(kind, ApiError)
    assert (kind is errors.ServerError) is (status >= 500)


@pytest.mark.parametrize("status", range(300, 600))
def test_an_error_status_says_what_became_of_the_request(status: int) -> None:
    error = api_error_class(status)("x", status=status)
    assert error.may_have_been_processed is (status < 400 or status == 408 or status >= 500)
    assert error.is_transient is (status in {408, 429} or (status >= 500 and status not in {501, 505}))
