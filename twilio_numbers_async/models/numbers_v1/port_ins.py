"""Numbers v1, Porting/PortIn: what Twilio says about port-in requests and the numbers in them."""

from __future__ import annotations

from ..base import Answer, Code, Date, DateOrDateTime, DateTime, OpenEnum, Text, Time
from ..discreet import Discreet
from .advice import NotPortableReason, advice_for, rejection_advice_for
from .portability import NumberType


class PortInStatus(OpenEnum):
    """The status of a port-in request. The spelling of case and blanks in answers varies."""

    PENDING = "pending"
    IN_REVIEW = "In Review"
    WAITING_FOR_SIGNATURE = "Waiting for Signature"
    IN_PROGRESS = "In Progress"
    ACTION_REQUIRED = "Action Required"
    COMPLETED = "Completed"
    CANCELED = "Canceled"
    EXPIRED = "Expired"

    @property
    def is_terminal(self) -> bool:
        """True if the status changes no more: completed, canceled or expired."""
        return self in {PortInStatus.COMPLETED, PortInStatus.CANCELED, PortInStatus.EXPIRED}


class PortInPhoneNumberStatus(OpenEnum):
    """The status of one number within a port-in request."""

    IN_REVIEW = "in_review"
    WAITING_FOR_SIGNATURE = "waiting_for_signature"
    PORT_SUBMITTED = "port_submitted"
    PORT_PENDING = "port_pending"
    PORT_REJECTED = "port_rejected"
    COMPLETED = "completed"
    CANCELING = "canceling"
    CANCELED = "canceled"
    EXPIRED = "expired"

    @property
    def is_terminal(self) -> bool:
        """True if the status changes no more; a rejected number can be corrected, so it is not."""
        return self in {
            PortInPhoneNumberStatus.COMPLETED,
            PortInPhoneNumberStatus.CANCELED,
            PortInPhoneNumberStatus.EXPIRED,
        }


class CustomerType(OpenEnum):
    """The kind of customer that the losing carrier has."""

    BUSINESS = "Business"
    INDIVIDUAL = "Individual"


class PortInAddress(Discreet, Answer, frozen=True, kw_only=True):
    """The customer's billing address with the losing carrier, as Twilio gives it back."""

    street: str | None = None
    """The street and house number."""
    street_2: str | None = None
    """Floor, suite or building."""
    city: str | None = None
    """The city."""
    state: str | None = None
    """The state, as the losing carrier spells it."""
    zip: Text | None = None
    """The postal code."""
    country: str | None = None
    """The country."""


class PortInLosingCarrier(Discreet, Answer, frozen=True, kw_only=True):
    """The customer's details with the losing carrier, as Twilio gives them back."""

    customer_name: str | None = None
    """The customer's name in the losing carrier's records."""
    account_number: Text | None = None
    """The customer's account number with the losing carrier."""
    account_telephone_number: Text | None = None
    """The telephone number of that account."""
    address_sid: str | None = None
    """The address (``AD...``) that was copied into the request."""
    address: PortInAddress | None = None
    """The billing address with the losing carrier."""
    authorized_representative: str | None = None
    """The person who may change the account and signs the letter of authorization."""
    authorized_representative_email: str | None = None
    """The e-mail address of that person."""
    customer_type: CustomerType | None = None
    """Business or individual."""
    authorized_representative_katakana: str | None = None
    """The representative's name in katakana (Japan)."""
    sub_municipality: str | None = None
    """The part of the municipality (Japan)."""
    building: str | None = None
    """The building (Japan)."""
    katakana_name: str | None = None
    """The customer's name in katakana (Japan)."""


class PortInPhoneNumberResult(Answer, frozen=True, kw_only=True):
    """One number inside a port-in request."""

    not_portability_reason: NotPortableReason | None = None
    """The reason why the number cannot be ported; None if it can be, or has not been checked."""
    not_portability_reason_code: int | None = None
    """The code of that reason; 0 or None when there is none."""
    number_type: NumberType | None = None
    """Local, mobile, toll-free or unknown."""
    phone_number: str | None = None
    """The number, E.164."""
    port_date: DateTime | None = None
    """The time when the number will be ported; set once the losing carrier has confirmed it."""
    port_in_phone_number_sid: str | None = None
    """The number's SID within the request (``PU...``)."""
    port_in_phone_number_status: PortInPhoneNumberStatus | None = None
    """The status of the number."""
    portable: bool | None = None
    """True if the number can be ported; None before it has been looked at."""
    rejection_reason: str | None = None
    """The reason why the losing carrier rejected the port."""
    rejection_reason_code: Code | None = None
    """The code of that rejection, 22150-22159."""
    status_last_time_updated_timestamp: DateOrDateTime | None = None
    """The time of the last change of the status."""
    external_porting_vendor_phone_number_id: Text | None = None
    """The number's id with the porting vendor."""

    @property
    def advice(self) -> str | None:
        """Advice on what to do now, in one sentence; None when nothing is wrong."""
        return _advice(self)


class PortIn(Discreet, Answer, frozen=True, kw_only=True):
    """A port-in request. Its repr shows none of the customer's details."""

    _shown = frozenset(
        {"port_in_request_sid", "port_in_request_status", "target_port_in_date", "date_created"}
    )

    port_in_request_sid: str | None = None
    """The SID of the request (``KW...``)."""
    url: str | None = None
    """The address of this answer."""
    account_sid: str | None = None
    """The account (``AC...``) the numbers are ported to."""
    notification_emails: list[str] | None = None
    """E-mail addresses that also get a copy of the signed letter of authorization."""
    target_port_in_date: Date | None = None
    """The day the port is wanted for; carriers do not guarantee it."""
    target_port_in_time_range_start: Time | None = None
    """The earliest time on that day, with its offset."""
    target_port_in_time_range_end: Time | None = None
    """The latest time on that day, with its offset."""
    port_in_request_status: PortInStatus | None = None
    """The status of the request."""
    order_cancellation_reason: str | None = None
    """The reason why the request was canceled, if it was."""
    losing_carrier_information: PortInLosingCarrier | None = None
    """The customer's details with the losing carrier."""
    phone_numbers: list[PortInPhoneNumberResult] | None = None
    """The numbers of the request, each with its own status."""
    bundle_sid: str | None = None
    """The bundle of regulatory documents (``BU...``)."""
    portability_advance_carrier: Text | None = None
    """The donor carrier's service (Japan)."""
    auto_cancel_approval_numbers: Text | None = None
    """The numbers whose cancellation is approved automatically (Japan)."""
    documents: list[str] | None = None
    """The SIDs of its documents (``RD...``), a utility bill among them."""
    date_created: DateTime | None = None
    """The time when the request was created."""
    support_ticket_id: int | str | None = None
    """The id of its support ticket."""
    signature_request_url: str | None = None
    """The URL where the letter of authorization is signed."""


class PortInPhoneNumber(Discreet, Answer, frozen=True, kw_only=True):
    """One number of a port-in request, as it is fetched by its own SID. Its repr shows no PIN and no number."""

    _shown = frozenset(
        {
            "port_in_request_sid",
            "phone_number_sid",
            "country",
            "portable",
            "not_portability_reason_code",
            "port_in_phone_number_status",
            "rejection_reason_code",
            "port_date",
        }
    )

    port_in_request_sid: str | None = None
    """The SID of the request (``KW...``)."""
    phone_number_sid: str | None = None
    """The number's SID within the request (``PU...``)."""
    url: str | None = None
    """The address of this answer."""
    account_sid: str | None = None
    """The account (``AC...``) the number is ported to."""
    phone_number_type: NumberType | None = None
    """Local, mobile, toll-free or unknown."""
    date_created: DateTime | None = None
    """The time when the number was added."""
    country: str | None = None
    """The country the number belongs to, ISO 3166-1 alpha-2."""
    missing_required_fields: bool | None = None
    """True if something such as the PIN or the account number is missing."""
    last_updated: DateTime | None = None
    """The time of its last change."""
    phone_number: str | None = None
    """The number, E.164."""
    portable: bool | None = None
    """True if the number can be ported; None before it has been looked at."""
    not_portability_reason: NotPortableReason | None = None
    """The reason why the number cannot be ported; None if it can be, or has not been checked."""
    not_portability_reason_code: int | None = None
    """The code of that reason, such as 22132."""
    port_in_phone_number_status: PortInPhoneNumberStatus | None = None
    """The status of the number."""
    port_out_pin: int | str | None = None
    """The losing carrier's PIN. Twilio sends a number, so leading zeros are lost."""
    rejection_reason: str | None = None
    """The reason why the losing carrier rejected the port."""
    rejection_reason_code: Code | None = None
    """The code of that rejection, 22150-22159."""
    port_date: DateTime | None = None
    """The time when the number will be ported; set once the losing carrier has confirmed it."""

    @property
    def advice(self) -> str | None:
        """Advice on what to do now, in one sentence; None when nothing is wrong."""
        return _advice(self)


_ON_ITS_WAY = frozenset(
    {
        PortInPhoneNumberStatus.WAITING_FOR_SIGNATURE,
        PortInPhoneNumberStatus.PORT_SUBMITTED,
        PortInPhoneNumberStatus.PORT_PENDING,
    }
)
_UNDER_WAY = "22137"


def _advice(number: PortInPhoneNumberResult | PortInPhoneNumber) -> str | None:
    rejected = number.port_in_phone_number_status is PortInPhoneNumberStatus.PORT_REJECTED
    if number.rejection_reason_code or number.rejection_reason or rejected:
        return rejection_advice_for(number.rejection_reason_code)
    if is_not_portable(number):
        return advice_for(number.not_portability_reason_code, number.not_portability_reason)
    return None


def is_not_portable(number: PortInPhoneNumberResult | PortInPhoneNumber) -> bool:
    """True for a number that Twilio calls not portable; a port under way (22137) that is this one does not count."""
    code = number.not_portability_reason_code
    if str(code) == _UNDER_WAY and number.port_in_phone_number_status in _ON_ITS_WAY:
        return False
    return number.portable is False or (number.portable is None and bool(code))


class PortInSummary(Answer, frozen=True, kw_only=True):
    """A row of the list of port-in requests."""

    port_in_request_sid: str | None = None
    """The SID of the request (``KW...``)."""
    port_in_request_status: PortInStatus | None = None
    """The status of the request."""
    status_last_updated_timestamp: DateOrDateTime | None = None
    """The time of the last change of the status: a date or a timestamp, as Twilio gives it."""
    phone_numbers_requested: int | None = None
    """The count of numbers in the request."""
    phone_numbers_ported: int | None = None
    """The count of numbers that have been ported."""
    suggested_action: str | None = None
    """The next step that Twilio suggests."""


class PortInRequestPageMeta(Answer, frozen=True, kw_only=True):
    """The paging tokens of a page of port-in requests."""

    previous_token: str | None = None
    """The token of the page before; None on the first."""
    next_token: str | None = None
    """The token of the page after; None on the last."""


class PortInRequestPage(Answer, frozen=True, kw_only=True):
    """One page of the list of port-in requests."""

    port_in_requests: list[PortInSummary] | None = None
    """The rows."""
    meta: PortInRequestPageMeta | None = None
    """The paging tokens."""
