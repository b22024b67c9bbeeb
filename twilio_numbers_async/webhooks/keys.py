"""The secrets that webhooks are signed with, held so that neither a repr nor an error's frames show them."""

from __future__ import annotations

import base64
import hmac
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias, cast

from ..errors import ConfigurationError, WebhookError

__all__ = ["SETTINGS", "SHARED_KEY_ALGORITHM", "AuthToken", "Keys", "SharedKeys", "Signer"]

AuthToken: TypeAlias = str | Sequence[str]
"""The account's auth token, or several of them while one is rotated."""
SharedKeys: TypeAlias = Mapping[str, str]
"""A shared key's name -> its secret."""

SETTINGS = "X-Twilio-Webhooks-Signature-Settings"
SHARED_KEY_ALGORITHM = "HMAC_SHA256"


class Signer:
    """The secrets that one webhook may be signed with, and the digest."""

    __slots__ = ("_digest", "_secrets")

    def __init__(self, secrets: Iterable[str], digest: str) -> None:
        self._secrets = tuple(secrets)
        self._digest = digest

    def is_genuine(self, texts: Iterable[bytes], signature: bytes) -> bool:
        """True if one of the secrets makes this signature of one of the texts. All are tried, whatever fits."""
        genuine = False
        for text in texts:
            for secret in self._secrets:
                genuine |= hmac.compare_digest(_mac(secret, text, self._digest), signature)
        return genuine

    def sign(self, text: bytes) -> str:
        """The signature that the first secret makes."""
        return _mac(self._secrets[0], text, self._digest).decode()


class Keys:
    """Auth tokens and shared keys. To make them raises nothing; ``check`` says what is wrong with them.

    An error keeps the variables of the frames that it leaves, and error trackers store them. So who is given secrets
    puts them in here, deletes the names, and goes on.
    """

    __slots__ = ("_auth_tokens", "_shared_keys", "_wrong")

    def __init__(self, auth_token: object, shared_keys: object) -> None:
        self._wrong = _wrong_with(auth_token, shared_keys)
        self._auth_tokens: tuple[str, ...] = ()
        self._shared_keys: SharedKeys = {}
        if self._wrong is None:
            self._auth_tokens = _tokens(cast("AuthToken | None", auth_token))
            self._shared_keys = cast("SharedKeys", shared_keys or {})

    def __repr__(self) -> str:
        return f"Keys({len(self._auth_tokens)} auth tokens, {len(self._shared_keys)} shared keys)"

    def check(self) -> None:
        """Raise ConfigurationError unless there is a key to check with, and each one given can be used."""
        if self._wrong is not None:
            raise ConfigurationError(self._wrong)

    def signer(self, settings: str | None) -> Signer:
        """The signer that the settings header asks for. Raises WebhookError for a key that is not given."""
        if settings is None:
            if not self._auth_tokens:
                raise WebhookError(
                    "The webhook is signed with the auth token, and only shared keys are given"
                )
            return Signer(self._auth_tokens, "sha1")
        fields: dict[str, str] = {}
        for part in settings.split(","):
            name, _, value = (text.strip() for text in part.partition("="))
            if name in fields:
                raise WebhookError(f"The header {SETTINGS} names something twice")
            fields[name] = value
        if fields.get("algorithm", "").upper() != SHARED_KEY_ALGORITHM:
            raise WebhookError(f"The header {SETTINGS} does not name {SHARED_KEY_ALGORITHM}")
        secret = self._shared_keys.get(fields.get("key", ""))
        if secret is None:
            raise WebhookError("The webhook is signed with a shared key that is not given")
        return Signer([secret], "sha256")


def _tokens(auth_token: AuthToken | None) -> tuple[str, ...]:
    if not auth_token:
        return ()
    return (auth_token,) if isinstance(auth_token, str) else tuple(auth_token)


def _wrong_with(auth_token: object, shared_keys: object) -> str | None:
    """The reason why these are no keys, in words that repeat none of them."""
    if not auth_token and not shared_keys:
        return "Give auth_token, shared_keys or both: without a key no webhook can be checked"
    if auth_token:
        if isinstance(auth_token, bytes | bytearray) or not isinstance(auth_token, str | Sequence):
            return "auth_token has to be text, or a list of texts"
        if isinstance(auth_token, str):
            return _wrong_with_secret(auth_token, "auth_token") or _wrong_with_shared(shared_keys)
        for position, token in enumerate(cast("Sequence[object]", auth_token)):
            if (wrong := _wrong_with_secret(token, f"auth_token[{position}]")) is not None:
                return wrong
    return _wrong_with_shared(shared_keys)


def _wrong_with_shared(shared_keys: object) -> str | None:
    if not shared_keys:
        return None
    if not isinstance(shared_keys, Mapping):
        return "shared_keys maps a key's name to its secret"
    secrets = cast("Mapping[object, object]", shared_keys).values()
    found = (_wrong_with_secret(secret, "The secret of a shared key") for secret in secrets)
    return next((wrong for wrong in found if wrong is not None), None)


def _wrong_with_secret(secret: object, what: str) -> str | None:
    if not isinstance(secret, str) or not secret:
        return f"{what} has to be text that is not empty"
    try:
        secret.encode()
    except UnicodeEncodeError:
        return f"{what} has a character that cannot be encoded"
    return None


def _mac(secret: str, text: bytes, digest: str) -> bytes:
    return base64.b64encode(hmac.digest(secret.encode(), text, digest))
