"""The parameters of IncomingPhoneNumbers by their snake_case names, and what is checked before they are sent."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal, TypedDict
from urllib.parse import parse_qsl

from ...errors import InvalidArgumentError, invalid
from ...models import EmergencyStatus, HttpMethod, VoiceReceiveMode
from ...models.validate import is_web_address
from ...phone import checked_e164
from ...transport.request import Value, form_body
from .phone_numbers import Check, area_code, choice, filled, flag, parameters, pascal, sid_or_blank, text

__all__ = [
    "Changes",
    "IncomingPhoneNumberFilters",
    "IncomingPhoneNumberKind",
    "IncomingPhoneNumberOptions",
    "filter_parameters",
    "option_parameters",
    "which_number",
]

IncomingPhoneNumberKind = Literal["local", "mobile", "toll_free"]
"""The kinds that an account's numbers are listed and bought by."""


class IncomingPhoneNumberOptions(TypedDict, total=False):
    """Options that can be set when a number is bought or updated. None is not sent, ``""`` clears a field.

    URLs are complete (``https://example.com/voice``), a name has at most 64 characters, methods are ``GET`` or
    ``POST``; SIDs begin with ``AP`` (applications), ``AD`` (addresses), ``RI`` (identity), ``TK`` (trunk), ``BU``
    (bundle).
    """

    api_version: str | None
    friendly_name: str | None
    sms_application_sid: str | None
    sms_fallback_method: HttpMethod | str | None
    sms_fallback_url: str | None
    sms_method: HttpMethod | str | None
    sms_url: str | None
    status_callback: str | None
    status_callback_method: HttpMethod | str | None
    voice_application_sid: str | None
    voice_caller_id_lookup: bool | None
    voice_fallback_method: HttpMethod | str | None
    voice_fallback_url: str | None
    voice_method: HttpMethod | str | None
    voice_url: str | None
    emergency_status: EmergencyStatus | str | None
    emergency_address_sid: str | None
    trunk_sid: str | None
    identity_sid: str | None
    address_sid: str | None
    voice_receive_mode: VoiceReceiveMode | str | None
    bundle_sid: str | None


class IncomingPhoneNumberFilters(TypedDict, total=False):
    """The filters of an account's numbers. ``phone_number`` may be a part, with ``*`` for any digit;
    ``origin`` is ``twilio`` or ``hosted``.
    """

    beta: bool | None
    friendly_name: str | None
    phone_number: str | None
    origin: str | None


_MAX_NAME = 64


def _url(value: object, argument: str) -> str:
    url = text(value, argument)
    if url and not is_web_address(url):
        raise invalid(argument, "must be a complete URL that starts with https:// or http://, without blanks")
    return url


def _name(value: object, argument: str) -> str:
    name = text(value, argument)
    if len(name) > _MAX_NAME:
        raise invalid(argument, f"is {len(name):,} characters long; at most {_MAX_NAME} are allowed")
    return name


_is_pattern = re.compile(r"\+?[0-9*]{1,15}").fullmatch
_method = choice(HttpMethod)
_OPTIONS: dict[str, Check] = {
    "api_version": text,
    "friendly_name": _name,
    "sms_application_sid": sid_or_blank("AP"),
    "sms_fallback_method": _method,
    "sms_fallback_url": _url,
    "sms_method": _method,
    "sms_url": _url,
    "status_callback": _url,
    "status_callback_method": _method,
    "voice_application_sid": sid_or_blank("AP"),
    "voice_caller_id_lookup": flag,
    "voice_fallback_method": _method,
    "voice_fallback_url": _url,
    "voice_method": _method,
    "voice_url": _url,
    "emergency_status": choice(EmergencyStatus),
    "emergency_address_sid": sid_or_blank("AD"),
    "trunk_sid": sid_or_blank("TK"),
    "identity_sid": sid_or_blank("RI"),
    "address_sid": sid_or_blank("AD"),
    "voice_receive_mode": choice(VoiceReceiveMode),
    "bundle_sid": sid_or_blank("BU"),
}


def _pattern(value: object, argument: str) -> str:
    """A number or a part of one; anything else matches none."""
    if not _is_pattern(filled(value, argument)):
        raise invalid(
            argument,
            "must be a number or a part of one: up to 15 digits, * for any one of them, + at the start",
        )
    return text(value, argument)


_NAMES = {pascal(name): name for name in _OPTIONS}
_FILTERS: dict[str, Check] = {
    "beta": flag,
    "friendly_name": filled,
    "phone_number": _pattern,
    "origin": filled,
}


def option_parameters(options: Mapping[str, object]) -> dict[str, Value]:
    """The options by Twilio's names. Raises InvalidArgumentError."""
    return parameters(options, _OPTIONS, "option of a number")


def filter_parameters(filters: Mapping[str, object]) -> dict[str, Value]:
    """The filters by Twilio's names. Raises InvalidArgumentError."""
    return parameters(filters, _FILTERS, "filter of an account's numbers")


def which_number(phone_number: str | None, code: str | int | None, kind: str | None) -> dict[str, str]:
    """The parameters of a purchase: a number, or any number in an area code. Raises InvalidArgumentError."""
    if (phone_number is None) == (code is None):
        raise InvalidArgumentError("Give either phone_number or area_code", argument="phone_number")
    if phone_number is not None:
        return {"PhoneNumber": checked_e164(phone_number, "phone_number")}
    if kind is not None:
        raise invalid("area_code", "goes without kind: a number of one kind is bought by its phone_number")
    return {"AreaCode": area_code(code, "area_code")}


class Changes:
    """Makes the changes of a bulk update into keys: the number, and the form that is sent for it."""

    def __init__(self) -> None:
        self._set: dict[str, dict[str, str]] = {}

    def key(self, number: str, options: Mapping[str, object]) -> tuple[str, str]:
        """The key of a change to ``number``, which is a SID or E.164 already.

        Raises InvalidArgumentError for options that cannot be sent, and as ``claim`` does.
        """
        form = form_body(dict(sorted(changed(options).items()))).decode()
        self.claim(number, form)
        return number, form

    def claim(self, number: str, form: str) -> None:
        """Note what is set on a number.

        Raises InvalidArgumentError where an earlier change gives the same field of the same number another value:
        the changes run side by side, so that either could win.
        """
        so_far, wanted = self._set.setdefault(number, {}), dict(parse_qsl(form, keep_blank_values=True))
        for twilio_name, value in wanted.items():
            if so_far.get(twilio_name, value) != value:
                name = _NAMES[twilio_name]
                raise invalid(name, "of this number is set to something else by an earlier change")
        so_far.update(wanted)


def changed(options: Mapping[str, object]) -> dict[str, Value]:
    """The options by Twilio's names. Raises InvalidArgumentError where there are none: nothing would change."""
    form = option_parameters(options)
    if not form:
        raise InvalidArgumentError("There is nothing to update: give at least one option", argument="options")
    return form
