"""HostedNumber/Orders: the seven operations on orders and bulk requests, and the rules of hosting.

An order is taken for a number that is eligible (see ``numbers_v1/eligibility.py``; 400, 22130 otherwise), and once: 409
while the number has an order under way. An address that is known must be in the number's country (400). A status can be
set to ``pending-verification`` only (400, 22111), of an order that is ``received`` or is called, three times at most
(400, 22114). An order is deleted while it is ``received`` (409 otherwise). A letter is sent for orders that are
``verified``, or ``action-required`` after they were (409 otherwise), and canceled while it waits (409 otherwise).

The body of a bulk request is an assumption, and so are its limit of 1,000 numbers, the codes of these refusals and the
failure of the numbers that are not eligible.
"""

from __future__ import annotations

from ..credentials import Account
from ..errors import Refusal, bad_request, conflict, invalid_phone_number
from ..http.strict import check_email, check_url, form_body, is_e164, json_body, query
from ..numbering import country_of
from ..numbers_v1.eligibility import sub_status_of
from ..numbers_v1.portability import Portability
from ..paging import url_page
from ..routing import Call, Family, Reply, json_reply, no_content, route
from ..state import SandboxState
from .hosted_order import BULK, MOST_CALLS, ORDERS, Bulk, Order, shown_bulk, shown_order
from .hosting import HostedNumberOrders
from .hosting_bodies import (
    BulkBody,
    BulkItem,
    BulkNumber,
    BulkQuery,
    OrderBody,
    OrdersQuery,
    StatusBody,
    check_contact,
    emails_of,
    order_filter,
    settings_of,
)
from .papers import Papers

_MOST_NUMBERS = 1000
_BAD_STATUS, _NOT_TO_VERIFY, _NOT_ELIGIBLE = 22111, 22114, 22130


class HostingFamily(Family):
    """Operations on orders and letters."""

    def __init__(self, state: SandboxState, orders: HostedNumberOrders, papers: Papers) -> None:
        self._state = state
        self._orders = orders
        self._papers = papers

    def _check_address(self, account_sid: str, address_sid: str, number: str | None) -> None:
        """Refuse an address that is not there, where the sandbox is strict, or in another country."""
        address = self._papers.addresses.find(account_sid, address_sid)
        if address is None:
            if self._papers.strict:
                raise bad_request("Invalid parameter: AddressSid is not an address of the account")
        elif number is not None and address.iso_country != country_of(number):
            raise bad_request("Invalid parameter: AddressSid is in another country than PhoneNumber")


class HostedNumberOrderRoutes(HostingFamily):
    """The seven operations on orders and bulk requests."""

    def __init__(
        self,
        state: SandboxState,
        orders: HostedNumberOrders,
        papers: Papers,
        portability: Portability,
        *,
        polls: int,
    ) -> None:
        super().__init__(state, orders, papers)
        self._portability = portability
        self._polls = polls

    @route("CreateHostedNumberOrder", "POST", ORDERS)
    def create(self, call: Call) -> Reply:
        body = form_body(call, OrderBody, repeatable=frozenset({"CcEmails"}))
        cc_emails = emails_of("CcEmails", body.cc_emails)
        check_contact(body.email, body.contact_phone_number, "Email", "ContactPhoneNumber")
        check_url("SmsUrl", body.sms_url)
        check_url("SmsFallbackUrl", body.sms_fallback_url)
        check_url("StatusCallbackUrl", body.status_callback_url)
        if not is_e164(body.phone_number):
            raise invalid_phone_number()
        account_sid = body.account_sid or call.account.sid
        if not self._state.accounts.may_act_for(call.account, account_sid):
            raise bad_request("Invalid parameter: AccountSid is neither your account nor a subaccount of it")
        self._check_address(account_sid, body.address_sid, body.phone_number)
        if self._orders.open_order(body.phone_number) is not None:
            raise conflict("PhoneNumber has an order already")
        problem = self._problem(call.account, account_sid, body.phone_number)
        if problem is not None:
            raise Refusal(400, _NOT_ELIGIBLE, f"PhoneNumber is not eligible for hosting: {problem}")
        order = self._new(
            account_sid, body.phone_number, body.address_sid, body.email, body.contact_phone_number
        )
        order.contact_title, order.friendly_name = body.contact_title, body.friendly_name
        order.cc_emails, order.sms = cc_emails, body.sms_capability
        return json_reply(201, shown_order(self._orders.add(order, settings_of(body))))

    @route("ListHostedNumberOrder", "GET", ORDERS, query=True)
    def list(self, call: Call) -> Reply:
        asked = query(call, OrdersQuery)
        matches = order_filter(asked)

        def wanted(order: Order) -> bool:
            seen = self._state.sees(call, order)
            return seen and asked.sms_capability in {None, order.sms} and matches(order)

        return url_page(call, self._orders.all.rows, shown_order, key="items", asked=asked, wanted=wanted)

    @route("FetchHostedNumberOrder", "GET", f"{ORDERS}/{{Sid}}")
    def fetch(self, call: Call) -> Reply:
        return json_reply(200, shown_order(self._find(call)))

    @route("UpdateHostedNumberOrder", "POST", f"{ORDERS}/{{Sid}}")
    def update(self, call: Call) -> Reply:
        order, body = self._find(call), form_body(call, StatusBody)
        if body.status != "pending-verification":
            raise Refusal(400, _BAD_STATUS, "Status can be set to pending-verification only")
        if order.status not in {"received", "pending-verification"} or order.attempts >= MOST_CALLS:
            raise Refusal(400, _NOT_TO_VERIFY, "The order is not in a state to verify")
        order.delay, order.extension = body.verification_call_delay, body.verification_call_extension
        self._orders.call(order)
        return json_reply(200, shown_order(order))

    @route("DeleteHostedNumberOrder", "DELETE", f"{ORDERS}/{{Sid}}")
    def delete(self, call: Call) -> Reply:
        order = self._find(call)
        if order.status != "received":
            raise conflict(f"An order that is {order.status} cannot be deleted")
        self._orders.remove(order)
        return no_content()

    @route("CreateBulkHostedNumberOrder", "POST", BULK)
    def create_bulk(self, call: Call) -> Reply:
        """Take a bulk request in: its orders are processed later."""
        body = json_body(call, BulkBody)
        self._check_bulk(call, body)
        bulk = Bulk(
            sid=self._state.new_sid("BH"),
            account_sid=call.account.sid,
            friendly_name=body.friendly_name,
            notification_email=body.notification_email,
            orders=[],
            created=self._state.now(),
        )
        self._orders.bulks[bulk.sid] = bulk
        for item in body.request_items:
            for number in item.numbers:
                bulk.orders.append(self._in_bulk(call.account, bulk, item, number))
        return json_reply(202, shown_bulk(bulk, "QUEUED", None))

    @route("FetchBulkHostedNumberOrder", "GET", f"{BULK}/{{BulkHostingSid}}", query=True)
    def fetch_bulk(self, call: Call) -> Reply:
        """A bulk request as far as it is: every fetch moves it on until it is processed."""
        asked = query(call, BulkQuery)
        bulk = self._state.seen(call, self._orders.bulks.get(call.params["BulkHostingSid"]))
        bulk.polls += 1
        if bulk.completed is None and bulk.polls >= self._polls:
            self._orders.process(bulk)
        status = "IN_PROGRESS" if bulk.completed is None else "PROCESSED"
        wanted = asked.order_status and asked.order_status.replace("-", "_").lower()
        return json_reply(200, shown_bulk(bulk, status, wanted))

    # inside

    def _find(self, call: Call) -> Order:
        return self._state.seen(call, self._orders.find(call.params["Sid"]))

    def _new(self, account_sid: str, number: str, address_sid: str, email: str, contact: str) -> Order:
        now = self._state.now()
        return Order(
            sid=self._state.new_sid("HR"),
            account_sid=account_sid,
            phone_number=number,
            address_sid=address_sid,
            email=email,
            contact_phone_number=contact,
            created=now,
            updated=now,
        )

    def _check_bulk(self, call: Call, body: BulkBody) -> None:
        numbers = [each.phone_number for item in body.request_items for each in item.numbers]
        if len(numbers) > _MOST_NUMBERS:
            raise bad_request(f"request_items: at most {_MOST_NUMBERS} numbers")
        if len(set(numbers)) < len(numbers):
            raise bad_request("request_items: a number comes twice")
        check_email("notification_email", body.notification_email)
        for position, item in enumerate(body.request_items):
            at = f"request_items[{position}]"
            check_contact(item.email, item.contact_phone_number, f"{at}.email", f"{at}.contact_phone_number")
            self._check_address(call.account.sid, item.address_sid, None)
            for number in item.numbers:
                check_url(f"{at}.numbers.status_callback_url", number.status_callback_url)

    def _in_bulk(self, account: Account, bulk: Bulk, item: BulkItem, number: BulkNumber) -> Order:
        """An order of a bulk request. That of a number which is not eligible has failed."""
        order = self._new(
            account.sid, number.phone_number, item.address_sid, item.email, item.contact_phone_number
        )
        order.contact_title, order.bulk_sid, order.status = item.contact_title, bulk.sid, "twilio-processing"
        problem = self._problem(account, account.sid, number.phone_number, bulk=True)
        if problem is not None:
            order.status, order.failure_reason = "failed", problem
            order.next_step = "CONTACT_SUPPORT"
        return self._orders.add(order, {"status_callback": number.status_callback_url or ""})

    def _problem(self, account: Account, hosting: str, number: str, *, bulk: bool = False) -> str | None:
        """The reason against hosting a number, None for an eligible one."""
        if not is_e164(number):
            return "NUMBER_FORMAT_INELIGIBLE"
        verdict = self._portability.verdict(number, account, hosting)
        sub_status = sub_status_of(number, verdict, bulk=bulk)
        return None if sub_status == "ELIGIBLE" else sub_status
