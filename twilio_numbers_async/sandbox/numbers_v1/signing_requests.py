"""SigningRequest/Configuration: the e-mail that asks for a signature, one per product and country.

Creating an existing one updates it: unsent fields stay, ``""`` clears a field. The list is paged by URLs of Twilio's
public host.
"""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta
from msgspec.structs import asdict

from ..errors import bad_request
from ..http.strict import Body, check_url, is_sid, json_body, query
from ..paging import PageQuery, url_page
from ..routing import PUBLIC_HOST, Call, Family, Reply, json_reply, route
from ..state import SandboxState

_PATH = "/v1/SigningRequest/Configuration"
_PRODUCTS = {"porting": "Porting", "hosting": "Hosting"}


class SigningRequestBody(Body):
    logo_sid: str | None = None
    friendly_name: str | None = None
    product: str | None = None
    country: str | None = None
    email_subject: Annotated[str, Meta(max_length=255)] | None = None
    email_message: Annotated[str, Meta(max_length=5000)] | None = None
    url_redirection: str | None = None


class SigningRequestQuery(PageQuery):
    country: str | None = None
    product: str | None = None


Configuration = dict[str, object]


class SigningRequests(Family):
    """The two operations, and the configurations of each account in the order in which they were made."""

    def __init__(self, state: SandboxState) -> None:
        self._state = state
        self._by_account: dict[str, dict[tuple[str | None, str | None], Configuration]] = {}

    @route("CreateSigningRequestConfiguration", "POST", _PATH)
    def create(self, call: Call) -> Reply:
        body = json_body(call, SigningRequestBody)
        product = _product(body.product)
        if body.logo_sid and not is_sid(body.logo_sid, "RD"):
            raise bad_request("Invalid parameter: logo_sid is the SID of a document")
        check_url("url_redirection", body.url_redirection)
        country = _country(body.country)
        configurations = self._by_account.setdefault(call.account.sid, {})
        empty: Configuration = {"url": PUBLIC_HOST + _PATH}
        empty.update(dict.fromkeys(SigningRequestBody.__struct_fields__))
        configuration = configurations.setdefault((product, country), empty)
        sent = asdict(body) | {"product": product, "country": country}
        configuration.update({name: value or None for name, value in sent.items() if value is not None})
        return json_reply(201, configuration)

    @route("ListSigningRequestConfiguration", "GET", _PATH, query=True)
    def list(self, call: Call) -> Reply:
        asked = query(call, SigningRequestQuery)
        product, country = _product(asked.product), _country(asked.country)
        rows = dict(enumerate(self._by_account.get(call.account.sid, {}).values(), 1))

        def wanted(one: Configuration) -> bool:
            return product in {None, one["product"]} and country in {None, one["country"]}

        return url_page(call, rows, lambda one: one, key="configurations", asked=asked, wanted=wanted)


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
