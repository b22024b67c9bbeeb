"""What can be done to many numbers of an account: set something on them, or move them to another account."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import msgspec

from ..client import TwilioNumbers
from ..models import IncomingPhoneNumber
from ..models.base import fold
from ..resources.incoming_phone_number_options import IncomingPhoneNumberOptions
from ..sweep import Sweep

__all__ = ["Task", "Transfer", "Update"]


class Task(Protocol):
    """Something that is done to each of many numbers."""

    @property
    def account(self) -> str | None:
        """The account that has the numbers; None for the client's own."""
        ...

    @property
    def other_account(self) -> str | None:
        """Where numbers may be that this was done to already."""
        ...

    @property
    def verb(self) -> str: ...

    @property
    def done(self) -> str: ...

    @property
    def what(self) -> str:
        """All of it in words."""
        ...

    def is_done(self, number: IncomingPhoneNumber) -> bool:
        """True if there is nothing to do to this one."""
        ...

    def change(self, number: IncomingPhoneNumber) -> str:
        """What will be another one in this number."""
        ...

    def start(self, client: TwilioNumbers, sids: Sequence[str]) -> Sweep[IncomingPhoneNumber]:
        """Do it."""
        ...


class Update(msgspec.Struct, frozen=True):
    """Set the same things on every number."""

    options: IncomingPhoneNumberOptions
    account: str | None

    other_account = None
    verb = "update"
    done = "updated"

    @property
    def what(self) -> str:
        return ", ".join(f"{name}={value}" for name, value in self.options.items())

    def is_done(self, number: IncomingPhoneNumber) -> bool:
        return all(_same(getattr(number, name), value) for name, value in self.options.items())

    def change(self, number: IncomingPhoneNumber) -> str:
        before = {name: getattr(number, name) for name in self.options}
        changes = ((name, before[name], value) for name, value in self.options.items())
        return ", ".join(
            f"{name} {_shown(old)} -> {_shown(new)}" for name, old, new in changes if not _same(old, new)
        )

    def start(self, client: TwilioNumbers, sids: Sequence[str]) -> Sweep[IncomingPhoneNumber]:
        changes = [(sid, self.options) for sid in sids]
        return client.incoming_phone_numbers.update_many(changes, account_sid=self.account)


class Transfer(msgspec.Struct, frozen=True):
    """Move every number to one other account."""

    to: str
    account: str | None
    address_sid: str | None
    bundle_sid: str | None

    verb = "transfer"
    done = "transferred"

    @property
    def other_account(self) -> str | None:
        return self.to

    @property
    def what(self) -> str:
        return f"to {self.to}"

    def is_done(self, number: IncomingPhoneNumber) -> bool:
        return number.account_sid == self.to

    def change(self, number: IncomingPhoneNumber) -> str:
        return f"{number.account_sid} -> {self.to}"

    def start(self, client: TwilioNumbers, sids: Sequence[str]) -> Sweep[IncomingPhoneNumber]:
        return client.incoming_phone_numbers.transfer_many(
            sids,
            self.to,
            address_sid=self.address_sid,
            bundle_sid=self.bundle_sid,
            account_sid=self.account,
        )


def _same(old: object, new: object) -> bool:
    if isinstance(old, bool) or isinstance(new, bool):
        return old is new
    one, other = str(old or ""), str(new or "")
    # Of URLs and names the case counts; an enum's member is spelled in any way.
    return one == other or (type(old) is not str and old is not None and fold(one) == fold(other))


def _shown(value: object) -> str:
    return "nothing" if value in (None, "") else str(value)
