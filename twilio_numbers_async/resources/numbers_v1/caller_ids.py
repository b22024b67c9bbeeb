"""Caller ids: prove by a code that a number is yours, so that it may be shown as who calls."""

from __future__ import annotations

from collections.abc import Callable

from ...errors import InvalidArgumentError
from ...models.api_2010.incoming_phone_numbers import HttpMethod
from ...models.numbers_v1.caller_ids import (
    CallerIdSmsCheck,
    CallerIdSmsCheckCreate,
    CallerIdSmsVerification,
    CallerIdSmsVerificationCreate,
    CallerIdVoiceVerification,
    CallerIdVoiceVerificationCreate,
)
from ...models.validate import is_web_address
from ...phone import to_e164
from ..api_2010.phone_numbers import text
from ..base import Resource, enum_value, foreign_number
from ..endpoints import post

__all__ = ["CallerIdsResource"]

_PATH = "/v1/CallerIds"
_LONGEST_DELAY = 60
_AGAIN = "a code that arrives shows that it did; start another verification if none does"

START_SMS = post(
    "CreateSmsVerification",
    f"{_PATH}/SmsVerifications",
    CallerIdSmsVerification,
    receipt="verification_sid",
    settled_by=_AGAIN,
)  # each sends a code
CHECK_SMS = post(
    "CreateSmsVerificationCheck",
    f"{_PATH}/SmsVerificationChecks",
    CallerIdSmsCheck,
    settled_by="look among the account's outgoing caller IDs; check the code again if the number is not there",
)  # each is one of the few tries
START_VOICE = post(
    "CreateVoiceVerification",
    f"{_PATH}/VoiceVerifications",
    CallerIdVoiceVerification,
    settled_by=_AGAIN.replace("a code", "a call"),
)  # each is a call


class CallerIdsResource(Resource):
    """``twilio.caller_ids``. Codes and numbers are in no repr and in no log."""

    async def start_sms(
        self, to: str, *, locale: str | None = None, friendly_name: str | None = None
    ) -> CallerIdSmsVerification:
        """Send a code by SMS to the number ``to`` (E.164); ``check_sms`` takes it.

        ``locale`` is the language of the SMS, such as ``en``; ``friendly_name`` names the caller ID. The SMS is never
        sent twice: when the answer is lost, the TransportError has ``may_have_been_processed``.
        Source: CreateSmsVerification, from a released SDK (an assumption).
        """
        number = _number(to, "to")
        body = CallerIdSmsVerificationCreate(
            to=number, locale=_filled(locale, "locale"), friendly_name=_text(friendly_name, "friendly_name")
        )
        return await self._post_json(START_SMS, body, _confirms(number, "to"))

    async def check_sms(
        self, to: str, verification_code: str, *, friendly_name: str | None = None
    ) -> CallerIdSmsCheck:
        """Check the code that came by SMS to the number ``to`` (E.164).

        The answer's ``status`` is ``approved`` for the right one, ``pending`` for a wrong one, ``canceled`` after too
        many; its ``caller_id_sid`` is the caller ID. ``friendly_name`` names it. Raises NotFoundError where no code is
        waited for. Source: CreateSmsVerificationCheck, from a released SDK (an assumption).
        """
        number = _number(to, "to")
        code = _filled(text(verification_code, "verification_code"), "verification_code")
        body = CallerIdSmsCheckCreate(
            to=number, verification_code=code or "", friendly_name=_text(friendly_name, "friendly_name")
        )
        return await self._post_json(CHECK_SMS, body, _confirms(number, "to"))

    async def start_voice(
        self,
        phone_number: str,
        *,
        friendly_name: str | None = None,
        custom_code: str | None = None,
        call_delay: int | str | None = None,
        status_callback: str | None = None,
        status_callback_method: HttpMethod | str | None = None,
        extension: str | None = None,
        custom_success_message: str | None = None,
    ) -> CallerIdVoiceVerification:
        """Call ``phone_number`` (E.164) and ask for the answer's ``validation_code``, which is typed in there.

        ``custom_code`` is a code of your own, ``call_delay`` 0 to 60 seconds before it, ``extension`` what to dial
        once it is answered, ``custom_success_message`` what is said after the right code. ``status_callback`` (a URL)
        is told how the call goes, by ``status_callback_method`` (``GET`` or ``POST``). The call is never made twice.
        Source: CreateVoiceVerification, from a released SDK (an assumption).
        """
        number, method = _number(phone_number, "phone_number"), status_callback_method
        body = CallerIdVoiceVerificationCreate(
            phone_number=number,
            friendly_name=_text(friendly_name, "friendly_name"),
            custom_code=_filled(custom_code, "custom_code"),
            call_delay=_delay(call_delay),
            status_callback=_url(status_callback),
            status_callback_method=None
            if method is None
            else enum_value(HttpMethod, method, "status_callback_method").value,
            extension=_filled(extension, "extension"),
            custom_success_message=_filled(custom_success_message, "custom_success_message"),
        )
        return await self._post_json(START_VOICE, body, _confirms(number, "phone_number"))


def _confirms(sent: str, field: str) -> Callable[[object], str]:
    def difference(answer: object) -> str:
        return field if foreign_number([getattr(answer, field)], [sent]) else ""

    return difference


def _number(number: str, argument: str) -> str:
    try:
        return to_e164(number)
    except InvalidArgumentError as error:
        error.argument = argument
        raise


def _text(value: str | None, argument: str) -> str | None:
    return None if value is None else text(value, argument)


def _filled(value: str | None, argument: str) -> str | None:
    if value is not None and not text(value, argument).strip():
        raise InvalidArgumentError(f"{argument} must not be empty", argument=argument)
    return value


def _delay(seconds: int | str | None) -> str | None:
    if seconds is None:
        return None
    digits = "" if isinstance(seconds, bool) else str(seconds)
    if not (digits.isascii() and digits.isdigit()) or int(digits) > _LONGEST_DELAY:
        raise InvalidArgumentError(
            f"call_delay must be a whole number of seconds, 0 to {_LONGEST_DELAY}", argument="call_delay"
        )
    return digits


def _url(url: str | None) -> str | None:
    if url is not None and not is_web_address(text(url, "status_callback")):
        raise InvalidArgumentError(
            "status_callback must be a complete URL that starts with https:// or http://",
            argument="status_callback",
        )
    return url
