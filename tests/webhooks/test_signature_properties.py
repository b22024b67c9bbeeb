"""verify against Twilio's own validator, and against everything that hypothesis can think of."""

from __future__ import annotations

import importlib
import random
from collections.abc import Mapping
from typing import Any, Protocol, cast
from urllib.parse import urlencode

import pytest
from hypothesis import given, settings, strategies as st

from twilio_numbers_async.errors import WebhookError
from twilio_numbers_async.webhooks import sign, verify, with_body_hash

FORM = "application/x-www-form-urlencoded"
TOKEN = "a" * 32
KEYS = {"porting": "s" * 40}
SETTINGS_HEADER = "X-Twilio-Webhooks-Signature-Settings"

quick = settings(max_examples=200, deadline=None)


class Validator(Protocol):
    """twilio-python's RequestValidator, which is not typed."""

    def compute_signature(self, uri: str, params: object, algorithm: str | None = None) -> str: ...
    def validate(self, uri: str, params: object, signature: str, algorithm: str | None = None) -> bool: ...


def validator(secret: str) -> Validator:
    return cast("Validator", importlib.import_module("twilio.request_validator").RequestValidator(secret))


class Parameters(dict[str, list[str]]):
    """Repeated parameters as twilio-python takes them."""

    def getlist(self, name: str) -> list[str]:
        return self[name]


def accepts(url: str, body: bytes, headers: Mapping[str, str], token: str, keys: Mapping[str, str]) -> bool:
    try:
        verify(url, body, headers, auth_token=token, shared_keys=keys)
    except WebhookError:
        return False
    return True


def random_text(dice: random.Random, most: int = 8) -> str:
    alphabet = "abcXYZ019_-.~ +&=%?#/:'\"\\\n\t\x00äß€漢📞"
    return "".join(dice.choices(alphabet, k=dice.randint(0, most)))


def random_parameters(dice: random.Random) -> Parameters:
    names = [random_text(dice, 5) or "From" for _ in range(dice.randint(0, 6))]
    return Parameters(
        {name: [random_text(dice) for _ in range(dice.choice([1, 1, 1, 2, 3]))] for name in names}
    )


def random_url(dice: random.Random) -> str:
    scheme = dice.choice(["http", "https"])
    host = dice.choice(["example.com", "hooks.example.org", "127.0.0.1", "localhost"])
    port = dice.choice(["", "", "", ":80", ":443", ":8080"])
    path = dice.choice(["/", "/porting", "/a/b%20c", "/x.php", "/~me/"])
    query = dice.choice(["", "", "?a=1", "?a=1&b=%26&a=2", f"?bodySHA256={'0' * 64}"])
    return f"{scheme}://{host}{port}{path}{query}"


def other_url(dice: random.Random, url: str) -> str:
    """A URL that the server may take for the one that was signed: rightly or wrongly."""
    host = url.split("/")[2]
    bare = host.partition(":")[0]
    return dice.choice(
        [
            url.replace(host, bare, 1),
            url.replace(host, f"{bare}:{dice.choice([80, 443, 8080])}", 1),
            url.replace("http", "https", 1),
            url + dice.choice(["x", "&x=1", "/"]),
        ]
    )


def test_agrees_with_twilios_validator_on_5000_form_requests() -> None:
    dice = random.Random(20240514)
    genuine = 0
    for number in range(5000):
        url, parameters = random_url(dice), random_parameters(dice)
        shared = number % 3 == 0
        secret, algorithm = (KEYS["porting"], "HMAC_SHA256") if shared else (TOKEN, "HMAC_SHA1")
        theirs = validator(secret)
        signature = theirs.compute_signature(url, parameters, algorithm)
        called = other_url(dice, url) if dice.random() < 0.4 else url
        if parameters and dice.random() < 0.2:
            name = dice.choice(list(parameters))
            parameters[name] = dice.choice([[*parameters[name], ""], ["other"], parameters[name] * 2])
        if dice.random() < 0.1:
            signature = signature.swapcase()
        body = urlencode(parameters, doseq=True).encode()
        headers = {"X-Twilio-Signature": signature, "Content-Type": FORM}
        if shared:
            headers[SETTINGS_HEADER] = f"key=porting,algorithm={algorithm}"
        if not body and "bodySHA256" in called:
            continue  # a hash that is not the empty body's: ours looks, theirs does not
        expected = theirs.validate(called, parameters, signature, algorithm)
        assert accepts(called, body, headers, TOKEN, KEYS) is expected, (called, body)
        genuine += expected
    assert 2000 < genuine < 4500


def test_right_where_twilios_validator_is_wrong() -> None:
    theirs = validator(TOKEN)
    url, body = "https://example.com/hook", b'{"status": "PortInCompleted"}'

    # JSON without bodySHA256: signed as if there were no body, or as if the JSON were parameters.
    for text in ("", body.decode()):
        signature = theirs.compute_signature(url + text, {})
        assert not accepts(
            url, body, {"X-Twilio-Signature": signature, "Content-Type": "application/json"}, TOKEN, {}
        )
    signature = theirs.compute_signature(url, {"status": "PortInCompleted"})
    assert theirs.validate(url, {"status": "PortInCompleted"}, signature)
    assert not accepts(
        url, body, {"X-Twilio-Signature": signature, "Content-Type": "application/json"}, TOKEN, {}
    )

    # A body that is bytes, with its hash; and one that is not even text.
    for raw in (body, b"\xff\x00"):
        hashed = with_body_hash(url, raw)
        signature = theirs.compute_signature(hashed, {})
        assert accepts(hashed, raw, {"X-Twilio-Signature": signature}, TOKEN, {})

    # No header, an empty one; userinfo and IPv6 beside a port.
    assert not accepts(url, b"", {}, TOKEN, {})
    assert not accepts(url, b"", {"X-Twilio-Signature": ""}, TOKEN, {})
    for host in ("[2001:db8::1]", "user:secret@example.com", "user:secret@[::1]"):
        signature = theirs.compute_signature(f"https://{host}/hook", {})
        assert accepts(f"https://{host}:443/hook", b"", {"X-Twilio-Signature": signature}, TOKEN, {})


texts = st.text(st.characters(), max_size=30)
names = st.sampled_from(["X-Twilio-Signature", "x-twilio-signature", SETTINGS_HEADER, "Content-Type", "Host"])
values = st.one_of(
    texts,
    st.sampled_from(
        [FORM, "application/json", "key=porting,algorithm=HMAC_SHA256", "key=porting,,=", "AAAA"]
    ),
)
anything = st.one_of(
    st.none(), st.integers(), texts, st.binary(max_size=30), st.lists(st.integers(), max_size=2)
)
urls = st.one_of(
    anything,
    st.builds("https://{}/{}?{}".format, texts, texts, st.one_of(texts, st.just("bodySHA256=" + "0" * 64))),
)
bodies = st.one_of(anything, st.binary(), st.text("ab=&%+20F").map(str.encode))
header_sets = st.one_of(
    anything,
    st.dictionaries(
        st.one_of(names, anything.filter(lambda x: not isinstance(x, list))), st.one_of(values, anything)
    ),
    st.lists(st.tuples(names, values)),
    st.lists(st.tuples(names.map(str.encode), st.binary(max_size=30))),
    st.lists(st.one_of(anything, st.tuples(anything, anything))),
)


@quick
@given(urls, bodies, header_sets, st.sampled_from([{}, KEYS]))
def test_no_input_makes_it_raise_anything_else(
    url: Any, body: Any, headers: Any, keys: dict[str, str]
) -> None:
    with pytest.raises(WebhookError):
        verify(url, body, headers, auth_token=TOKEN, shared_keys=keys)


parameter_sets = st.sets(st.tuples(st.text(max_size=6), st.text(max_size=10)), max_size=5)
good_urls = st.builds(
    "{}://{}{}{}{}".format,
    st.sampled_from(["http", "https"]),
    st.sampled_from(["example.com", "[::1]", "me:pw@example.com"]),
    st.sampled_from(["", ":80", ":443", ":8", ":44"]),
    st.sampled_from(["", "/", "/porting/hook", "/%20"]),
    st.sampled_from(["", "?x=1", "?x=1&y=%3F"]),
)


@st.composite
def genuine_requests(draw: st.DrawFn) -> tuple[str, bytes, dict[str, str]]:
    url = draw(good_urls)
    key: dict[str, Any] = draw(
        st.sampled_from([{"auth_token": TOKEN}, {"shared_key": ("porting", KEYS["porting"])}])
    )
    if draw(st.booleans()):
        body = urlencode(sorted(draw(parameter_sets) - {("", "")})).encode()
        return url, body, sign(url, body, FORM, **key)
    body = draw(st.binary(max_size=40))
    url = with_body_hash(url, body)
    return url, body, sign(url, body, draw(st.sampled_from(["application/json", "", "text/plain"])), **key)


@st.composite
def changed(draw: st.DrawFn, text: bytes) -> bytes:
    """The text with one byte replaced, put in or taken out."""
    place = draw(st.integers(0, len(text)))
    kept = draw(st.integers(0, 1)) if place < len(text) else 0
    likely = st.sampled_from(b"&=%+ :@/?#\x00aA09")
    put = draw(st.one_of(st.integers(0, 255), likely).map(lambda byte: bytes([byte])))
    if kept:
        put = draw(st.sampled_from([put, b""]))
    return text[:place] + put + text[place + kept :]


@quick
@given(genuine_requests())
def test_what_is_signed_is_accepted(request: tuple[str, bytes, dict[str, str]]) -> None:
    assert accepts(*request, TOKEN, KEYS)


@settings(max_examples=500, deadline=None)
@given(genuine_requests(), st.sampled_from(["url", "body", "signature"]), st.data())
def test_no_changed_byte_is_accepted(
    request: tuple[str, bytes, dict[str, str]], part: str, data: st.DataObject
) -> None:
    url, body, headers = request
    before = {"url": url.encode(), "body": body, "signature": headers["X-Twilio-Signature"].encode()}
    after = before | {part: data.draw(changed(before[part]))}
    if after == before:
        return
    signed = headers | {"X-Twilio-Signature": after["signature"].decode("latin-1")}
    assert not accepts(after["url"].decode("latin-1"), after["body"], signed, TOKEN, KEYS)
