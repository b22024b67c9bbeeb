"""Numbers that are attached to a messaging service or to a SIP trunk."""

from __future__ import annotations

from contextlib import suppress
from typing import Any, Generic, NamedTuple, TypeVar

from ..errors import ApiError, DecodeError, TransportError, TwilioNumbersError
from ..models.numbers_v2.paging import UrlPage
from ..models.sids import check_sid
from ..transport.endpoint import Endpoint, Product
from .base import Resource
from .endpoints import delete, get, post

__all__ = ["AttachedNumbers", "NumberEndpoints", "checked_number_sid", "number_endpoints"]

N = TypeVar("N")
P = TypeVar("P", bound=UrlPage)

_REFUSED = frozenset({400, 409, 422})


class NumberEndpoints(NamedTuple, Generic[N, P]):
    """The four operations on attached numbers."""

    add: Endpoint[N]
    list: Endpoint[P]
    fetch: Endpoint[N]
    remove: Endpoint[None]


def number_endpoints(
    host: Product, path: str, result: type[N], page: type[P], *, owner: str
) -> NumberEndpoints[N, P]:
    """The operations below ``path``; ``owner`` is the field with the SID of what the numbers are attached to."""
    one = f"{path}/{{Sid}}"
    return NumberEndpoints(
        # A number that is there already is not added twice.
        post("CreatePhoneNumber", path, result, host=host, idempotent=True, echoes=(owner,), receipt="sid"),
        get("ListPhoneNumber", path, page, host=host),
        get("FetchPhoneNumber", one, result, host=host, echoes=(owner, "sid")),
        delete("DeletePhoneNumber", one, host=host),
    )


class AttachedNumbers(Resource):
    """The calls that the resources have in common."""

    async def _add(self, endpoints: NumberEndpoints[N, Any], owner: str, number_sid: str) -> N:
        """Attach a number. If the answer is lost or a refusal, the number is looked up: it may be attached already."""

        def difference(answer: Any) -> str:
            return "sid" if answer.sid and answer.sid != number_sid else ""

        try:
            form = {"PhoneNumberSid": number_sid}
            return await self._post(endpoints.add, owner, form=form, confirms=difference)
        except (ApiError, DecodeError, TransportError) as error:
            is_refused = isinstance(error, ApiError) and error.status in _REFUSED
            if not (error.may_have_been_processed or is_refused):
                raise
            with suppress(TwilioNumbersError):
                return await self._caller.call(endpoints.fetch, owner, number_sid)
            raise


def checked_number_sid(number_sid: str) -> str:
    """The SID of a number (``PN...``)."""
    return check_sid(number_sid, "PN", "number_sid")
