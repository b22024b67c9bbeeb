"""The operations that can be carried in chunks: each is one of the client's methods for many inputs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from operator import attrgetter
from typing import Any, NamedTuple

import msgspec

from ..client import TwilioNumbers
from ..errors import InvalidArgumentError, invalid
from ..models import IncomingPhoneNumber, Portability
from ..sweep import Sweep, key_text

__all__ = ["Operation", "Plan", "operation_named"]


class Operation(NamedTuple):
    """An operation: the client's method that carries it out, the type of its answers, and its options."""

    method: Callable[[TwilioNumbers], Callable[..., Sweep[Any]]]
    result_type: type[msgspec.Struct]
    options: tuple[str, ...]
    needed: tuple[str, ...] = ()


_OPERATIONS = {
    "portability": Operation(
        attrgetter("portability.sweep"), Portability, ("country", "target_account_sid", "address_sid")
    ),
    "update": Operation(
        attrgetter("incoming_phone_numbers.update_many"), IncomingPhoneNumber, ("account_sid",)
    ),
    "transfer": Operation(
        attrgetter("incoming_phone_numbers.transfer_many"),
        IncomingPhoneNumber,
        ("to_account_sid", "address_sid", "bundle_sid", "account_sid"),
        needed=("to_account_sid",),
    ),
}


def operation_named(name: str) -> Operation:
    """Return the operation of this name. Raises InvalidArgumentError for an unknown one."""
    found = _OPERATIONS.get(name) if isinstance(name, str) else None
    if found is None:
        known = ", ".join(map(repr, _OPERATIONS))
        raise invalid("operation", f"must be one of {known}")
    return found


class Plan:
    """An operation with its options. Before there is a client, it makes the keys of inputs.

    Raises InvalidArgumentError for an unknown operation, and for options that it does not have.
    """

    def __init__(self, operation: str, options: Mapping[str, Any]) -> None:
        self.operation: str = operation
        self.options: dict[str, Any] = {name: value for name, value in options.items() if value is not None}
        self._operation = operation_named(operation)
        for name in self.options:
            if name not in self._operation.options:
                known = ", ".join(self._operation.options)
                raise invalid(name, f"is no option of {operation!r}; there are: {known}")
        for name in self._operation.needed:
            if name not in self.options:
                raise InvalidArgumentError(f"{operation!r} needs {name}", argument=name)
        self._sweep()  # raises for options that cannot be sent

    @property
    def decides(self) -> dict[str, object]:
        """The options that a journal compares, but for the client's own account, which is not known yet."""
        options = dict(self._sweep().options)
        if options["account_sid"] == _NOBODY:
            del options["account_sid"]
        return options

    def keys(self, inputs: Iterable[Any]) -> list[str | None]:
        """The journal's key of each input of one chunk, None for what cannot be asked."""
        key_of = self._sweep().key

        def text(item: Any) -> str | None:
            try:
                return key_text(key_of(item))
            except InvalidArgumentError:
                return None

        return [text(item) for item in inputs]

    def start(self, twilio: TwilioNumbers, inputs: Iterable[Any]) -> Sweep[Any]:
        """Start the sweep that carries the operation out."""
        return self._operation.method(twilio)(inputs, ordered=True, **self.options)

    def _sweep(self) -> Sweep[Any]:
        return self.start(_nobody(), ())


_NOBODY = "AC" + "0123456789abcdef" * 2


@cache
def _nobody() -> TwilioNumbers:
    """A client that is never opened: its methods say what they take, and make keys."""
    return TwilioNumbers(_NOBODY, "none")
