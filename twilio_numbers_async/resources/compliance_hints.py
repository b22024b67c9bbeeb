"""Hints for errors in which Twilio asks for an address, a bundle or an identity: the call that helps."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager

from ..errors import ApiError

__all__ = ["compliance_hints"]

_ADDRESS = "Get one with twilio.addresses.ensure(...), and give its SID as address_sid"
_BUNDLE = (
    "See what the country requires with twilio.regulations.find(country, number_type, end_user_type), plan it with "
    "plan_bundle(...), create it with twilio.bundles.create_all(plan), wait with twilio.bundles.wait(...) for its "
    "approval, and give its SID as bundle_sid"
)
_HINTS = {
    21615: _ADDRESS,
    21631: _ADDRESS,
    21649: _BUNDLE,
    21650: "Give the SID of the identity as identity_sid; where the country has a regulation (see "
    "twilio.regulations.list(iso_country=...)), an approved bundle stands for it: twilio.bundles.create_all(plan)",
    22204: "Set the others first, then the status, in a request of its own",
    22226: "Give a copy of the bundle that was approved: see twilio.bundles.copy(bundle_sid)",
}


@contextmanager
def compliance_hints() -> Generator[None]:
    """Add to errors that ask for papers the call that gets them."""
    try:
        yield
    except ApiError as error:
        hint = _HINTS.get(error.code or 0)
        if hint is not None:
            error.with_hint(hint)
        raise
