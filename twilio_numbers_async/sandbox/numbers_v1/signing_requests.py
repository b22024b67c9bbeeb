"""SigningRequest/Configuration: the e-mail that asks for a signature, one per product and country.

Creating one that is there updates it: fields that are not sent stay, ``""`` clears one. The list is paged by URL,
and its URLs name Twilio's public host, as the real ones do.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated
from urllib.parse import urlencode

from msgspec import Meta
from msgspec.structs import asdict

from ..errors import bad_request
from ..http.strict import Body, Fields, PageSize, is_sid, is_web_address, json_body, query
from ..routing import PUBLIC_HOST, Call, Reply, Route, json_reply
from ..state import SandboxState

__all__ = ["SigningRequests"]

_PATH = "/v1/SigningRequest/Configuration"
_URL = PUBLIC_HOST + _PATH
_PRODUCTS = {"porting": "Porting", "hosting": "Hosting"}


class SigningRequestBody(Body):
    logo_sid: str | None = None
    friendly_name: str | None = None
    product: str | None = None
    country: str | None = None
    email_subject: Annotated[str, Meta(max_length=255)] | None = None
    email_message: Annotated[str, Meta(max_length=5000)] | None = None
    url_redirection: str | None = None


class SigningRequestQuery(Fields):
    country: str | None = None
    product: str | None = None
    page_size: PageSize = 50
    page: Annotated[int, Meta(ge=0)] = 0
    page_token: str | None = None


Configuration = dict[str, object]


class SigningRequests:
    """The two operations, and the configurations of each account in the order in which they were made."""

    def __init__(self, state: SandboxState) -> None:
        self._state = state
        self._by_account: dict[str, dict[tuple[str | None, str | None], Configuration]] = {}

    def routes(self) -> Iterable[Route]:
        """Create and list."""
        yield Route("CreateSigningRequestConfiguration", "POST", _PATH, self.create)
        yield Route("ListSigningRequestConfiguration", "GET", _PATH, self.list, query=True)

    def create(self, call: Call) -> Reply:
        """Insert or update the configuration of a product and a country."""
        body = json_body(call, SigningRequestBody)
        product = _product(body.product)
        if body.logo_sid and not is_sid(body.logo_sid, "RD"):
            raise bad_request("Invalid parameter: logo_sid is the SID of a document")
        if body.url_redirection and not is_web_address(body.url_redirection):
            raise bad_request("Invalid parameter: url_redirection is not an http or https URL")
        country = _country(body.country)
        configurations = self._by_account.setdefault(call.account.sid, {})
        empty: Configuration = {"url": _URL}
        empty.update(dict.fromkeys(SigningRequestBody.__struct_fields__))
        configuration = configurations.setdefault((product, country), empty)
        sent = asdict(body) | {"product": product, "country": country}
        configuration.update({name: value or None for name, value in sent.items() if value is not None})
        return json_reply(201, configuration)

    def list(self, call: Call) -> Reply:
        """One page of the configurations, of one product and country if these are named."""
        asked = query(call, SigningRequestQuery)
        product, country = _product(asked.product), _country(asked.country)
        rows = [
            configuration
            for key, configuration in self._by_account.get(call.account.sid, {}).items()
            if product in {None, key[0]} and country in {None, key[1]}
        ]
        start = _start(asked, len(rows))
        end = start + asked.page_size
        meta = {
            "key": "configurations",
            "page": asked.page,
            "page_size": asked.page_size,
            "first_page_url": _page_url(asked, 0, 0),
            "previous_page_url": _page_url(asked, asked.page - 1, start - asked.page_size) if start else None,
            "url": _page_url(asked, asked.page, start),
            "next_page_url": _page_url(asked, asked.page + 1, end) if end < len(rows) else None,
        }
        return json_reply(200, {"configurations": rows[start:end], "meta": meta})


def _product(value: str | None) -> str | None:
    if not value:
        return None
    try:
        return _PRODUCTS[value.lower()]
    except KeyError:
        raise bad_request("Invalid parameter: product is Porting or Hosting") from None


def _country(value: str | None) -> str | None:
    if not value:
        return None
    if len(value) != 2 or not value.isascii() or not value.isalpha():
        raise bad_request("Invalid parameter: country is an ISO 3166-1 alpha-2 code")
    return value.upper()


def _start(asked: SigningRequestQuery, rows: int) -> int:
    """Where a page starts. Only the token says; a page number alone is refused, as in the 2010-04-01 API."""
    if not asked.page_token:
        if asked.page:
            raise bad_request("Invalid parameter: Page needs its PageToken")
        return 0
    digits = asked.page_token.removeprefix("PT")
    if len(digits) != 32 or not digits.isdecimal() or int(digits) > rows:
        raise bad_request("Invalid parameter: PageToken")
    return int(digits)


def _page_url(asked: SigningRequestQuery, page: int, start: int) -> str:
    fields: dict[str, str | int] = {}
    if asked.product:
        fields["Product"] = asked.product
    if asked.country:
        fields["Country"] = asked.country
    fields |= {"PageSize": asked.page_size, "Page": max(page, 0)}
    if start > 0:
        fields["PageToken"] = f"PT{start:032}"
    return f"{_URL}?{urlencode(fields)}"
