"""Tasks for many numbers of an account: set something on them, move them to another account, release them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias, cast

import msgspec

from ...client import TwilioNumbers
from ...models import IncomingPhoneNumber
from ...models.base import fold
from ...resources.api_2010.incoming_phone_number_options import IncomingPhoneNumberOptions
from ...sweep import Sweep

__all__ = ["Release", "Task", "Transfer", "Update", "Wanted"]

Wanted = Mapping[str, object]
"""The settings for one number; empty if the task is the same for all."""


class Update(msgspec.Struct, frozen=True):
    """Set things on numbers: the same on all, or each row's own."""

    what: str
    account: str | None

    other_account = None
    verb = "update"
    done = "updated"

    def left(self, number: IncomingPhoneNumber, wanted: Wanted) -> Wanted | None:
        changes = {name: value for name, value in wanted.items() if not _same(getattr(number, name), value)}
        return changes or None

    def change(self, number: IncomingPhoneNumber, wanted: Wanted) -> str:
        return ", ".join(
            f"{name} {_shown(getattr(number, name))} -> {_shown(value)}" for name, value in wanted.items()
        )

    def start(
        self, client: TwilioNumbers, wanted: Sequence[tuple[str, Wanted]]
    ) -> Sweep[IncomingPhoneNumber]:
        changes = [(sid, cast("IncomingPhoneNumberOptions", options)) for sid, options in wanted]
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

    def left(self, number: IncomingPhoneNumber, wanted: Wanted) -> Wanted | None:
        return None if number.account_sid == self.to else wanted

    def change(self, number: IncomingPhoneNumber, wanted: Wanted) -> str:
        return f"{number.account_sid} -> {self.to}"

    def start(
        self, client: TwilioNumbers, wanted: Sequence[tuple[str, Wanted]]
    ) -> Sweep[IncomingPhoneNumber]:
        return client.incoming_phone_numbers.transfer_many(
            [sid for sid, _ in wanted],
            self.to,
            address_sid=self.address_sid,
            bundle_sid=self.bundle_sid,
            account_sid=self.account,
        )


class Release(msgspec.Struct, frozen=True):
    """Give numbers back: they are gone from the account."""

    account: str | None

    other_account = None
    verb = "release"
    done = "released"
    what = "they are gone from the account, and others can buy them"

    def left(self, number: IncomingPhoneNumber, wanted: Wanted) -> Wanted | None:
        return wanted

    def change(self, number: IncomingPhoneNumber, wanted: Wanted) -> str:
        used = number.voice_application_sid or number.trunk_sid or number.voice_url or number.sms_url
        return f"{number.friendly_name or 'no name'}{f', in use by {used}' if used else ''}"

    def start(
        self, client: TwilioNumbers, wanted: Sequence[tuple[str, Wanted]]
    ) -> Sweep[IncomingPhoneNumber]:
        return client.incoming_phone_numbers.delete_many([sid for sid, _ in wanted], account_sid=self.account)


Task: TypeAlias = Update | Transfer | Release
"""A task for each of many numbers.

``account`` has the numbers (None: the client's own), ``other_account`` those that the task was done to before. ``left``
gives the settings that a number does not have yet (None: nothing to do), ``change`` the change in words, ``start``
begins the task for these numbers (SIDs).
"""


def _same(old: object, new: object) -> bool:
    if isinstance(old, bool) or isinstance(new, bool):
        return old is new
    one, other = str(old or ""), str(new or "")
    # Of URLs and names the case counts; an enum's member is spelled in any way.
    return one == other or (type(old) is not str and old is not None and fold(one) == fold(other))


def _shown(value: object) -> str:
    return "nothing" if value in (None, "") else str(value)
