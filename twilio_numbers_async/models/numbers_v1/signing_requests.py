"""Numbers v1, SigningRequest/Configuration: the e-mail that asks for a signature, by product and country."""

from __future__ import annotations

from ..base import Answer, OpenEnum, Request
from ..numbers_v2.paging import UrlPage, UrlPageMeta


class SigningRequestProduct(OpenEnum):
    """The product that a signature is asked for."""

    PORTING = "Porting"
    HOSTING = "Hosting"


class SigningRequestConfiguration(Answer, frozen=True, kw_only=True):
    """The settings by which the letter of authorization is sent out for one product and country."""

    logo_sid: str | None = None
    """The document (``RD...``) with the logo on the letter."""
    friendly_name: str | None = None
    """The name that the configuration was given."""
    product: SigningRequestProduct | None = None
    """The product that the signature is asked for: porting or hosting."""
    country: str | None = None
    """The country it applies to, ISO 3166-1 alpha-2."""
    email_subject: str | None = None
    """The subject of the e-mail."""
    email_message: str | None = None
    """The text of the e-mail."""
    url_redirection: str | None = None
    """The URL that the signer is sent to after signing."""
    url: str | None = None
    """The address of this answer."""


class SigningRequestConfigurationPageMeta(UrlPageMeta, frozen=True, kw_only=True):
    """The paging part of a page of configurations."""


class SigningRequestConfigurationPage(UrlPage, frozen=True, kw_only=True):
    """One page of the list of signing request configurations."""

    configurations: list[SigningRequestConfiguration] | None = None
    """The configurations."""
    meta: SigningRequestConfigurationPageMeta | None = None
    """The paging part."""


class SigningRequestConfigurationCreate(Request, frozen=True, kw_only=True):
    """New settings for sending the letter of authorization. They replace those of the same product and country."""

    logo_sid: str | None = None
    """A document (``RD...``) with the logo for the letter."""
    friendly_name: str | None = None
    """A name for the configuration."""
    product: str | None = None
    """``"Porting"`` or ``"Hosting"``, or a ``SigningRequestProduct``."""
    country: str | None = None
    """The country it applies to, ISO 3166-1 alpha-2."""
    email_subject: str | None = None
    """The subject of the e-mail, at most 255 characters."""
    email_message: str | None = None
    """The text of the e-mail, at most 5,000 characters."""
    url_redirection: str | None = None
    """The URL to send the signer to after signing."""
