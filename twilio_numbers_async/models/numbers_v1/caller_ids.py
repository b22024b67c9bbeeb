"""Numbers v1, CallerIds: proving by a code that a number is yours, so that it may be shown as who calls."""

from __future__ import annotations

from typing import Any, ClassVar

from ..base import OpenEnum, Request, Text
from ..guarded import GuardedAnswer


class CallerIdVerificationStatus(OpenEnum):
    """The status of the verification of a number."""

    PENDING = "pending"
    APPROVED = "approved"
    CANCELED = "canceled"


class CallerIdSmsVerification(GuardedAnswer, frozen=True, kw_only=True, rename="camel"):
    """A code was sent to a number by SMS. The repr shows the SID alone."""

    _shown: ClassVar[tuple[str, ...]] = ("verification_sid",)

    to: str | None = None
    """The number that the code was sent to, E.164."""
    verification_sid: str | None = None
    """The SID of the verification."""
    send_code_attempts: list[Any] | None = None
    """The attempts to send the code, in whatever shape Twilio sends them."""


class CallerIdSmsCheck(GuardedAnswer, frozen=True, kw_only=True, rename="camel"):
    """The result of a code that was checked. The repr shows the status and the SIDs alone."""

    _shown: ClassVar[tuple[str, ...]] = ("status", "verification_sid", "caller_id_sid")

    to: str | None = None
    """The number that the code was sent to, E.164."""
    verification_sid: str | None = None
    """The SID of the verification."""
    status: CallerIdVerificationStatus | None = None
    """Approved where the code was right."""
    caller_id_sid: str | None = None
    """The SID of the caller ID (``PN...``), once the number is approved."""


class CallerIdVoiceVerification(GuardedAnswer, frozen=True, kw_only=True, rename="camel"):
    """A number is called, and asked for the code. The repr shows the SIDs alone."""

    _shown: ClassVar[tuple[str, ...]] = ("account_sid", "call_sid")

    account_sid: str | None = None
    """The account (``AC...``) that verifies the number."""
    phone_number: str | None = None
    """The number that is called, E.164."""
    friendly_name: str | None = None
    """The name of the caller ID."""
    validation_code: Text | None = None
    """The code to type in during the call: a secret."""
    call_sid: str | None = None
    """The SID of the call (``CA...``)."""


class CallerIdSmsVerificationCreate(Request, frozen=True, kw_only=True, rename="camel"):
    """The number that a code is sent to by SMS."""

    to: str
    """The number, E.164."""
    locale: str | None = None
    """The language of the SMS, such as ``en``."""
    friendly_name: str | None = None
    """A name for the caller ID."""


class CallerIdSmsCheckCreate(Request, frozen=True, kw_only=True, rename="camel"):
    """The code that came by SMS."""

    to: str
    """The number that the code was sent to, E.164."""
    verification_code: str
    """The code."""
    friendly_name: str | None = None
    """A name for the caller ID."""


class CallerIdVoiceVerificationCreate(Request, frozen=True, kw_only=True, rename="camel"):
    """The number that is called, and asked for a code."""

    phone_number: str
    """The number, E.164."""
    friendly_name: str | None = None
    """A name for the caller ID."""
    custom_code: str | None = None
    """A code of your own instead of Twilio's."""
    call_delay: str | None = None
    """Seconds before the call, 0 to 60, as text."""
    status_callback: str | None = None
    """The URL that is told how the call goes."""
    status_callback_method: str | None = None
    """``"GET"`` or ``"POST"``, or an ``HttpMethod``."""
    extension: str | None = None
    """The digits to dial once the call is answered."""
    custom_success_message: str | None = None
    """The words that are said after the right code."""
