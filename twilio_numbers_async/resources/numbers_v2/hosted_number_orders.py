"""Hosted number orders: numbers that stay with their carrier and are hosted by Twilio."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from operator import attrgetter

from ...errors import invalid
from ...models.api_2010.incoming_phone_numbers import HttpMethod
from ...models.numbers_v1.hosted_orders import HostedNumberOrderStatus
from ...models.numbers_v2.hosted_number_orders import HostedNumberOrder, HostedNumberOrderPage
from ...models.sids import check_sid
from ...paging import PageQuery, Pager
from ...phone import checked_e164
from ..api_2010.number_settling import settled
from ..base import Resource, foreign_number, poll, reached
from ..endpoints import delete, get, post
from ..form_checks import (
    checked_email,
    checked_emails,
    choice,
    named,
    optional_sid,
    required,
    switch,
    web_address,
)
from ..hints import hosting_hints
from .hosting_settling import find_order

__all__ = ["HostedNumberOrdersResource"]

_ORDERS = "/v2/HostedNumber/Orders"
_ONE = f"{_ORDERS}/{{Sid}}"
_MAX_FRIENDLY_NAME = 128
_LONGEST_DELAY = 60

CREATE = post(
    "CreateHostedNumberOrder",
    _ORDERS,
    HostedNumberOrder,
    receipt="sid",
    settled_by="look for it with twilio.hosted_number_orders.list(phone_number=...)",
)
LIST = get("ListHostedNumberOrder", _ORDERS, HostedNumberOrderPage)
FETCH = get("FetchHostedNumberOrder", _ONE, HostedNumberOrder, echoes=("sid",))
UPDATE = post(
    "UpdateHostedNumberOrder",
    _ONE,
    HostedNumberOrder,
    echoes=("sid",),
    receipt="sid",
    settled_by="look at its verification_attempts and verification_code with twilio.hosted_number_orders.fetch(sid)",
)  # each is one of the few calls
DELETE = delete("DeleteHostedNumberOrder", _ONE)


class HostedNumberOrdersResource(Resource):
    """``twilio.hosted_number_orders``. Hosting is not open to every new customer of Twilio's."""

    async def create(
        self,
        phone_number: str,
        *,
        contact_phone_number: str,
        address_sid: str,
        email: str,
        contact_title: str | None = None,
        account_sid: str | None = None,
        friendly_name: str | None = None,
        cc_emails: str | Iterable[str] | None = None,
        sms_capability: bool | None = None,
        sms_url: str | None = None,
        sms_method: HttpMethod | str | None = None,
        sms_fallback_url: str | None = None,
        sms_fallback_method: HttpMethod | str | None = None,
        sms_application_sid: str | None = None,
        status_callback_url: str | None = None,
        status_callback_method: HttpMethod | str | None = None,
    ) -> HostedNumberOrder:
        """Order that Twilio hosts ``phone_number`` (E.164). The answer's status is ``received``.

        The owner is at ``address_sid`` (``AD...``) and has the e-mail address ``email``. The signer of the letter has
        ``contact_phone_number`` (E.164) and ``contact_title`` (such as ``Owner``). An order can do without the title,
        plans and bulk requests cannot. ``cc_emails`` get copies of the letter. ``account_sid`` (``AC...``) is a
        subaccount that is to have the number. ``friendly_name`` has at most 128 characters. ``sms_capability=True``
        hosts its text messages. The URLs and methods (``GET`` or ``POST``) are set on the number.

        The order is never sent twice. When the answer is lost, the order is looked up by its number. The TransportError
        is raised where the order does not show, and has ``may_have_been_processed``. Source: CreateHostedNumberOrder,
        ListHostedNumberOrder.
        """
        number = checked_e164(phone_number, "phone_number")
        form = {
            "PhoneNumber": number,
            "ContactPhoneNumber": checked_e164(contact_phone_number, "contact_phone_number"),
            "AddressSid": check_sid(address_sid, "AD", "address_sid"),
            "Email": checked_email(required(email, "email"), "email"),
            "AccountSid": optional_sid(account_sid, "AC", "account_sid"),
            "FriendlyName": _name(friendly_name),
            "CcEmails": checked_emails(cc_emails, "cc_emails"),
            "SmsUrl": web_address(sms_url, "sms_url"),
            "SmsMethod": choice(HttpMethod, sms_method, "sms_method"),
            "SmsFallbackUrl": web_address(sms_fallback_url, "sms_fallback_url"),
            "SmsCapability": switch(sms_capability, "sms_capability"),
            "SmsFallbackMethod": choice(HttpMethod, sms_fallback_method, "sms_fallback_method"),
            "StatusCallbackUrl": web_address(status_callback_url, "status_callback_url"),
            "StatusCallbackMethod": choice(HttpMethod, status_callback_method, "status_callback_method"),
            "SmsApplicationSid": optional_sid(sms_application_sid, "AP", "sms_application_sid"),
            "ContactTitle": named(contact_title, "contact_title"),
        }

        def difference(answer: HostedNumberOrder) -> str:
            if account_sid and answer.account_sid and answer.account_sid != account_sid:
                return "account_sid"
            return "phone_number" if foreign_number([answer.phone_number], [number]) else ""

        with hosting_hints():
            order = self._post(CREATE, form=form, confirms=difference)
            return await settled(
                self._caller, order, lambda: find_order(self.list(phone_number=number), form)
            )

    async def fetch(self, sid: str) -> HostedNumberOrder:
        """Fetch the order ``sid`` (``HR...``). Raises NotFoundError. Source: FetchHostedNumberOrder."""
        return await self._caller.call(FETCH, check_sid(sid, "HR", "sid"))

    async def verify(
        self, sid: str, *, call_delay: int | None = None, call_extension: str | None = None
    ) -> HostedNumberOrder:
        """Let Twilio call the number of the order ``sid`` (``HR...``) to verify who owns it.

        The called person types the answer's ``verification_code``. ``call_delay`` is 0 to 60 seconds before the call.
        ``call_extension`` is dialed once it is answered. Three calls are made for an order at most. A call is never
        asked for twice: when the answer is lost, the TransportError has ``may_have_been_processed``.

        Raises InvalidRequestError: 22114, the order is not in a state to verify. Source: UpdateHostedNumberOrder.
        """
        form = {
            "Status": HostedNumberOrderStatus.PENDING_VERIFICATION.value,
            "VerificationCallDelay": _delay(call_delay),
            "VerificationCallExtension": named(call_extension, "call_extension"),
        }
        with hosting_hints():
            return await self._post(UPDATE, check_sid(sid, "HR", "sid"), form=form)

    async def delete(self, sid: str) -> None:
        """Delete the order ``sid`` (``HR...``), whose status must be ``received`` still.

        Raises ConflictError or InvalidRequestError for any other. Source: DeleteHostedNumberOrder.
        """
        await self._caller.call(DELETE, check_sid(sid, "HR", "sid"))

    def list(
        self,
        *,
        status: HostedNumberOrderStatus | str | None = None,
        sms_capability: bool | None = None,
        phone_number: str | None = None,
        incoming_phone_number_sid: str | None = None,
        friendly_name: str | None = None,
        page_size: int | None = None,
        limit: int | None = None,
        after: str | None = None,
    ) -> Pager[HostedNumberOrder]:
        """List the account's orders.

        ``status`` is such as ``verified``, ``phone_number`` E.164, ``incoming_phone_number_sid`` ``PN...``.
        ``page_size`` is 1 to 1000 (Twilio's default is 50). ``limit`` is the most to read. ``after`` is a page's cursor
        to go on from. Source: ListHostedNumberOrder.
        """
        query = {
            "Status": choice(HostedNumberOrderStatus, status, "status"),
            "SmsCapability": switch(sms_capability, "sms_capability"),
            "PhoneNumber": None if phone_number is None else checked_e164(phone_number, "phone_number"),
            "IncomingPhoneNumberSid": optional_sid(
                incoming_phone_number_sid, "PN", "incoming_phone_number_sid"
            ),
            "FriendlyName": named(friendly_name, "friendly_name"),
        }
        return self._rows(LIST, lambda page: page.items, PageQuery(page_size, limit, after), query=query)

    async def wait(
        self,
        sid: str,
        *,
        until: HostedNumberOrderStatus | str | Callable[[HostedNumberOrder], bool] | None = None,
        timeout: float | None = None,
        pause: float = 2.0,
        max_pause: float = 300.0,
    ) -> HostedNumberOrder:
        """Look at the order ``sid`` (``HR...``) until it is completed or failed, and return it.

        ``until`` is another status to wait for, or a function of the HostedNumberOrder. An order that has ended ends
        the wait all the same. ``timeout`` is seconds (None: as long as it takes; letters take days). ``pause`` is the
        first pause between two looks, which grows up to ``max_pause``. Raises RequestTimeoutError.
        Source: FetchHostedNumberOrder.
        """
        check_sid(sid, "HR", "sid")
        is_done = reached(HostedNumberOrderStatus, until, attrgetter("status"), attrgetter("is_terminal"))
        return await poll(
            self._caller, lambda: self.fetch(sid), is_done, timeout=timeout, pause=pause, max_pause=max_pause
        )


def _name(name: str | None) -> str | None:
    if name is not None and len(required(name, "friendly_name")) > _MAX_FRIENDLY_NAME:
        raise invalid("friendly_name", f"must be at most {_MAX_FRIENDLY_NAME} characters long")
    return name


def _delay(seconds: int | None) -> int | None:
    if seconds is not None and (
        isinstance(seconds, bool) or not isinstance(seconds, int) or not 0 <= seconds <= _LONGEST_DELAY  # pyright: ignore[reportUnnecessaryIsInstance]
    ):
        raise invalid("call_delay", f"must be a whole number of seconds, 0 to {_LONGEST_DELAY}")
    return seconds
