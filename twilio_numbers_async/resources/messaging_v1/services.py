"""Messaging services: the numbers that they send from."""

from __future__ import annotations

from ...models.messaging_v1.services import MessagingServicePhoneNumber, MessagingServicePhoneNumberPage
from ...models.sids import check_sid
from ...paging import PageQuery, Pager
from ..attached_numbers import AttachedNumbers, checked_number_sid, number_endpoints

__all__ = ["MessagingServicesResource"]

ADD, LIST, FETCH, REMOVE = _ENDPOINTS = number_endpoints(
    "messaging",
    "/v1/Services/{ServiceSid}/PhoneNumbers",
    MessagingServicePhoneNumber,
    MessagingServicePhoneNumberPage,
    owner="service_sid",
)


class MessagingServicesResource(AttachedNumbers):
    """``twilio.messaging_services``."""

    def phone_numbers(
        self,
        service_sid: str,
        *,
        page_size: int | None = None,
        limit: int | None = None,
        after: str | None = None,
    ) -> Pager[MessagingServicePhoneNumber]:
        """The numbers of the messaging service ``service_sid`` (``MG...``).

        ``page_size`` is 1 to 1000 (Twilio's default is 50). ``limit`` is the most to read. ``after`` is a page's cursor
        to go on from. Source: ListPhoneNumber (Messaging).
        """
        at = _checked_sid(service_sid)
        return self._rows(LIST, lambda page: page.phone_numbers, PageQuery(page_size, limit, after), at)

    async def fetch(self, service_sid: str, number_sid: str) -> MessagingServicePhoneNumber:
        """Fetch the number ``number_sid`` (``PN...``) of the messaging service ``service_sid`` (``MG...``).

        Raises NotFoundError for a number of another service. Source: FetchPhoneNumber (Messaging).
        """
        return await self._caller.call(FETCH, _checked_sid(service_sid), checked_number_sid(number_sid))

    async def add(self, service_sid: str, number_sid: str) -> MessagingServicePhoneNumber:
        """Add the number ``number_sid`` (``PN...``) to the messaging service ``service_sid`` (``MG...``).

        A number that the service has already is the result, and no error. So is one that it shows after an answer was
        lost. Raises ConflictError for a number of another service: 21712. Source: CreatePhoneNumber, FetchPhoneNumber
        (Messaging).
        """
        return await self._add(_ENDPOINTS, _checked_sid(service_sid), checked_number_sid(number_sid))

    async def remove(self, service_sid: str, number_sid: str) -> None:
        """Remove the number ``number_sid`` (``PN...``) from the messaging service ``service_sid`` (``MG...``).

        The account keeps the number. Source: DeletePhoneNumber (Messaging).
        """
        await self._caller.call(REMOVE, _checked_sid(service_sid), checked_number_sid(number_sid))


def _checked_sid(service_sid: str) -> str:
    return check_sid(service_sid, "MG", "service_sid")
