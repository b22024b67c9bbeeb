"""Signing request configurations: the e-mail that asks for a signature, by product and country."""

from __future__ import annotations

from ...models import (
    SigningRequestConfiguration,
    SigningRequestConfigurationCreate,
    SigningRequestConfigurationPage,
    SigningRequestProduct,
)
from ...models.validate import check
from ...paging import PageQuery, Pager
from ..base import Resource, enum_value
from ..endpoints import get, post

__all__ = ["SigningRequestConfigurationsResource"]

_PATH = "/v1/SigningRequest/Configuration"

CREATE = post(
    "CreateSigningRequestConfiguration", _PATH, SigningRequestConfiguration, idempotent=True
)  # it inserts or updates
LIST = get("ListSigningRequestConfiguration", _PATH, SigningRequestConfigurationPage)


class SigningRequestConfigurationsResource(Resource):
    """``twilio.signing_request_configurations``."""

    async def create(
        self,
        *,
        product: SigningRequestProduct | str | None = None,
        country: str | None = None,
        email_subject: str | None = None,
        email_message: str | None = None,
        friendly_name: str | None = None,
        logo_sid: str | None = None,
        url_redirection: str | None = None,
    ) -> SigningRequestConfiguration:
        """Set the configuration of a product and country; it inserts or updates.

        ``product`` is ``Porting`` or ``Hosting``, ``country`` ISO 3166-1 alpha-2, ``email_subject`` up to 255 and
        ``email_message`` up to 5,000 characters, ``logo_sid`` a document (``RD...``). None is not sent, ``""`` clears.
        Source: CreateSigningRequestConfiguration.
        """
        request = SigningRequestConfigurationCreate(
            product=None if product is None else enum_value(SigningRequestProduct, product, "product"),
            country=country,
            email_subject=email_subject,
            email_message=email_message,
            friendly_name=friendly_name,
            logo_sid=logo_sid,
            url_redirection=url_redirection,
        )
        check(request)
        return await self._post_json(CREATE, request)

    def list(
        self,
        *,
        country: str | None = None,
        product: SigningRequestProduct | str | None = None,
        page_size: int | None = None,
        limit: int | None = None,
        after: str | None = None,
    ) -> Pager[SigningRequestConfiguration]:
        """List the account's configurations.

        ``page_size`` is 1 to 1000 (Twilio's default is 50). ``limit`` is the most to read. ``after`` is a page's cursor
        to go on from. Source: ListSigningRequestConfiguration.
        """
        query = {
            "Country": country,
            "Product": None if product is None else enum_value(SigningRequestProduct, product, "product"),
        }
        return self._rows(
            LIST, lambda page: page.configurations, PageQuery(page_size, limit, after), query=query
        )
