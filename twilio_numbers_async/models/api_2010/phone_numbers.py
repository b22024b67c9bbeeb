"""2010-04-01: what incoming and available numbers share: capabilities and the paging keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from ..base import Answer, OpenEnum


class AddressRequirement(OpenEnum):
    """The kind of address that a number needs."""

    NONE = "none"
    ANY = "any"
    LOCAL = "local"
    FOREIGN = "foreign"


if TYPE_CHECKING:
    _OtherSpellings = Answer
else:

    class _OtherSpellings(Answer, frozen=True, kw_only=True, repr_omit_defaults=True):
        """The keys of capabilities in the other cases they come in; empty once they have been read.

        Fields of their own cost a tenth of what a decoding hook for the object would.
        """

        _upper_voice: bool | None = msgspec.field(default=None, name="VOICE")
        _upper_sms: bool | None = msgspec.field(default=None, name="SMS")
        _upper_mms: bool | None = msgspec.field(default=None, name="MMS")
        _upper_fax: bool | None = msgspec.field(default=None, name="FAX")
        _title_voice: bool | None = msgspec.field(default=None, name="Voice")
        _title_sms: bool | None = msgspec.field(default=None, name="Sms")
        _title_mms: bool | None = msgspec.field(default=None, name="Mms")
        _title_fax: bool | None = msgspec.field(default=None, name="Fax")

        def __post_init__(self):
            # Runs once a number: "fax" is often missing, the other three only where the case differs.
            other_fax = self._upper_fax if self._title_fax is None else self._title_fax
            if self.voice is None or self.sms is None or self.mms is None or other_fax is not None:
                _read_other_spellings(self)


_SPELLINGS = [
    (name, f"_{case}_{name}") for case in ("upper", "title") for name in ("voice", "sms", "mms", "fax")
]


def _read_other_spellings(capabilities: Any) -> None:
    for name, spelling in _SPELLINGS:
        value = getattr(capabilities, spelling)
        if value is not None:
            msgspec.structs.force_setattr(capabilities, spelling, None)
            msgspec.structs.force_setattr(capabilities, name, value)


class PhoneNumberCapabilities(_OtherSpellings, frozen=True, kw_only=True, omit_defaults=True):
    """The capabilities of a number. Their keys come in any case: ``voice``, ``VOICE``, ``Voice``."""

    voice: bool | None = None
    """Calls."""
    sms: bool | None = None
    """Text messages."""
    mms: bool | None = None
    """Multimedia messages."""
    fax: bool | None = None
    """Faxes."""


class UriPage(Answer, frozen=True, kw_only=True):
    """The paging keys of a page. All of them may be absent, as in a search for available numbers."""

    first_page_uri: str | None = None
    """The path of the first page."""
    next_page_uri: str | None = None
    """The path of the next page, to be followed word for word; None on the last."""
    previous_page_uri: str | None = None
    """The path of the page before; None on the first."""
    page: int | None = None
    """The number of this page, from 0."""
    page_size: int | None = None
    """The number of rows on a page."""
    start: int | None = None
    """The position of the first row of this page, from 0."""
    end: int | None = None
    """The position of the last row of this page, from 0."""
    uri: str | None = None
    """The path of this page."""

    @property
    def next_page(self) -> str | None:
        """The path of the next page; None on the last."""
        return self.next_page_uri
