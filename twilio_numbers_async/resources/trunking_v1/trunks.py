"""SIP trunks: the numbers whose calls they take."""

from __future__ import annotations

from ...models.sids import check_sid
from ...models.trunking_v1.trunks import TrunkPhoneNumber, TrunkPhoneNumberPage
from ...paging import PageQuery, Pager
from ..attached_numbers import AttachedNumbers, checked_number_sid, number_endpoints

__all__ = ["TrunksResource"]

ADD, LIST, FETCH, REMOVE = _ENDPOINTS = number_endpoints(
    "trunking",
    "/v1/Trunks/{TrunkSid}/PhoneNumbers",
    TrunkPhoneNumber,
    TrunkPhoneNumberPage,
    owner="trunk_sid",
)


class TrunksResource(AttachedNumbers):
    """``twilio.trunks``."""

    def phone_numbers(
        self,
        trunk_sid: str,
        *,
        page_size: int | None = None,
        limit: int | None = None,
        after: str | None = None,
    ) -> Pager[TrunkPhoneNumber]:
        """The numbers of the SIP trunk ``trunk_sid`` (``TK...``).

        ``page_size`` is 1 to 1000 (Twilio's default is 50). ``limit`` is the most to read. ``after`` is a page's cursor
        to go on from. Source: ListPhoneNumber (Trunking).
        """
        at = _checked_sid(trunk_sid)
        return self._rows(LIST, lambda page: page.phone_numbers, PageQuery(page_size, limit, after), at)

    async def fetch(self, trunk_sid: str, number_sid: str) -> TrunkPhoneNumber:
        """Fetch the number ``number_sid`` (``PN...``) of the SIP trunk ``trunk_sid`` (``TK...``).

        Raises NotFoundError for a number of another trunk. Source: FetchPhoneNumber (Trunking).
        """
        return await self._caller.call(FETCH, _checked_sid(trunk_sid), checked_number_sid(number_sid))

    async def add(self, trunk_sid: str, number_sid: str) -> TrunkPhoneNumber:
        """Add the number ``number_sid`` (``PN...``) to the SIP trunk ``trunk_sid`` (``TK...``).

        A number that the trunk has already is the result, and no error. So is one that it shows after an answer was
        lost. Raises ConflictError for a number of another trunk. Source: CreatePhoneNumber, FetchPhoneNumber
        (Trunking).
        """
        return await self._add(_ENDPOINTS, _checked_sid(trunk_sid), checked_number_sid(number_sid))

    async def remove(self, trunk_sid: str, number_sid: str) -> None:
        """Remove the number ``number_sid`` (``PN...``) from the SIP trunk ``trunk_sid`` (``TK...``).

        The account keeps the number. Source: DeletePhoneNumber (Trunking).
        """
        await self._caller.call(REMOVE, _checked_sid(trunk_sid), checked_number_sid(number_sid))


def _checked_sid(trunk_sid: str) -> str:
    return check_sid(trunk_sid, "TK", "trunk_sid")
