"""HostedNumber/AuthorizationDocuments: the five operations on letters. For their rules see ``hosting_routes``."""

from __future__ import annotations

from ..errors import bad_request, conflict
from ..http.strict import form_body, query
from ..paging import matching, url_page
from ..routing import Call, Reply, json_reply, no_content, route
from .hosted_order import LETTERS, Letter, Order, shown_dependent, shown_letter
from .hosting_bodies import DependentQuery, LetterBody, LettersQuery, check_contact, emails_of, order_filter
from .hosting_routes import HostingFamily

_ONE = f"{LETTERS}/{{Sid}}"


class LetterRoutes(HostingFamily):
    """The five operations on letters."""

    @route("CreateAuthorizationDocument", "POST", LETTERS)
    def create(self, call: Call) -> Reply:
        body = form_body(call, LetterBody, repeatable=frozenset({"CcEmails", "HostedNumberOrderSids"}))
        check_contact(body.email, body.contact_phone_number, "Email", "ContactPhoneNumber")
        cc_emails = emails_of("CcEmails", body.cc_emails)
        orders: list[Order] = []
        for sid in dict.fromkeys(body.hosted_number_order_sids.split(",")):
            order = self._orders.find(sid)
            if order is None or not self._state.sees(call, order):
                raise bad_request("Invalid parameter: HostedNumberOrderSids has no order of the account")
            if order.status not in {"verified", "action-required"}:
                raise conflict(f"An order that is {order.status} gets no letter")
            self._check_address(order.account_sid, body.address_sid, order.phone_number)
            orders.append(order)
        letter = self._orders.letters.send(call.account.sid, orders, body.address_sid, body.email, cc_emails)
        return json_reply(201, shown_letter(letter))

    @route("ListAuthorizationDocument", "GET", LETTERS, query=True)
    def list(self, call: Call) -> Reply:
        asked = query(call, LettersQuery)
        matches = matching(asked, "email", "status")

        def wanted(letter: Letter) -> bool:
            return self._state.sees(call, letter) and matches(letter)

        rows = self._orders.letters.all.rows
        return url_page(call, rows, shown_letter, key="items", asked=asked, wanted=wanted)

    @route("FetchAuthorizationDocument", "GET", _ONE)
    def fetch(self, call: Call) -> Reply:
        return json_reply(200, shown_letter(self._find(call)))

    @route("DeleteAuthorizationDocument", "DELETE", _ONE)
    def cancel(self, call: Call) -> Reply:
        letter = self._find(call)
        if letter.status != "signing":
            raise conflict(f"A letter that is {letter.status} cannot be canceled")
        self._orders.letters.end(letter, "canceled")
        return no_content()

    @route("ListDependentHostedNumberOrder", "GET", f"{_ONE}/DependentHostedNumberOrders", query=True)
    def orders(self, call: Call) -> Reply:
        letter, asked = self._find(call), query(call, DependentQuery)
        rows = dict(enumerate(letter.orders, 1))
        return url_page(call, rows, shown_dependent, key="items", asked=asked, wanted=order_filter(asked))

    def _find(self, call: Call) -> Letter:
        return self._state.seen(call, self._orders.letters.all.get(call.params["Sid"]))
