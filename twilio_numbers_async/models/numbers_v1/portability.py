"""Numbers v1, Porting/Portability: whether a number can be ported to Twilio."""

from __future__ import annotations

from ..base import Answer, OpenEnum
from .advice import NotPortableReason, advice_for, is_passing_failure


class NumberType(OpenEnum):
    """The type of a phone number."""

    LOCAL = "LOCAL"
    UNKNOWN = "UNKNOWN"
    MOBILE = "MOBILE"
    TOLL_FREE = "TOLL-FREE"


class Portability(Answer, frozen=True, kw_only=True):
    """The portability of one number. A number that cannot be ported is a result, not an error."""

    phone_number: str | None = None
    """The number that was asked about, E.164."""
    account_sid: str | None = None
    """The account (``AC...``) that holds the number, when it is one of yours."""
    portable: bool | None = None
    """True if the number can be ported to Twilio through the API."""
    pin_and_account_number_required: bool | None = None
    """True if a port-in needs the losing carrier's PIN and account number."""
    not_portable_reason: NotPortableReason | None = None
    """The reason why the number cannot be ported; None when it can."""
    not_portable_reason_code: int | None = None
    """The code of that reason, such as 22133; None when the number can be ported."""
    number_type: NumberType | None = None
    """Local, mobile, toll-free or unknown."""
    country: str | None = None
    """The country the number belongs to, ISO 3166-1 alpha-2."""
    url: str | None = None
    """The address of this answer."""

    @property
    def advice(self) -> str:
        """Advice on what to do now, in one sentence."""
        if self.portable:
            if self.pin_and_account_number_required:
                return "Can be ported: the port-in needs the losing carrier's PIN and account number."
            return "Can be ported."
        if self.portable is None and not self.not_portable_reason_code and not self.not_portable_reason:
            return "Twilio did not say whether it can be ported: check it again."
        return advice_for(self.not_portable_reason_code, self.not_portable_reason)

    @property
    def is_passing_failure(self) -> bool:
        """True for 22135: Twilio failed while it looked, so asking again may give an answer."""
        return not self.portable and is_passing_failure(
            self.not_portable_reason_code, self.not_portable_reason
        )
