"""Caller ids: prove by a code that a number is yours, so that it may be shown as the caller."""

from __future__ import annotations

from ...errors import invalid
from ...models.api_2010.incoming_phone_numbers import HttpMethod
from ...models.numbers_v1.caller_ids import (
    CallerIdSmsCheck,
    CallerIdSmsCheckCreate,
    CallerIdSmsVerification,
    CallerIdSmsVerificationCreate,
    CallerIdVoiceVerification,
    CallerIdVoiceVerificationCreate,
)
from ...phone import checked_e164
from ..base import Resource, confirms_number
from ..endpoints import post
from ..form_checks import choice, named, optional, required, web_address

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
        number = checked_e164(to, "to")
        body = CallerIdSmsVerificationCreate(
            to=number, locale=named(locale, "locale"), friendly_name=optional(friendly_name, "friendly_name")
        )
        return await self._post_json(START_SMS, body, confirms_number("to", number))

    async def check_sms(
        self, to: str, verification_code: str, *, friendly_name: str | None = None
    ) -> CallerIdSmsCheck:
        """Check the code that came by SMS to the number ``to`` (E.164).

        The answer's ``status`` is ``approved`` for the right code, ``pending`` for a wrong one, and ``canceled`` after
        too many. Its ``caller_id_sid`` is the caller ID. ``friendly_name`` names it. Raises NotFoundError if there is
        no verification to check. Source: CreateSmsVerificationCheck, from a released SDK (an assumption).
        """
        number = checked_e164(to, "to")
        code = required(verification_code, "verification_code")
        body = CallerIdSmsCheckCreate(
            to=number, verification_code=code, friendly_name=optional(friendly_name, "friendly_name")
        )
        return await self._post_json(CHECK_SMS, body, confirms_number("to", number))

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
        """Call ``phone_number`` (E.164) and ask for a code. The called person types the answer's ``validation_code``.

        ``custom_code`` is a code of your own, ``call_delay`` 0 to 60 seconds before it, ``extension`` what to dial once
        it is answered, ``custom_success_message`` what is said after the right code. ``status_callback`` is a URL that
        receives news of the call, by ``status_callback_method`` (``GET`` or ``POST``). The call is never made twice.
        Source: CreateVoiceVerification, from a released SDK (an assumption).
        """
        number, method = checked_e164(phone_number, "phone_number"), status_callback_method
        body = CallerIdVoiceVerificationCreate(
            phone_number=number,
            friendly_name=optional(friendly_name, "friendly_name"),
            custom_code=named(custom_code, "custom_code"),
            call_delay=_delay(call_delay),
            status_callback=web_address(named(status_callback, "status_callback"), "status_callback"),
            status_callback_method=choice(HttpMethod, method, "status_callback_method"),
            extension=named(extension, "extension"),
            custom_success_message=named(custom_success_message, "custom_success_message"),
        )
        return await self._post_json(START_VOICE, body, confirms_number("phone_number", number))


def _delay(seconds: int | str | None) -> str | None:
    if seconds is None:
        return None
    digits = "" if isinstance(seconds, bool) else str(seconds)
    if not (digits.isascii() and digits.isdigit()) or int(digits) > _LONGEST_DELAY:
        raise invalid("call_delay", f"must be a whole number of seconds, 0 to {_LONGEST_DELAY}")
    return digits
