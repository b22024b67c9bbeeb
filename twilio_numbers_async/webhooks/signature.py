"""Checks and makes the signatures of webhooks.

What is signed is one string: the URL as Twilio called it, and behind it, for a form body, every parameter's
name and value. Any other body is tied to the URL by its hash, in the query as ``bodySHA256``. That string has
no separators, so it can be read in several ways; the rules here leave a form body one way to be written:

- The Content-Type alone decides what a body is: a form is checked by its parameters, whatever the query says.
- A form has a ``=`` in every parameter and is percent-encoded as encoders do it (upper-case hex, nothing raw
  that needs encoding, such as a ``;`` at which some split a form, UTF-8). ``a&b`` and ``a=b`` give one string,
  so the first of them is refused.
- ``bodySHA256`` stands in the query once, and what it says of an empty body has to be true as well.
- A header that matters and comes twice is refused: a proxy and the app might each read another one.

What the scheme itself leaves open stays open: ``ab=c`` and ``a=bc`` give one string, and so do parameters in
any order and the same one sent twice. Read names that you know, and rely on neither order nor count.

The header ``X-Twilio-Webhooks-Signature-Settings`` alone decides the key. Without it, it is the auth token
(SHA-1), of which there are two while one is rotated; with it, the shared key that it names (SHA-256). A header
that names no key of yours, or another algorithm, is refused, and the one kind of key never stands in for the
other.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Callable, Iterable, Mapping
from typing import TypeAlias, cast
from urllib.parse import unquote_plus, unquote_to_bytes

from ..errors import ConfigurationError, InvalidArgumentError, WebhookError
from .keys import SETTINGS, SHARED_KEY_ALGORITHM, AuthToken, Keys, SharedKeys

__all__ = ["FORM", "Headers", "is_form", "sign", "verify", "verify_with", "with_body_hash"]

Headers: TypeAlias = Mapping[str, str] | Iterable[tuple[str, str]] | Iterable[tuple[bytes, bytes]]

SIGNATURE = "X-Twilio-Signature"
CONTENT_TYPE = "Content-Type"
BODY_HASH = "bodySHA256"
FORM = "application/x-www-form-urlencoded"

_URL = re.compile(r"(https?)://([^/?#]*)(.*)", re.IGNORECASE | re.DOTALL)
_HOST = re.compile(r"(\[[^\[\]]+\]|[^:\[\]]+)(?::([0-9]{1,5}))?")
_NOT_FORM = re.compile(rb"[^!-~]|;|%(?![0-9A-F]{2})")
_KEY_NAME = re.compile(r"[^\s,=]+", re.ASCII)
_WANTED = {name.lower(): name for name in (SIGNATURE, SETTINGS, CONTENT_TYPE)}
_DEFAULT_PORTS = {"http": "80", "https": "443"}


def verify(
    url: str,
    body: bytes,
    headers: Headers,
    *,
    auth_token: AuthToken | None = None,
    shared_keys: SharedKeys | None = None,
) -> None:
    """Return if the webhook is from Twilio, raise if it is not.

    ``url`` is the whole public URL that Twilio called, with its query; the port may be missing or be there.
    ``body`` is the raw body. ``headers`` is a mapping or pairs of text or bytes (as in an ASGI scope), with
    names in any case. ``auth_token`` is the account's, never an API key's secret; while it is rotated, a list of
    the old and the new one, and either is accepted. ``shared_keys`` maps the name of a shared key to its secret.

    Raises WebhookError, whatever the input; ConfigurationError when no key was given (an empty one is none).
    No secret is left in the variables of an error's frames.
    """
    keys = Keys(auth_token, shared_keys)
    del auth_token, shared_keys
    keys.check()
    verify_with(keys, url, body, headers)


def verify_with(keys: Keys, url: str, body: bytes, headers: Headers) -> None:
    """Do what ``verify`` does, with keys that were checked before."""
    refusal = _refusal(url, body, headers, keys)
    if refusal is not None:
        raise WebhookError(refusal)


def sign(
    url: str,
    body: bytes,
    content_type: str | None,
    *,
    auth_token: str | None = None,
    shared_key: tuple[str, str] | None = None,
) -> dict[str, str]:
    """The headers with which Twilio would send this body to this URL: for tests and stand-ins of Twilio.

    ``shared_key`` is a key's name and secret. A body that is no form needs its hash in the URL first:
    ``url = with_body_hash(url, body)``. ``content_type`` is None only where there is no body.

    Raises InvalidArgumentError for what ``verify`` would refuse, ConfigurationError without exactly one key.
    """
    one_key = (auth_token is None) != (shared_key is None)
    name = None if shared_key is None else shared_key[0]
    keys = Keys(auth_token, None if shared_key is None else dict([shared_key]))
    del auth_token, shared_key
    if not one_key:
        raise ConfigurationError("Give auth_token or shared_key, one of them")
    keys.check()
    headers = {} if content_type is None else {CONTENT_TYPE: content_type}
    if name is not None:
        if not _KEY_NAME.fullmatch(name):
            raise InvalidArgumentError("A key's name has no comma, '=' or blank", argument="shared_key")
        headers[SETTINGS] = f"key={name},algorithm={SHARED_KEY_ALGORITHM}"
    try:
        _variants(url)
        text = url.encode() + _signed_of_body(url, body, content_type)
    except (WebhookError, UnicodeError) as error:
        reason = error if isinstance(error, WebhookError) else "The URL is not text that can be sent"
        raise InvalidArgumentError(str(reason)) from None
    return headers | {SIGNATURE: keys.signer(headers.get(SETTINGS)).sign(text)}


def with_body_hash(url: str, body: bytes) -> str:
    """The URL with the body's ``bodySHA256`` in its query, as Twilio calls it with a body that is no form."""
    if _body_hashes(url):
        raise InvalidArgumentError(f"The URL has a {BODY_HASH} already", argument="url")
    address, hash_sign, fragment = url.partition("#")
    separator = "&" if "?" in address else "?"
    return f"{address}{separator}{BODY_HASH}={hashlib.sha256(body).hexdigest()}{hash_sign}{fragment}"


def is_form(content_type: str | None) -> bool:
    """True for the Content-Type of a form whose parameters are signed."""
    return content_type is not None and content_type.partition(";")[0].strip().lower() == FORM


def _refusal(url: object, body: object, headers: Headers, keys: Keys) -> str | None:
    """The reason why a webhook is not genuine; None for one that is."""
    try:
        genuine = _is_genuine(url, body, headers, keys)
        return None if genuine else "The signature does not match the URL and the body"
    except WebhookError as error:
        return str(error)
    except Exception:  # noqa: BLE001 - a stranger chose the input: whatever goes wrong, the answer is no
        return "The webhook cannot be read"


def _is_genuine(url: object, body: object, headers: Headers, keys: Keys) -> bool:
    if not isinstance(url, str):
        raise WebhookError("The URL is not text")
    if not isinstance(body, bytes | bytearray):
        raise WebhookError("The body is not bytes")
    found = _read_headers(headers)
    if SIGNATURE not in found:
        raise WebhookError(f"There is no {SIGNATURE} header")
    signer = keys.signer(found.get(SETTINGS))
    behind_url = _signed_of_body(url, bytes(body), found.get(CONTENT_TYPE))
    texts = [variant.encode() + behind_url for variant in _variants(url)]
    return signer.is_genuine(texts, found[SIGNATURE].encode())


def _read_headers(headers: Headers) -> dict[str, str]:
    items = cast("Callable[[], Iterable[tuple[str, str]]] | None", getattr(headers, "items", None))
    pairs = cast("Iterable[tuple[str | bytes, str | bytes]]", headers if items is None else items())
    found: dict[str, str] = {}
    for raw_name, raw_value in pairs:
        text = raw_name.decode("latin-1") if isinstance(raw_name, bytes) else raw_name
        name = _WANTED.get(text.lower())
        if name is None:
            continue
        if name in found:
            raise WebhookError(f"The header {name} came twice")
        found[name] = raw_value.decode("latin-1") if isinstance(raw_value, bytes) else raw_value
    return found


def _signed_of_body(url: str, body: bytes, content_type: str | None) -> bytes:
    """The text that the body adds to the signed string: a form its parameters, any other body nothing."""
    form = is_form(content_type)
    if form and body:
        return _form_parameters(body)
    hashes = _body_hashes(url)
    # Nothing but a form, or no body at all, may do without; where the hash is there it has to be true, or a
    # signed body could be cut off together with its Content-Type.
    needs_hash = bool(body) or not (form or content_type is None)
    if needs_hash and not hashes:
        raise WebhookError(f"The body is no form, and the URL has no {BODY_HASH} for it")
    if len(hashes) > 1:
        raise WebhookError(f"The URL has more than one {BODY_HASH}")
    expected = hashlib.sha256(body).hexdigest().encode()
    if hashes and not hmac.compare_digest(expected, hashes[0].encode()):
        raise WebhookError(f"The body is not the one that {BODY_HASH} was made of")
    return b""


def _form_parameters(body: bytes) -> bytes:
    if _NOT_FORM.search(body):
        raise WebhookError("The form body is not encoded as forms are")
    parameters: set[tuple[bytes, bytes]] = set()
    for pair in body.split(b"&"):
        name, equals, value = pair.partition(b"=")
        if not equals or pair == b"=":
            raise WebhookError("The form body has a parameter without a name or without '='")
        parameters.add((_unquote(name), _unquote(value)))
    return b"".join(name + value for name, value in sorted(parameters))


def _unquote(text: bytes) -> bytes:
    plain = unquote_to_bytes(text.replace(b"+", b" "))
    try:
        plain.decode()
    except UnicodeDecodeError:
        raise WebhookError("The form body is not UTF-8") from None
    return plain


def _body_hashes(url: str) -> list[str]:
    query = url.partition("#")[0].partition("?")[2]
    pairs = (pair.partition("=") for pair in query.split("&"))
    return [value for name, _, value in pairs if unquote_plus(name) == BODY_HASH]


def _variants(url: str) -> list[str]:
    """The URL as it is, and with the default port added or the port taken away."""
    parts = _URL.fullmatch(url)
    if parts is None:
        raise WebhookError("The URL is not a whole http or https URL")
    scheme, authority, rest = parts.groups()
    userinfo, at, host_and_port = authority.rpartition("@")
    host = _HOST.fullmatch(host_and_port)
    if host is None:
        raise WebhookError("The URL has no host, or a port that is none")
    name, port = host.groups()
    other = name if port else f"{name}:{_DEFAULT_PORTS[scheme.lower()]}"
    return [url, f"{scheme}://{userinfo}{at}{other}{rest}"]
