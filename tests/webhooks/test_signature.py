"""verify and sign, case by case."""

from __future__ import annotations

import base64
import hashlib
import hmac
import subprocess
import sys
from collections.abc import Iterator, Mapping
from typing import Any, cast
from urllib.parse import urlencode

import pytest
from multidict import CIMultiDict

from twilio_numbers_async.errors import ConfigurationError, InvalidArgumentError, WebhookError
from twilio_numbers_async.webhooks import sign, verify, with_body_hash

TOKEN = "12345"
SECRET = "shared-secret"
KEYS = {"porting": SECRET}
URL = "https://mycompany.com/myapp.php?foo=1&bar=2"
FORM = "application/x-www-form-urlencoded"
BODY = urlencode(
    {
        "CallSid": "CA1234567890ABCDE",
        "Caller": "+14158675309",  # the published vector
        "Digits": "1234",
        "From": "+14158675309",
        "To": "+18005551212",
    }
).encode()
VECTOR = "RSOYDt4T1cUTdK1PDd93/VVr8B8="
JSON_BODY = b'{"status": "PortInCompleted"}'


def mac(text: str, secret: str = TOKEN, digest: str = "sha1") -> str:
    return base64.b64encode(hmac.new(secret.encode(), text.encode(), digest).digest()).decode()


def headers(signature: str, content_type: str | None = FORM, settings: str | None = None) -> dict[str, str]:
    found = {"X-Twilio-Signature": signature}
    if content_type is not None:
        found["Content-Type"] = content_type
    if settings is not None:
        found["X-Twilio-Webhooks-Signature-Settings"] = settings
    return found


def refused(url: object, body: object, given: object, match: str | None = None, **keys: Any) -> None:
    keys = keys or {"auth_token": TOKEN, "shared_keys": KEYS}
    with pytest.raises(WebhookError, match=match):
        verify(cast("str", url), cast("bytes", body), cast("dict[str, str]", given), **keys)


@pytest.mark.parametrize(
    "given",
    [
        {"X-Twilio-Signature": VECTOR, "Content-Type": FORM},
        {"x-twilio-signature": VECTOR, "CONTENT-TYPE": f"{FORM}; charset=utf-8"},
        {"X-TWILIO-SIGNATURE": VECTOR, "content-type": f" {FORM.upper()} ;charset=UTF-8", "Other": "x"},
        [(b"x-twilio-signature", VECTOR.encode()), (b"content-type", FORM.encode()), (b"x", b"\xff")],
        iter([("X-Twilio-Signature", VECTOR), ("Content-Type", FORM)]),
        CIMultiDict({"X-Twilio-Signature": VECTOR, "Content-Type": FORM}),
    ],
)
def test_the_published_vector_in_any_kind_of_headers(given: Mapping[str, str]) -> None:
    verify(URL, BODY, given, auth_token=TOKEN)


def test_a_bytearray_is_a_body_too() -> None:
    verify(URL, cast("bytes", bytearray(BODY)), headers(VECTOR), auth_token=TOKEN)


@pytest.mark.parametrize("content_type", ["application/json", "multipart/form-data; boundary=x", "", None])
def test_any_other_body_needs_its_hash(content_type: str | None) -> None:
    url = f"https://example.com/hook?bodySHA256={hashlib.sha256(JSON_BODY).hexdigest()}&x=1"
    verify(url, JSON_BODY, headers(mac(url), content_type), auth_token=TOKEN)
    refused(url, JSON_BODY + b" ", headers(mac(url), content_type), "bodySHA256 was made of")
    bare = "https://example.com/hook"
    refused(bare, JSON_BODY, headers(mac(bare), content_type), "no bodySHA256")
    refused(bare, JSON_BODY, headers(mac(bare + JSON_BODY.decode()), content_type), "no bodySHA256")


def test_a_true_hash_does_not_make_up_for_the_signature() -> None:
    url = with_body_hash("https://example.com/hook", JSON_BODY)
    refused(url, JSON_BODY, headers(mac(url, "other"), "application/json"), "does not match")


@pytest.mark.parametrize(
    "query",
    [
        "bodySHA256={0}&bodySHA256={0}",
        "bodySHA256={0}&bodySHA256=",
        "bodySHA256={1}&bodySHA256={0}",
        "bodySHA256={0}&body%53HA256={1}",
        "bodySHA256={1}",
        "bodySHA256={2}",
        "bodySHA256=",
        "bodySHA256={0}%20",
        "bodysha256={0}",
        "x=1;bodySHA256={0}",
        "#?bodySHA256={0}",
        "x=1#&bodySHA256={0}",
    ],
)
def test_the_hash_is_there_once_and_is_lower_case_hex(query: str) -> None:
    right = hashlib.sha256(JSON_BODY).hexdigest()
    wrong = hashlib.sha256(b"other").hexdigest()
    url = "https://example.com/hook?" + query.format(right, wrong, right.upper())
    refused(url, JSON_BODY, headers(mac(url), "application/json"), "bodySHA256")


def test_a_hash_excuses_no_form() -> None:
    url = with_body_hash("https://example.com/hook", BODY)
    refused(url, BODY, headers(mac(url)), "does not match")
    verify(url, BODY, sign(url, BODY, FORM, auth_token=TOKEN), auth_token=TOKEN)
    other = with_body_hash("https://example.com/hook", b"another=body")
    verify(other, BODY, sign(other, BODY, FORM, auth_token=TOKEN), auth_token=TOKEN)


@pytest.mark.parametrize("content_type", [None, FORM])
def test_no_body_is_checked_by_the_url_alone(content_type: str | None) -> None:
    verify(URL, b"", headers(mac(URL), content_type), auth_token=TOKEN)
    refused(URL + "3", b"", headers(mac(URL), content_type), "does not match")
    empty = with_body_hash(URL, b"")
    verify(empty, b"", headers(mac(empty), content_type), auth_token=TOKEN)


@pytest.mark.parametrize("content_type", [None, FORM, "application/json"])
def test_a_body_cannot_be_cut_off(content_type: str | None) -> None:
    url = with_body_hash("https://example.com/hook", JSON_BODY)
    refused(url, b"", headers(mac(url), content_type), "bodySHA256 was made of")


def test_an_empty_json_body_is_no_exception() -> None:
    refused(URL, b"", headers(mac(URL), "application/json"), "no bodySHA256")


@pytest.mark.parametrize(
    ("body", "signed"),
    [
        (b"b=2&a=1", "a1b2"),
        (b"a=2&a=10&a=1", "a1a10a2"),
        (b"a=1&a=1", "a1"),
        (b"a=&b=", "ab"),
        (b"a=1&a=", "aa1"),
        (b"=x&a=1", "xa1"),
        (b"B=1&a=1&A=1", "A1B1a1"),
        (b"a=x%20y+z", "ax y z"),
        (b"a=%2B1%26%3D%25", "a+1&=%"),
        (b"a=x=y==", "ax=y=="),
        (b"a=%C3%A9&%E2%82%AC=%F0%9F%93%9E", "aé€📞"),
        (b"a=%00%0A", "a\x00\n"),
    ],
)
def test_every_distinct_value_in_sorted_order(body: bytes, signed: str) -> None:
    verify("https://example.com/x", body, headers(mac(f"https://example.com/x{signed}")), auth_token=TOKEN)


@pytest.mark.parametrize(
    ("body", "signed"),
    [
        (b"a&b", "ab"),
        (b"=", ""),
        (b"a=1&=", "a1"),
        (b"a=1&", "a1"),
        (b"&a=1", "a1"),
        (b"a=1&&b=2", "a1b2"),
        (b"a=x y", "ax y"),
        (b"a=%2b", "a+"),
        (b"a=%", "a%"),
        (b"a=%4", "a%4"),
        (b"a=%zz", "a%zz"),
        (b"a=1\n", "a1\n"),
        (b"a=1;b=2", "a1;b=2"),
        (b"a=1\x00", "a1\x00"),
        ("a=é".encode(), "aé"),
        (b"a=%FF", "a\ufffd"),
        (b"a=%C3&b=%A9", "a\ufffdb\ufffd"),
        (b"a=%ED%A0%80", "a\ufffd\ufffd\ufffd"),
    ],
)
def test_a_form_has_one_way_to_be_written(body: bytes, signed: str) -> None:
    refused("https://example.com/x", body, headers(mac(f"https://example.com/x{signed}")), "form body")


def test_undecodable_bytes_are_refused_even_if_signed_as_bytes() -> None:
    text = base64.b64encode(hmac.new(TOKEN.encode(), b"https://example.com/xa\xff", "sha1").digest()).decode()
    refused("https://example.com/x", b"a=%FF", headers(text), "not UTF-8")


@pytest.mark.parametrize(
    ("given", "signed"),
    [
        ("https://example.com/x?y=1", "https://example.com:443/x?y=1"),
        ("https://example.com:443/x", "https://example.com/x"),
        ("https://example.com:8443/x", "https://example.com/x"),
        ("https://example.com:8443/x", "https://example.com:8443/x"),
        ("http://example.com/x", "http://example.com:80/x"),
        ("http://example.com:80", "http://example.com"),
        ("http://example.com?x=//a:1@b", "http://example.com:80?x=//a:1@b"),
        ("HTTPS://Example.com/x", "HTTPS://Example.com:443/x"),
        ("https://[2001:db8::1]/x", "https://[2001:db8::1]:443/x"),
        ("https://[2001:db8::1]:8443/x", "https://[2001:db8::1]/x"),
        ("https://user:pass@example.com/x", "https://user:pass@example.com:443/x"),
        ("https://user:pass@example.com:443/x", "https://user:pass@example.com/x"),
        ("https://user:p@ss@[::1]:443/x", "https://user:p@ss@[::1]/x"),
        ("https://example.com/x?", "https://example.com/x?"),
        ("https://example.com/ä b", "https://example.com/ä b"),
    ],
)
def test_the_port_may_be_there_or_not(given: str, signed: str) -> None:
    verify(given, b"", headers(mac(signed), None), auth_token=TOKEN)


@pytest.mark.parametrize(
    ("given", "signed"),
    [
        ("https://example.com/x", "https://example.com:80/x"),
        ("https://example.com:8443/x", "https://example.com:443/x"),
        ("https://example.com/x", "https://example.com:8443/x"),
        ("https://example.com/x", "http://example.com/x"),
        ("https://user:pass@example.com/x", "https://example.com/x"),
        ("https://example.com/x?", "https://example.com/x"),
        ("https://exam\nple.com/x", "https://example.com/x"),
    ],
)
def test_nothing_else_of_the_url_may_differ(given: str, signed: str) -> None:
    refused(given, b"", headers(mac(signed), None), "does not match")


@pytest.mark.parametrize(
    "url",
    [
        "",
        "/x",
        "example.com/x",
        "//example.com/x",
        "ftp://example.com/x",
        "https:///x",
        "https://user@/x",
        "https://:443/x",
        "https://example.com:/x",
        "https://example.com:port/x",
        "https://example.com:123456/x",
        "https://example.com:٤٤٣/x",
        "https://[::1/x",
        "https://::1]/x",
        "https://[::1]x/x",
        "https://[]/x",
        "https://a:b:c/x",
    ],
)
def test_what_is_no_url_is_refused_even_if_signed(url: str) -> None:
    refused(url, b"", headers(mac(url), None), "The URL")


@pytest.mark.parametrize(
    ("url", "body", "given"),
    [
        (None, BODY, headers(VECTOR)),
        (URL.encode(), BODY, headers(VECTOR)),
        (URL, BODY.decode(), headers(VECTOR)),
        (URL, None, headers(VECTOR)),
        (URL, {"a": "1"}, headers(VECTOR)),
        (URL, BODY, None),
        (URL, BODY, 7),
        (URL, BODY, "X-Twilio-Signature"),
        (URL, BODY, {}),
        (URL, BODY, {"Content-Type": FORM}),
        (URL, BODY, {"X-Twilio-Signature": None, "Content-Type": FORM}),
        (URL, BODY, {"X-Twilio-Signature": [VECTOR], "Content-Type": FORM}),
        (URL, BODY, {"X-Twilio-Signature": VECTOR, "Content-Type": 1}),
        (URL, BODY, {1: 2}),
        (URL, BODY, [("X-Twilio-Signature",)]),
        (URL, BODY, headers("")),
        (URL, BODY, headers(VECTOR + " ")),
        (URL, BODY, headers(VECTOR.rstrip("="))),
        (URL, BODY, headers("é")),
        (URL, BODY, headers("\ud800")),
        (URL + "\ud800", BODY, headers(VECTOR)),
        (URL, BODY, headers(VECTOR, FORM + "\ud800")),
    ],
)
def test_whatever_the_input_the_answer_is_no(url: object, body: object, given: object) -> None:
    refused(url, body, given)


class Broken(dict[str, str]):
    def __iter__(self) -> Iterator[str]:
        raise KeyError("broken")

    def items(self) -> Any:
        raise MemoryError


def test_headers_that_cannot_be_read_are_refused() -> None:
    refused(URL, BODY, Broken(), "cannot be read")


@pytest.mark.parametrize(
    "name", ["X-Twilio-Signature", "Content-Type", "X-Twilio-Webhooks-Signature-Settings"]
)
def test_a_header_that_comes_twice_is_refused(name: str) -> None:
    signed = sign(URL, BODY, FORM, shared_key=("porting", SECRET))
    verify(URL, BODY, signed, shared_keys=KEYS)
    for again in (signed[name], "something else"):
        refused(URL, BODY, [*signed.items(), (name.lower(), again)], "came twice")
        refused(URL, BODY, {name.upper(): again} | signed, "came twice")


def test_a_shared_key_signs_with_sha256() -> None:
    text = URL + "".join(name + value for name, value in [("a", "1"), ("b", "")])
    given = headers(mac(text, SECRET, "sha256"), settings="key=porting,algorithm=HMAC_SHA256")
    verify(URL, b"a=1&b=", given, shared_keys=KEYS)
    verify(URL, b"a=1&b=", given, shared_keys=KEYS, auth_token=TOKEN)
    verify(URL, b"a=1&b=", given, shared_keys={"other": "x"} | KEYS)
    refused(URL, b"a=1&b=2", given, "does not match")
    url = with_body_hash("https://example.com/hook", JSON_BODY)
    signed = sign(url, JSON_BODY, "application/json", shared_key=("porting", SECRET))
    verify(url, JSON_BODY, signed, shared_keys=KEYS)
    refused(url, JSON_BODY + b" ", signed, "bodySHA256 was made of")


@pytest.mark.parametrize(
    "settings",
    [
        "key=porting,algorithm=HMAC_SHA256",
        " algorithm = hmac_sha256 , key = porting ",
        "key=porting,algorithm=HMAC_SHA256,version=2",
    ],
)
def test_spellings_of_the_settings(settings: str) -> None:
    given = headers(mac(URL, SECRET, "sha256"), None, settings)
    verify(URL, b"", given, shared_keys=KEYS)


@pytest.mark.parametrize(
    ("settings", "match"),
    [
        ("", "does not name"),
        ("key=porting", "does not name"),
        ("algorithm=HMAC_SHA256", "not given"),
        ("key=,algorithm=HMAC_SHA256", "not given"),
        ("key=unknown,algorithm=HMAC_SHA256", "not given"),
        ("key=Porting,algorithm=HMAC_SHA256", "not given"),
        ("key=porting,algorithm=HMAC_SHA1", "does not name"),
        ("key=porting,algorithm=none", "does not name"),
        ("key=porting;algorithm=HMAC_SHA256", "does not name"),
        ("key=unknown,key=porting,algorithm=HMAC_SHA256", "twice"),
        ("key=porting,algorithm=HMAC_SHA256,algorithm=HMAC_SHA256", "twice"),
    ],
)
@pytest.mark.parametrize("secret", [TOKEN, SECRET])
@pytest.mark.parametrize("digest", ["sha1", "sha256"])
def test_settings_that_name_no_key_of_ours(settings: str, match: str, secret: str, digest: str) -> None:
    refused(URL, b"", headers(mac(URL, secret, digest), None, settings), match)


def test_the_one_kind_of_key_never_stands_in_for_the_other() -> None:
    named = "key=porting,algorithm=HMAC_SHA256"
    for secret in (TOKEN, SECRET):
        for digest in ("sha1", "sha256"):
            with_settings = headers(mac(URL, secret, digest), None, named)
            refused(URL, b"", with_settings, "not given", auth_token=TOKEN)
            without = headers(mac(URL, secret, digest), None)
            refused(URL, b"", without, "auth token", shared_keys=KEYS)
    refused(URL, b"", headers(mac(URL, TOKEN, "sha256"), None), "does not match")
    refused(URL, b"", headers(mac(URL, SECRET, "sha1"), None), "does not match")


@pytest.mark.parametrize(
    "keys",
    [
        {},
        {"auth_token": None, "shared_keys": None},
        {"auth_token": ""},
        {"auth_token": "", "shared_keys": {}},
        {"auth_token": 12345},
        {"auth_token": b"12345"},
        {"auth_token": "\ud800"},
        {"auth_token": []},
        {"auth_token": [TOKEN, ""]},
        {"auth_token": [TOKEN, None]},
        {"auth_token": {TOKEN}},
        {"auth_token": TOKEN.encode()},
        {"shared_keys": {"porting": ""}},
        {"shared_keys": {"porting": None}},
        {"shared_keys": [("porting", SECRET)]},
        {"auth_token": TOKEN, "shared_keys": {"porting": ""}},
    ],
)
def test_a_key_is_needed(keys: dict[str, Any]) -> None:
    with pytest.raises(ConfigurationError):
        verify(URL, BODY, headers(mac(URL, "")), **keys)


def test_sign_agrees_with_the_vector_and_verify() -> None:
    assert sign(URL, BODY, FORM, auth_token=TOKEN) == headers(VECTOR)
    signed = sign(URL, b"", None, shared_key=("porting", SECRET))
    assert signed == headers(mac(URL, SECRET, "sha256"), None, "key=porting,algorithm=HMAC_SHA256")
    verify(URL, b"", signed, shared_keys=KEYS)


@pytest.mark.parametrize(
    ("url", "body", "content_type", "shared_key"),
    [
        (URL, JSON_BODY, "application/json", None),
        (URL, b"a&b", FORM, None),
        ("example.com", b"", None, None),
        ("https://example.com/\ud800", b"", None, None),
        (URL, b"", None, ("a,b", "x")),
        (URL, b"", None, ("a=b", "x")),
        (URL, b"", None, ("", "x")),
    ],
)
def test_sign_refuses_what_verify_would(
    url: str, body: bytes, content_type: str | None, shared_key: tuple[str, str] | None
) -> None:
    with pytest.raises(InvalidArgumentError):
        sign(url, body, content_type, shared_key=shared_key, auth_token=None if shared_key else TOKEN)


@pytest.mark.parametrize(
    "keys",
    [{}, {"auth_token": ""}, {"auth_token": TOKEN, "shared_key": ("a", "b")}, {"shared_key": ("a", "")}],
)
def test_sign_takes_one_key(keys: dict[str, Any]) -> None:
    with pytest.raises(ConfigurationError):
        sign(URL, BODY, FORM, **keys)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://example.com", "https://example.com?bodySHA256={}"),
        ("https://example.com/?x=1", "https://example.com/?x=1&bodySHA256={}"),
        ("https://example.com/#f?", "https://example.com/?bodySHA256={}#f?"),
    ],
)
def test_the_hash_goes_into_the_query(url: str, expected: str) -> None:
    assert with_body_hash(url, b"x") == expected.format(hashlib.sha256(b"x").hexdigest())
    with pytest.raises(InvalidArgumentError):
        with_body_hash(with_body_hash(url, b"x"), b"x")


def test_no_error_repeats_what_came() -> None:
    number = "%2B15555550100"
    for body, content_type in [(f"To={number}&x", FORM), (f"To={number}", FORM), (number, "text/plain")]:
        with pytest.raises(WebhookError) as caught:
            verify(
                f"https://example.com/{number}",
                body.encode(),
                headers("5555550100", content_type),
                auth_token=TOKEN,
            )
        assert "555" not in repr(caught.value)
        assert caught.value.__cause__ is None


def test_webhooks_bring_no_web_framework() -> None:
    code = (
        "import sys, twilio_numbers_async.webhooks\n"
        "print([name for name in ('starlette', 'fastapi', 'phonenumbers') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
