"""End users: the customers who use the numbers, and the types of end users that there are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...models.numbers_v2.end_users import EndUser, EndUserKind, EndUserPage, EndUserType, EndUserTypePage
from ...models.sids import check_sid
from ...paging import PageQuery, Pager
from ..base import Resource, enum_value
from ..form_checks import named, required, some_of
from .attributes import checked_attributes
from .paper_endpoints import of_papers, of_types

__all__ = ["EndUserTypesResource", "EndUsersResource"]

CREATE, LIST, FETCH, UPDATE, DELETE = of_papers(
    "EndUser",
    EndUser,
    EndUserPage,
    settled_by="look for it among twilio.end_users.list(), by friendly_name and attributes",
)
LIST_TYPES, FETCH_TYPE = of_types("EndUserType", EndUserType, EndUserTypePage)


class EndUsersResource(Resource):
    """``twilio.end_users``."""

    async def create(
        self,
        *,
        friendly_name: str,
        type: EndUserKind | str,  # noqa: A002 - Twilio's name
        attributes: Mapping[str, Any] | None = None,
    ) -> EndUser:
        """Create an end user of ``type`` ``individual`` or ``business``.

        ``attributes`` are what the regulation asks for, by machine name; a date is written ``YYYY-MM-DD``. It is never
        sent twice: when the answer is lost, the TransportError has ``may_have_been_processed`` and says how to find
        out. Source: CreateEndUser.
        """
        form = {
            "FriendlyName": required(friendly_name, "friendly_name"),
            "Type": enum_value(EndUserKind, type, "type").value,
            "Attributes": checked_attributes(attributes),
        }
        return await self._post(CREATE, form=form)

    async def fetch(self, sid: str) -> EndUser:
        """Fetch the end user ``sid`` (``IT...``). Raises NotFoundError. Source: FetchEndUser."""
        return await self._caller.call(FETCH, check_sid(sid, "IT", "sid"))

    async def update(
        self, sid: str, *, friendly_name: str | None = None, attributes: Mapping[str, Any] | None = None
    ) -> EndUser:
        """Change the name or the attributes of the end user ``sid`` (``IT...``). Source: UpdateEndUser."""
        form = {
            "FriendlyName": named(friendly_name, "friendly_name"),
            "Attributes": checked_attributes(attributes),
        }
        return await self._post(UPDATE, check_sid(sid, "IT", "sid"), form=some_of(form))

    async def delete(self, sid: str) -> None:
        """Delete the end user ``sid`` (``IT...``). Source: DeleteEndUser."""
        await self._caller.call(DELETE, check_sid(sid, "IT", "sid"))

    def list(
        self, *, page_size: int | None = None, limit: int | None = None, after: str | None = None
    ) -> Pager[EndUser]:
        """List the account's end users.

        ``page_size`` is 1 to 1000 (Twilio's default is 50). ``limit`` is the most to read. ``after`` is a page's cursor
        to go on from. Source: ListEndUser.
        """
        return self._rows(LIST, lambda page: page.results, PageQuery(page_size, limit, after))


class EndUserTypesResource(Resource):
    """``twilio.end_user_types``."""

    async def fetch(self, sid: str) -> EndUserType:
        """Fetch the type ``sid`` (``OY...``) of end users, with its fields. Raises NotFoundError.

        Source: FetchEndUserType.
        """
        return await self._caller.call(FETCH_TYPE, required(sid, "sid"))

    def list(
        self, *, page_size: int | None = None, limit: int | None = None, after: str | None = None
    ) -> Pager[EndUserType]:
        """List the types of end users, with their fields.

        ``page_size`` is 1 to 1000. ``limit`` is the most to read. ``after`` is a page's cursor to go on from. Source:
        ListEndUserType.
        """
        return self._rows(LIST_TYPES, lambda page: page.end_user_types, PageQuery(page_size, limit, after))
