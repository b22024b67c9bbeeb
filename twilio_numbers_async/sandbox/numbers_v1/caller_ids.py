"""CallerIds: verifications of a caller's own numbers.

The code of a number is its last six digits, or the ``customCode`` of a voice verification. A right code by SMS is
``approved`` and gives a caller ID; a wrong one leaves the verification ``pending``, and the fifth makes it
``canceled``. A check without a pending verification is 404. Nobody is called: a voice verification only answers its
code.
"""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from ..errors import invalid_phone_number
from ..http.strict import Body, Filled, Method, check_url, is_e164, json_body
from ..routing import Call, Family, Reply, found, json_reply, route
from ..state import SandboxState, timestamp

_PATH = "/v1/CallerIds"
_TRIES = 5


class SmsVerificationBody(Body, rename="camel"):
    to: str
    locale: Filled | None = None
    friendly_name: str | None = None


class SmsVerificationCheckBody(Body, rename="camel"):
    to: str
    verification_code: Filled
    friendly_name: str | None = None


class VoiceVerificationBody(Body, rename="camel"):
    phone_number: str
    friendly_name: str | None = None
    custom_code: Filled | None = None
    call_delay: Annotated[str, Meta(pattern="^([0-9]|[1-5][0-9]|60)$")] | None = None
    status_callback: Filled | None = None
    status_callback_method: Method | None = None
    extension: Filled | None = None
    custom_success_message: Filled | None = None


class _Pending(msgspec.Struct):
    sid: str
    sent: list[dict[str, str]] = []
    wrong: int = 0


class CallerIds(Family):
    """The three operations, and the verifications by SMS that each account has begun."""

    def __init__(self, state: SandboxState) -> None:
        self._state = state
        self._pending: dict[tuple[str, str], _Pending] = {}

    @route("CreateSmsVerification", "POST", f"{_PATH}/SmsVerifications")
    def start_sms(self, call: Call) -> Reply:
        """Begin a verification, or send its code once more."""
        body = json_body(call, SmsVerificationBody)
        key = (call.account.sid, _number(body.to))
        pending = self._pending.setdefault(key, _Pending(self._state.new_sid("VE")))
        attempt = {
            "channel": "sms",
            "time": timestamp(self._state.now()),
            "attemptSid": self._state.new_sid("VL"),
        }
        pending.sent.append(attempt)
        return json_reply(
            201, {"to": body.to, "verificationSid": pending.sid, "sendCodeAttempts": pending.sent}
        )

    @route("CreateSmsVerificationCheck", "POST", f"{_PATH}/SmsVerificationChecks")
    def check_sms(self, call: Call) -> Reply:
        body = json_body(call, SmsVerificationCheckBody)
        key = (call.account.sid, _number(body.to))
        pending = found(call, self._pending.get(key))
        caller_id = None
        if body.verification_code == _code(body.to):
            status, caller_id = "approved", self._state.new_sid("PN")
        else:
            pending.wrong += 1
            status = "pending" if pending.wrong < _TRIES else "canceled"
        if status != "pending":
            del self._pending[key]
        answer = {"to": body.to, "verificationSid": pending.sid, "status": status, "callerIdSid": caller_id}
        return json_reply(200, answer)

    @route("CreateVoiceVerification", "POST", f"{_PATH}/VoiceVerifications")
    def start_voice(self, call: Call) -> Reply:
        body = json_body(call, VoiceVerificationBody)
        number = _number(body.phone_number)
        check_url("statusCallback", body.status_callback)
        return json_reply(
            201,
            {
                "accountSid": call.account.sid,
                "phoneNumber": number,
                "friendlyName": body.friendly_name,
                "validationCode": body.custom_code or _code(number),
                "callSid": self._state.new_sid("CA"),
            },
        )


def _number(text: str) -> str:
    if not is_e164(text):
        raise invalid_phone_number()
    return text


def _code(number: str) -> str:
    return number[-6:]
