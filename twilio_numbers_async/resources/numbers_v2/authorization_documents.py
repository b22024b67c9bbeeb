"""Authorization documents: the letters whose signature lets Twilio host numbers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from ...errors import invalid
from ...models.numbers_v1.hosted_orders import AuthorizationDocumentStatus, HostedNumberOrderStatus
from ...models.numbers_v2.hosted_number_orders import (
    AuthorizationDocument,
    AuthorizationDocumentPage,
    DependentHostedNumberOrder,
    DependentHostedNumberOrderPage,
    HostedNumberOrder,
)
from ...models.sids import check_sid
from ...paging import PageQuery, Pager
from ...phone import checked_e164
from ..api_2010.number_settling import settled
from ..base import Resource, checked_sids
from ..endpoints import delete, get, post
from ..form_checks import checked_email, checked_emails, choice, named, optional_sid, required
from ..hints import hosting_hints
from .hosted_number_orders import FETCH as FETCH_ORDER, HostedNumberOrdersResource

__all__ = ["AuthorizationDocumentsResource"]

_LETTERS = "/v2/HostedNumber/AuthorizationDocuments"
_ONE = f"{_LETTERS}/{{Sid}}"

CREATE = post(
    "CreateAuthorizationDocument",
    _LETTERS,
    AuthorizationDocument,
    receipt="sid",
    settled_by="look at the signing_document_sid of its orders with twilio.hosted_number_orders.fetch(sid)",
)
LIST = get("ListAuthorizationDocument", _LETTERS, AuthorizationDocumentPage)
FETCH = get("FetchAuthorizationDocument", _ONE, AuthorizationDocument, echoes=("sid",))
CANCEL = delete("DeleteAuthorizationDocument", _ONE)
ORDERS = get(
    "ListDependentHostedNumberOrder",
    f"{_LETTERS}/{{SigningDocumentSid}}/DependentHostedNumberOrders",
    DependentHostedNumberOrderPage,
)

_FEW = 3
"""So many orders are looked at one by one."""
_PAGE_SIZE = 1000
_Status = HostedNumberOrderStatus
_VERIFY = "is not verified yet: see twilio.hosted_number_orders.verify(sid)"
_SIGNED = "has a letter that was signed"
_ENDED = "has ended"
_NO_LETTER: Mapping[HostedNumberOrderStatus, str] = {
    _Status.TWILIO_PROCESSING: _VERIFY,
    _Status.RECEIVED: _VERIFY,
    _Status.PENDING_VERIFICATION: _VERIFY,
    _Status.CARRIER_PROCESSING: _SIGNED,
    _Status.TESTING: _SIGNED,
    _Status.COMPLETED: _ENDED,
    _Status.FAILED: _ENDED,
}
"""The reason why an order of a status gets no letter. The others are left to Twilio."""


class AuthorizationDocumentsResource(Resource):
    """``twilio.authorization_documents``: letters of authorization."""

    async def create(
        self,
        hosted_number_order_sids: str | Iterable[str],
        *,
        address_sid: str,
        email: str,
        contact_phone_number: str,
        contact_title: str | None = None,
        cc_emails: str | Iterable[str] | None = None,
    ) -> AuthorizationDocument:
        """Send ``email`` a letter to sign for orders (``HR...``), whose status must be ``verified``.

        ``address_sid`` (``AD...``) is the address of the numbers' owner. The signer has ``contact_title`` (such as
        ``Owner``) and ``contact_phone_number`` (E.164). ``cc_emails`` get copies. The words of the e-mail are in
        ``twilio.signing_request_configurations``, product ``Hosting``.

        The letter is never sent twice. When the answer is lost, the letter is looked up by its first order. The
        TransportError is raised where it does not show, and has ``may_have_been_processed``. Raises
        InvalidArgumentError, before anything is changed, for an order that is not verified. Source:
        FetchHostedNumberOrder, ListHostedNumberOrder, CreateAuthorizationDocument, FetchAuthorizationDocument.
        """
        sids = checked_sids(
            hosted_number_order_sids, "HR", "hosted_number_order_sids", empty="must hold at least one SID"
        )
        form = {
            "AddressSid": check_sid(address_sid, "AD", "address_sid"),
            "Email": checked_email(required(email, "email"), "email"),
            "ContactPhoneNumber": checked_e164(contact_phone_number, "contact_phone_number"),
            "HostedNumberOrderSids": sids,
            "ContactTitle": named(contact_title, "contact_title"),
            "CcEmails": checked_emails(cc_emails, "cc_emails"),
        }
        before = await self._letter_before(sids)
        with hosting_hints():
            order = self._post(CREATE, form=form)
            return await settled(self._caller, order, lambda: self._find(sids[0], before))

    async def fetch(self, sid: str) -> AuthorizationDocument:
        """Fetch the letter ``sid`` (``PX...``). Raises NotFoundError. Source: FetchAuthorizationDocument."""
        return await self._caller.call(FETCH, check_sid(sid, "PX", "sid"))

    async def cancel(self, sid: str) -> None:
        """Cancel the letter ``sid`` (``PX...``), which was not signed. Source: DeleteAuthorizationDocument."""
        await self._caller.call(CANCEL, check_sid(sid, "PX", "sid"))

    def list(
        self,
        *,
        email: str | None = None,
        status: AuthorizationDocumentStatus | str | None = None,
        page_size: int | None = None,
        limit: int | None = None,
        after: str | None = None,
    ) -> Pager[AuthorizationDocument]:
        """List the account's letters.

        ``email`` is the signer's address, ``status`` such as ``signing``. ``page_size`` is 1 to 1000 (Twilio's default
        is 50). ``limit`` is the most to read. ``after`` is a page's cursor to go on from.
        Source: ListAuthorizationDocument.
        """
        query = {
            "Email": checked_email(email, "email"),
            "Status": choice(AuthorizationDocumentStatus, status, "status"),
        }
        return self._rows(LIST, lambda page: page.items, PageQuery(page_size, limit, after), query=query)

    def orders(
        self,
        sid: str,
        *,
        status: HostedNumberOrderStatus | str | None = None,
        phone_number: str | None = None,
        incoming_phone_number_sid: str | None = None,
        friendly_name: str | None = None,
        page_size: int | None = None,
        limit: int | None = None,
        after: str | None = None,
    ) -> Pager[DependentHostedNumberOrder]:
        """List the orders that the letter ``sid`` (``PX...``) is for.

        ``status`` is such as ``pending-loa``, ``phone_number`` E.164, ``incoming_phone_number_sid`` ``PN...``.
        ``page_size`` is 1 to 1000 (Twilio's default is 50). ``limit`` is the most to read. ``after`` is a page's cursor
        to go on from. Source: ListDependentHostedNumberOrder.
        """
        at = check_sid(sid, "PX", "sid")
        query = {
            "Status": choice(HostedNumberOrderStatus, status, "status"),
            "PhoneNumber": None if phone_number is None else checked_e164(phone_number, "phone_number"),
            "IncomingPhoneNumberSid": optional_sid(
                incoming_phone_number_sid, "PN", "incoming_phone_number_sid"
            ),
            "FriendlyName": named(friendly_name, "friendly_name"),
        }
        return self._rows(
            ORDERS, lambda page: page.items, PageQuery(page_size, limit, after), at, query=query
        )

    async def _letter_before(self, sids: Sequence[str]) -> str | None:
        """Look at the orders before the letter is sent. The letter (``PX...``) that the first one has already."""
        before: str | None = None
        verified = await self._verified(sids)
        for position, sid in enumerate(sids):
            order = verified[sid] if sid in verified else await self._caller.call(FETCH_ORDER, sid)
            problem = None if order.status is None else _NO_LETTER.get(order.status)
            if problem is not None:
                raise invalid(f"hosted_number_order_sids[{position}]", problem)
            if not position:
                before = order.signing_document_sid
        return before

    async def _verified(self, sids: Sequence[str]) -> dict[str, HostedNumberOrder]:
        """The orders of many ``sids`` that the list has as verified: a request for a thousand of them."""
        wanted = frozenset(sids)
        if len(wanted) <= _FEW:
            return {}
        orders = HostedNumberOrdersResource(self._caller).list(status=_Status.VERIFIED, page_size=_PAGE_SIZE)
        return {order.sid: order async for order in orders if order.sid and order.sid in wanted}

    async def _find(self, order_sid: str, before: str | None) -> AuthorizationDocument | None:
        """The letter that an order has now, unless it had it before."""
        order = await self._caller.call(FETCH_ORDER, order_sid)
        letter = order.signing_document_sid
        return None if not letter or letter == before else await self.fetch(letter)
