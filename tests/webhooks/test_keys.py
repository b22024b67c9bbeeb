"""Several auth tokens while one is rotated; and no key of them all in what an error leaves behind."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import Message

from tests.transport.test_credentials_leak import frames, texts
from twilio_numbers_async.errors import ConfigurationError, TwilioNumbersError, WebhookError
from twilio_numbers_async.webhooks import sign, verify, with_body_hash
from twilio_numbers_async.webhooks.starlette import porting_event

OLD, NEW, SHARED = "0ld-t0ken", "n3w-t0ken", "shar3d-secret"
BODY = b'{"status": "PortInCompleted"}'
URL = with_body_hash("https://example.com/hook", BODY)
JSON = "application/json"


@pytest.mark.parametrize("tokens", [[OLD, NEW], [NEW, OLD], (NEW, OLD, NEW)])
def test_either_token_is_good_while_it_is_rotated(tokens: list[str]) -> None:
    for token in (OLD, NEW):
        verify(URL, BODY, sign(URL, BODY, JSON, auth_token=token), auth_token=tokens)
        with pytest.raises(WebhookError, match="does not match"):
            verify(URL + "&x", BODY, sign(URL, BODY, JSON, auth_token=token), auth_token=tokens)
    with pytest.raises(WebhookError, match="does not match"):
        verify(URL, BODY, sign(URL, BODY, JSON, auth_token="another"), auth_token=tokens)
    with pytest.raises(WebhookError, match="does not match"):
        verify(URL, BODY, sign(URL, BODY, JSON, auth_token=OLD), auth_token=[NEW])


def test_a_shared_key_stands_beside_several_tokens() -> None:
    keys: dict[str, Any] = {"auth_token": [OLD, NEW], "shared_keys": {"porting": SHARED}}
    verify(URL, BODY, sign(URL, BODY, JSON, shared_key=("porting", SHARED)), **keys)
    verify(URL, BODY, sign(URL, BODY, JSON, auth_token=NEW), **keys)
    with pytest.raises(WebhookError, match="does not match"):
        verify(URL, BODY, sign(URL, BODY, JSON, auth_token=SHARED), **keys)


def test_the_place_of_a_token_that_cannot_be_used_is_named() -> None:
    with pytest.raises(ConfigurationError, match=r"auth_token\[1\] has to be text that is not empty"):
        verify(URL, BODY, {}, auth_token=[OLD, ""])


def signed(**key: Any) -> dict[str, str]:
    return sign(URL, BODY, JSON, **key)


def unusable(text: str) -> str:
    return f"{text}\ud800"


KEYS: dict[str, dict[str, Any]] = {
    "token": {"auth_token": OLD},
    "tokens": {"auth_token": [OLD, NEW]},
    "shared": {"shared_keys": {"porting": SHARED}},
    "both": {"auth_token": (OLD, NEW), "shared_keys": {"porting": SHARED}},
}
WRONG_KEYS: dict[str, dict[str, Any]] = {
    "bytes": {"auth_token": OLD.encode()},
    "one is empty": {"auth_token": [OLD, ""]},
    "one cannot be encoded": {"auth_token": [OLD, unusable(NEW)]},
    "a set": {"auth_token": {OLD}},
    "pairs": {"shared_keys": [("porting", SHARED)]},
    "a shared key that cannot be encoded": {"shared_keys": {"porting": SHARED, "other": unusable(SHARED)}},
}
REQUESTS: dict[str, tuple[Any, Any, Any]] = {
    "forged": (URL, BODY, signed(auth_token="guess")),
    "forged with a shared key": (URL, BODY, signed(shared_key=("porting", "guess"))),
    "unknown shared key": (URL, BODY, signed(shared_key=("another", "guess"))),
    "another body": (URL, BODY + b" ", signed(auth_token=OLD)),
    "no signature": (URL, BODY, {}),
    "no URL": ("hook", BODY, signed(auth_token=OLD)),
    "not text": (None, BODY, signed(auth_token=OLD)),
    "not bytes": (URL, "text", signed(auth_token=OLD)),
    "headers that break": (URL, BODY, [("X-Twilio-Signature", "x", "y")]),
    "a URL that cannot be encoded": (unusable(URL), BODY, signed(auth_token=OLD)),
}


def leaks(error: BaseException) -> list[str]:
    """The places where an error shows a secret: itself, and the variables of frames of ours."""
    found = [
        f"{type(error).__name__} says" for secret in (OLD, NEW, SHARED) if secret in f"{error!r} {error}"
    ]
    for function, variables in frames(error, set()):
        for name, value in variables.items():
            for text in texts(value):
                found += [f"{function}: {name}" for secret in (OLD, NEW, SHARED) if secret in text]
    return found


def error_of(call: Callable[[], object]) -> TwilioNumbersError:
    with pytest.raises(TwilioNumbersError) as caught:
        call()
    assert len([*frames(caught.value, set())]) > 0, "the walk has to see frames of ours"
    return caught.value


@pytest.mark.parametrize("keys", KEYS)
@pytest.mark.parametrize("request_", REQUESTS)
def test_no_frame_holds_a_key_when_a_webhook_is_refused(request_: str, keys: str) -> None:
    error = error_of(lambda: verify(*REQUESTS[request_], **KEYS[keys]))
    assert isinstance(error, WebhookError)
    assert leaks(error) == []


@pytest.mark.parametrize("keys", WRONG_KEYS)
def test_no_frame_holds_a_key_that_cannot_be_used(keys: str) -> None:
    for call in (
        lambda: verify(URL, BODY, {}, **WRONG_KEYS[keys]),
        lambda: porting_event(**WRONG_KEYS[keys]),
    ):
        error = error_of(call)
        assert isinstance(error, ConfigurationError)
        assert leaks(error) == []


def test_no_frame_holds_a_key_when_the_public_url_is_none() -> None:
    assert leaks(error_of(lambda: porting_event(**KEYS["both"], public_url="example.com"))) == []


@pytest.mark.parametrize(
    ("arguments", "key"),
    [
        ((URL, BODY + b" ", JSON), {"auth_token": OLD}),
        (("hook", BODY, JSON), {"shared_key": ("porting", SHARED)}),
        ((URL, BODY, JSON), {"shared_key": ("a name", SHARED)}),
        ((unusable(URL), BODY, JSON), {"auth_token": OLD}),
        ((URL, BODY, JSON), {"auth_token": OLD, "shared_key": ("porting", SHARED)}),
        ((URL, BODY, JSON), {"auth_token": unusable(OLD)}),
    ],
)
def test_no_frame_holds_a_key_when_nothing_can_be_signed(arguments: Any, key: dict[str, Any]) -> None:
    assert leaks(error_of(lambda: sign(*arguments, **key))) == []


@pytest.mark.parametrize(("size", "status"), [(10, 403), (1000, 413)])
async def test_no_frame_of_the_dependency_holds_a_key(size: int, status: int) -> None:
    webhook = porting_event(**KEYS["both"], max_body_size=100)
    scope: dict[str, Any] = {
        "type": "http", "method": "POST", "scheme": "https", "path": "/hook", "headers": [(b"host", b"example.com")],
    }  # fmt: skip

    async def receive() -> Message:
        return {"type": "http.request", "body": b"x" * size, "more_body": False}

    with pytest.raises(HTTPException) as caught:
        await webhook(Request(scope, receive))
    assert caught.value.status_code == status
    assert "verified_porting_event" in str([function for function, _ in frames(caught.value, set())])
    assert leaks(caught.value) == []
