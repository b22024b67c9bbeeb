"""Regulations: the requirements of a country for having numbers there."""

from __future__ import annotations

from ...errors import InvalidArgumentError
from ...models.base import fold
from ...models.numbers_v2.end_users import EndUserKind
from ...models.numbers_v2.regulations import Regulation, RegulationNumberType, RegulationPage
from ...models.sids import check_sid
from ...paging import PageQuery, Pager
from ...transport.request import query_string
from ..base import Resource, enum_value
from ..endpoints import get
from ..form_checks import checked_iso_country, choice, required, switch

__all__ = ["RegulationsResource"]

_PATH = "/v2/RegulatoryCompliance/Regulations"

LIST = get("ListRegulation", _PATH, RegulationPage)
FETCH = get("FetchRegulation", f"{_PATH}/{{Sid}}", Regulation, echoes=("sid",))


class RegulationsResource(Resource):
    """``twilio.regulations``."""

    def list(
        self,
        *,
        iso_country: str | None = None,
        number_type: RegulationNumberType | str | None = None,
        end_user_type: EndUserKind | str | None = None,
        include_constraints: bool | None = None,
        page_size: int | None = None,
        limit: int | None = None,
        after: str | None = None,
    ) -> Pager[Regulation]:
        """List the regulations.

        ``iso_country`` is ISO 3166-1 alpha-2, ``number_type`` ``local``, ``mobile``, ``national``, ``toll-free`` and so
        on, ``end_user_type`` ``individual`` or ``business``; ``include_constraints`` adds to each field what it must
        be. ``page_size`` is 1 to 1000. ``limit`` is the most to read. ``after`` is a page's cursor to go on from.
        Source: ListRegulation.
        """
        query = {
            "EndUserType": choice(EndUserKind, end_user_type, "end_user_type"),
            "IsoCountry": checked_iso_country(iso_country),
            "NumberType": choice(RegulationNumberType, number_type, "number_type"),
            "IncludeConstraints": switch(include_constraints, "include_constraints"),
        }
        return self._rows(LIST, lambda page: page.results, PageQuery(page_size, limit, after), query=query)

    async def fetch(self, sid: str, *, include_constraints: bool | None = None) -> Regulation:
        """Fetch the regulation ``sid`` (``RN...``). Raises NotFoundError. Source: FetchRegulation."""
        query = query_string({"IncludeConstraints": switch(include_constraints, "include_constraints")})
        return await self._caller.call(FETCH, check_sid(sid, "RN", "sid"), query=query)

    async def find(
        self,
        country: str,
        number_type: RegulationNumberType | str,
        end_user_type: EndUserKind | str = EndUserKind.BUSINESS,
    ) -> Regulation:
        """The regulation for a kind of numbers in ``country``, with constraints: ``find("GB", "local", "business")``.

        ``number_type`` is as numbers are searched by: ``local``, ``mobile``, ``national`` or ``toll_free`` (any
        spelling); ``end_user_type`` is ``individual`` or ``business``.

        Raises InvalidArgumentError for a country, a kind or a type that does not exist, before anything is sent. For a
        kind that the country has no regulation for it names those that it has. Source: ListRegulation.
        """
        region = checked_iso_country(required(country, "country"), "country")
        wanted = enum_value(RegulationNumberType, number_type, "number_type")
        kind = enum_value(EndUserKind, end_user_type, "end_user_type")
        found = await self.list(iso_country=region, include_constraints=True).collect()
        # A server that knows the filter less well than it should must not choose for the user.
        found = [one for one in found if one.iso_country in {None, region}]
        for one in found:
            if fold(one.number_type or "") == fold(wanted) and one.end_user_type == kind:
                return one
        raise _no_regulation(region or "", wanted.value, kind, found)


def _no_regulation(
    country: str, number_type: str, kind: EndUserKind, found: list[Regulation]
) -> InvalidArgumentError:
    if not found:
        return InvalidArgumentError(
            f"country: there is no regulation for {country}, so nothing needs to be approved there",
            argument="country",
        )
    wanted = fold(number_type)
    same = [one for one in found if fold(one.number_type or "") == wanted]
    if same:
        kinds = ", ".join(sorted({one.end_user_type.value for one in same if one.end_user_type}))
        return InvalidArgumentError(
            f"end_user_type: {country} has no regulation of {number_type} numbers for {kind.value}; it has: {kinds}",
            argument="end_user_type",
        )
    types = ", ".join(sorted({one.number_type for one in found if one.number_type}))
    return InvalidArgumentError(
        f"number_type: {country} has no regulation of {number_type} numbers; it has: {types}",
        argument="number_type",
    )
