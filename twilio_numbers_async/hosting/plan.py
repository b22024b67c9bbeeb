"""The planner: eligible numbers and their owner in, orders and what is wrong out. Pure: nothing is sent."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from .._util import counted
from ..errors import InvalidPhoneNumberError, invalid
from ..models import Address, EligibilityResult
from ..models.base import Request
from ..models.discreet import Discreet
from ..models.sids import is_sid
from ..models.validate import MAX_BULK_HOSTED_NUMBERS, is_email, is_web_address
from ..phone import checked_country, to_e164
from ..sweep import Outcome
from ..work.plan import Candidate, Problem, candidates_of, left_out_lines, plan_lines
from .numbers import HostingLeftOut, HostingNumber, country_of_candidate, reason_against

__all__ = ["HostingContact", "HostingPlan", "HostingProblem", "HostingProblemCode", "plan_hosting"]

_MAX_FRIENDLY_NAME = 128


class HostingContact(Request, frozen=True, kw_only=True):
    """The person who signs for the numbers. The repr shows nothing of it."""

    email: str
    """The e-mail address that the letter of authorization is sent to."""
    phone_number: str
    """The person's phone number, E.164."""
    title: str | None = None
    """The person's title, such as ``Owner``. A plan needs it, since bulk requests do."""


class HostingProblemCode(enum.StrEnum):
    """The subject of a problem."""

    ADDRESS = "address"
    """The address of the owner: it is no address, or in another country than the numbers."""
    CONTACT = "contact"
    """The person who signs: the title, the phone number or the e-mail address."""
    INVALID_VALUE = "invalid_value"
    """A detail that cannot be sent."""
    NO_NUMBERS = "no_numbers"
    """No number is left to host."""


class HostingProblem(Problem, frozen=True, kw_only=True):
    """Something that is wrong with a plan. ``str(problem)`` is one line and repeats no value."""

    code: HostingProblemCode


class HostingPlan(Discreet, msgspec.Struct, frozen=True, kw_only=True):
    """Orders that are ready to be created, or what stands in their way.

    Every input is in ``phone_numbers``, in ``left_out`` or in ``duplicates``. ``str(plan)`` is a few lines for people;
    neither it nor the repr shows a phone number or the contact.
    """

    phone_numbers: list[str]
    """The numbers that ``hosted_number_orders.create_all`` orders, E.164."""
    countries: list[str]
    """Their countries (ISO 3166-1 alpha-2)."""
    address_sid: str
    """The address of their owner (``AD...``)."""
    address_country: str | None = None
    """The country of that address; None where only its SID was given."""
    contact: HostingContact
    """The person who signs."""
    friendly_name: str | None = None
    """The name of the orders."""
    notification_email: str | None = None
    """The e-mail address that hears of bulk requests."""
    status_callback_url: str | None = None
    """The URL that hears of the orders."""
    cc_emails: list[str] | None = None
    """The e-mail addresses that get copies of the letter."""
    sms_capability: bool | None = None
    """True to host text messages."""
    account_sid: str | None = None
    """The subaccount (``AC...``) that is to have the numbers."""
    bulk_size: int = MAX_BULK_HOSTED_NUMBERS
    """The most numbers of a bulk request; 1 for orders one by one."""
    left_out: list[HostingLeftOut]
    """The numbers that are not ordered, each with its reason, in the order of the inputs."""
    duplicates: dict[int, int]
    """Inputs that came again: the index of each, and of the first input with the same number."""
    problems: list[HostingProblem]
    """The fault."""

    @property
    def is_ready(self) -> bool:
        """True if nothing is wrong, as far as that can be said without asking Twilio."""
        return not self.problems

    @property
    def is_bulk(self) -> bool:
        """True if bulk requests are used: they know neither copies, nor text messages, nor subaccounts."""
        only_singly = (self.cc_emails or None, self.sms_capability, self.account_sid)
        return only_singly == (None, None, None) and self.bulk_size > 1 and len(self.phone_numbers) > 1

    @property
    def requests(self) -> list[list[str]]:
        """The numbers of each request."""
        size = self.bulk_size if self.is_bulk else 1
        return [self.phone_numbers[at : at + size] for at in range(0, len(self.phone_numbers), size)]

    def __str__(self) -> str:
        requests = counted(len(self.requests), "bulk request" if self.is_bulk else "order")
        lines = plan_lines(len(self.phone_numbers), requests, self.left_out, self.duplicates, self.problems)
        return "\n".join([*lines, *left_out_lines(self.left_out)])

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        return [
            ("numbers", len(self.phone_numbers)),
            ("requests", len(self.requests)),
            ("left_out", len(self.left_out)),
            ("duplicates", len(self.duplicates)),
            ("problems", self.problems),
        ]


def plan_hosting(
    eligibility: Iterable[HostingNumber],
    *,
    address: Address | str,
    contact: HostingContact,
    friendly_name: str | None = None,
    notification_email: str | None = None,
    status_callback_url: str | None = None,
    cc_emails: str | Iterable[str] | None = None,
    sms_capability: bool | None = None,
    account_sid: str | None = None,
    bulk_size: int = MAX_BULK_HOSTED_NUMBERS,
    country: str | None = None,
) -> HostingPlan:
    """Plan the orders for numbers that can be hosted, and say what is wrong. Nothing is sent.

    - ``eligibility``: outcomes of ``eligibility.sweep`` or ``bulk_eligibility.sweep``, or EligibilityResults. Numbers
      that are not eligible, that Twilio's support has to host, that were not checked or are ordered already are left
      out, each with its reason.
    - ``address``: the address of the numbers' owner, an Address or its SID (``AD...``), in the country of the numbers.
    - ``contact``: the person who signs the letter of authorization.
    - ``friendly_name``: the name of the orders, at most 128 characters. ``notification_email`` hears of bulk requests,
      ``status_callback_url`` of each order.
    - ``cc_emails`` get copies of the letter, ``sms_capability=True`` hosts text messages, ``account_sid`` (``AC...``)
      is a subaccount that is to have the numbers. With one of these the numbers are ordered one by one.
    - ``bulk_size``: the most numbers of a bulk request, 1 to 1,000. 1 orders them one by one.
    - ``country`` (``US``): how numbers without a ``+`` are read.

    Numbers are taken once each, in the order of their inputs: the same inputs make the same requests. Raises
    InvalidArgumentError for values of a wrong type and for ``bulk_size``; what else is wrong is in the plan. Source:
    Twilio's hosting guide.
    """
    checked_country(country)
    _check_types(eligibility, address, contact, bulk_size)
    one = isinstance(eligibility, str | EligibilityResult | Outcome)
    given: list[HostingNumber] = [eligibility] if one else list(eligibility)  # type: ignore[list-item]
    candidates, duplicates = candidates_of(given, EligibilityResult, country)
    reasons = [(candidate, reason_against(candidate)) for candidate in candidates]
    going = [candidate for candidate, reason in reasons if reason is None and candidate.number]
    copies = [cc_emails] if isinstance(cc_emails, str) else None if cc_emails is None else list(cc_emails)
    plan = HostingPlan(
        phone_numbers=[candidate.number for candidate in going if candidate.number],
        countries=sorted({country_of_candidate(candidate) or "" for candidate in going} - {""}),
        address_sid=(address.sid or "") if isinstance(address, Address) else address,
        address_country=(address.iso_country or None) if isinstance(address, Address) else None,
        contact=_normal(contact),
        friendly_name=friendly_name,
        notification_email=notification_email,
        status_callback_url=status_callback_url,
        cc_emails=copies,
        sms_capability=sms_capability,
        account_sid=account_sid,
        bulk_size=bulk_size,
        left_out=[reason for _, reason in reasons if reason is not None],
        duplicates=duplicates,
        problems=[],
    )
    return msgspec.structs.replace(plan, problems=[*_problems(plan, candidates)])


def _check_types(eligibility: object, address: object, contact: object, bulk_size: object) -> None:
    if isinstance(eligibility, bytes | bytearray) or not isinstance(
        eligibility, Iterable | EligibilityResult | Outcome
    ):
        raise invalid("eligibility", "must be outcomes or results of checks for hosting")
    if not isinstance(address, str | Address):
        raise invalid("address", "must be an Address or its SID (AD...)")
    if not isinstance(contact, HostingContact):
        raise invalid("contact", "must be a HostingContact")
    if type(bulk_size) is not int or not 1 <= bulk_size <= MAX_BULK_HOSTED_NUMBERS:
        raise invalid(
            "bulk_size", f"must be 1 to {MAX_BULK_HOSTED_NUMBERS:,}: a bulk request takes no more numbers"
        )


def _problems(plan: HostingPlan, candidates: list[Candidate[EligibilityResult]]) -> Iterator[HostingProblem]:
    if not plan.phone_numbers:
        message = "no number is left to host" if candidates else "there are no numbers"
        yield _problem(HostingProblemCode.NO_NUMBERS, message, "eligibility")
    if not is_sid(plan.address_sid, "AD"):
        message = "address must be an Address with its SID, or the SID (AD and 32 hexadecimal digits)"
        yield _problem(HostingProblemCode.ADDRESS, message, "address")
    message = address_fault(plan, plan.address_country)
    if message:
        yield _problem(HostingProblemCode.ADDRESS, message, "address")
    yield from _contact_problems(plan.contact)
    if plan.account_sid is not None and not is_sid(plan.account_sid, "AC"):
        yield _invalid("account_sid", "must be a SID (AC and 32 hexadecimal digits)")
    if plan.notification_email is not None and not is_email(plan.notification_email):
        yield _invalid("notification_email", "must be an e-mail address")
    for index, email in enumerate(plan.cc_emails or ()):
        if not is_email(email):
            yield _invalid(f"cc_emails[{index}]", "must be an e-mail address")
    if plan.status_callback_url is not None and not is_web_address(plan.status_callback_url):
        yield _invalid("status_callback_url", "must be a complete URL that starts with https:// or http://")
    name = plan.friendly_name
    if name is not None and not (isinstance(name, str) and 0 < len(name.strip()) <= _MAX_FRIENDLY_NAME):  # pyright: ignore[reportUnnecessaryIsInstance]
        yield _invalid("friendly_name", f"must be text of 1 to {_MAX_FRIENDLY_NAME} characters")


def address_fault(plan: HostingPlan, country: str | None) -> str:
    """The fault of an address in that country; empty where there is none."""
    others = [each for each in plan.countries if country and each != country.upper()]
    if not others:
        return ""
    return f"address is in {country}, and numbers of the plan are of {', '.join(others)}: plan them with another one"


def _contact_problems(contact: HostingContact) -> Iterator[HostingProblem]:
    code = HostingProblemCode.CONTACT
    if not is_email(contact.email):
        yield _problem(code, "contact.email must be an e-mail address", "contact.email")
    try:
        to_e164(contact.phone_number)
    except InvalidPhoneNumberError as error:
        yield _problem(code, f"contact.phone_number: {error}", "contact.phone_number")
    if not (isinstance(contact.title, str) and contact.title.strip()):
        message = "contact.title must be given, such as Owner: the letter of authorization names it"
        yield _problem(code, message, "contact.title")


def _normal(contact: HostingContact) -> HostingContact:
    """The contact with the phone number as E.164; one that is none is among the problems."""
    try:
        return msgspec.structs.replace(contact, phone_number=to_e164(contact.phone_number))
    except InvalidPhoneNumberError:
        return contact


def _invalid(argument: str, what: str) -> HostingProblem:
    return _problem(HostingProblemCode.INVALID_VALUE, f"{argument} {what}", argument)


def _problem(code: HostingProblemCode, message: str, argument: str) -> HostingProblem:
    return HostingProblem(code=code, message=message, argument=argument)
