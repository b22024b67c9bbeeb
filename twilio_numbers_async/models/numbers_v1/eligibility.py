"""Numbers v1, HostedNumber/Eligibility: whether numbers can be hosted, one answer or a bulk job to poll."""

from __future__ import annotations

from typing import Any

from ..base import Answer, DateOrDateTime, DateTime, OpenEnum, Request, Text, fold
from .hosted_orders import HostedNumberOrderStatus
from .portability import NumberType

_ENDED = ("done", "complet", "finish", "succe", "fail", "error", "expir", "cancel")


class EligibilityStatus(OpenEnum):
    """The status of a number: eligible for hosting or not. Answers also spell it in upper case."""

    INELIGIBLE = "ineligible"
    ELIGIBLE = "eligible"


class EligibilitySubStatus(OpenEnum):
    """The reason why a number can be hosted or not. Answers also spell it in upper case with underscores."""

    COUNTRY_INELIGIBLE = "country-ineligible"
    NUMBER_FORMAT_INELIGIBLE = "number-format-ineligible"
    NUMBER_TYPE_INELIGIBLE = "number-type-ineligible"
    CARRIER_INELIGIBLE = "carrier-ineligible"
    ALREADY_IN_TWILIO = "already-in-twilio"
    INTERNAL_PROCESSING_ERROR = "internal-processing-error"
    INVALID_PHONE_NUMBER = "invalid-phone-number"
    INVALID_HOSTING_ACCOUNT_SID = "invalid-hosting-account-sid"
    ELIGIBLE = "eligible"
    ELIGIBLE_BY_MANUAL_PROCESS = "eligible-by-manual-process"


class BulkEligibilityStatus(OpenEnum):
    """The status of a bulk check. Twilio documents no list: these have been seen."""

    QUEUED = "QUEUED"
    IN_PROGRESS = "IN_PROGRESS"
    COMPLETE = "COMPLETE"
    SUCCESSFUL = "SUCCESSFUL"
    FAILED = "FAILED"
    EXPIRED = "EXPIRED"
    CANCELED = "CANCELED"

    @property
    def is_terminal(self) -> bool:
        """True for any spelling of done, failed, expired or canceled, a new one too."""
        return fold(self.value).startswith(_ENDED)


class EligibilityResult(Answer, frozen=True, kw_only=True):
    """Twilio's verdict on hosting one number. The specification leaves its shape open."""

    phone_number: Text | None = None
    """The number that was asked about, as it was given."""
    account_sid: str | None = None
    """The account (``AC...``) that asked or holds the number."""
    hosting_account_sid: str | None = None
    """The account (``AC...``) that the number is to be hosted in."""
    country: str | None = None
    """The country of the number."""
    iso_country_code: str | None = None
    """The country of the number, ISO 3166-1 alpha-2."""
    date_last_checked: DateOrDateTime | None = None
    """The time of the last check."""
    eligibility_status: EligibilityStatus | None = None
    """The verdict: eligible for hosting or not."""
    eligibility_sub_status: EligibilitySubStatus | None = None
    """The reason for the verdict."""
    ineligibility_reason: str | None = None
    """The reason against hosting, in more detail."""
    next_step: str | None = None
    """The next step that Twilio suggests."""
    voice_provider: Any = None
    """The voice provider, in whatever shape Twilio sends it."""
    messaging_provider: Any = None
    """The messaging provider, in whatever shape Twilio sends it."""
    phone_number_type: NumberType | None = None
    """Local, mobile, toll-free or unknown."""
    hosting_order_sid: str | None = None
    """The hosting order of the number, if there is one."""
    hosting_order_status: HostedNumberOrderStatus | None = None
    """The status of that order."""
    inventory_status: str | None = None
    """The number's status in Twilio's inventory, if it is there."""
    inventory_account_sid: str | None = None
    """The account (``AC...``) that has it in its inventory."""


class Eligibility(Answer, frozen=True, kw_only=True):
    """The answer to an eligibility check."""

    results: list[EligibilityResult] | None = None
    """One result for each number."""


class BulkEligibility(Answer, frozen=True, kw_only=True):
    """A bulk eligibility check: it is accepted at once and its results come later."""

    request_id: str | None = None
    """The SID of the check (``EC...``)."""
    url: str | None = None
    """The address of this answer."""
    results: list[EligibilityResult] | None = None
    """One result for each number, once there are any."""
    friendly_name: str | None = None
    """The name that the check was given."""
    status: BulkEligibilityStatus | None = None
    """The status of the check."""
    date_created: DateTime | None = None
    """The time when the check was created."""
    date_completed: DateTime | None = None
    """The time when the check ended; None before that."""


class EligibilityCreatePhoneNumber(Request, frozen=True, kw_only=True):
    """One number to check."""

    phone_number: str
    """The number, E.164."""
    hosting_account_sid: str | None = None
    """The account (``AC...``) that the number is to be hosted in."""


class EligibilityCreate(Request, frozen=True, kw_only=True):
    """A question whether numbers can be hosted."""

    phone_numbers: list[EligibilityCreatePhoneNumber]
    """The numbers to check."""
    friendly_name: str | None = None
    """A name for the check."""


class BulkEligibilityCreate(EligibilityCreate, frozen=True, kw_only=True):
    """The same question as a job to poll. That its body is the same is an assumption: Twilio does not say."""
