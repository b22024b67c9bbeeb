"""Faults for the next calls.

``Fault`` says how a call goes wrong; ``Rule`` says which calls.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Literal, Self
from urllib.parse import unquote

import msgspec

from .errors import Refusal, too_many_requests
from .routing import Reply

_HTML = b"<html><head><title>503 Service Unavailable</title></head><body><h1>No upstream</h1></body></html>"

Kind = Literal["refuse", "answer", "drop", "drop_after", "stall", "slow", "cut"]


@dataclass(frozen=True, slots=True)
class Fault:
    """One way for a call to go wrong, made by a class method."""

    kind: Kind
    reply: Reply | None = None
    seconds: float = 0.0

    @classmethod
    def rate_limited(cls, retry_after: float | str | None = None) -> Self:
        """429 code 20429 at once, not processed; ``Retry-After`` in seconds, or its text word for word."""
        refusal = too_many_requests()
        headers: dict[str, str] = {}
        if retry_after is not None:
            headers["Retry-After"] = retry_after if isinstance(retry_after, str) else f"{retry_after:g}"
        return cls("refuse", Reply(refusal.status, refusal.body(), headers=headers))

    @classmethod
    def error(
        cls,
        status: int = 500,
        code: int = 20500,
        message: str = "An internal server error has occurred",
        *,
        headers: Mapping[str, str] | None = None,
    ) -> Self:
        """Twilio's error body with any status and code; the call is not processed."""
        return cls("answer", Reply(status, Refusal(status, code, message).body(), headers=headers or {}))

    @classmethod
    def html(cls, status: int = 503, *, body: bytes = _HTML, retry_after: float | None = None) -> Self:
        """A page of HTML as from a proxy, without Twilio's headers; the call is not processed."""
        headers = {} if retry_after is None else {"Retry-After": f"{retry_after:g}"}
        return cls("answer", Reply(status, body, "text/html", headers, bare=True))

    @classmethod
    def answer(
        cls,
        status: int,
        body: bytes | Mapping[str, object] | list[object] = b"",
        *,
        content_type: str = "application/json",
        headers: Mapping[str, str] | None = None,
    ) -> Self:
        """Any answer; the call is not processed."""
        return cls("answer", Reply(status, encoded(body), content_type, headers or {}))

    @classmethod
    def garbage(cls, status: int = 200) -> Self:
        """An answer with the type of JSON that is not JSON; the call is not processed."""
        return cls("answer", Reply(status, b'{"portable": tru\x00\xff'))

    @classmethod
    def drop(cls) -> Self:
        """The connection is closed without an answer; the call is not processed."""
        return cls("drop")

    @classmethod
    def drop_after(cls) -> Self:
        """The call is processed, then the connection is closed without an answer."""
        return cls("drop_after")

    @classmethod
    def stall(cls) -> Self:
        """The call is neither answered nor processed, until the client leaves or the sandbox stops."""
        return cls("stall")

    @classmethod
    def slow(cls, seconds: float) -> Self:
        """The call is processed and answered so many seconds later."""
        if not (seconds >= 0 and math.isfinite(seconds)):
            raise ValueError("seconds: expected a number from 0 up")
        return cls("slow", seconds=seconds)

    @classmethod
    def cut(cls) -> Self:
        """The call is processed, and the connection closed in the middle of the answer's body."""
        return cls("cut")


@dataclass(eq=False, slots=True)
class Rule:
    """A fault and its calls. ``used`` counts them; ``cancel()`` ends the rule."""

    fault: Fault
    times: int | None = 1
    method: str | None = None
    path: str | None = None
    skip: int = 0
    every: int = 1
    used: int = 0
    _seen: int = field(default=0, repr=False)

    def __post_init__(self) -> None:
        if (self.times is not None and self.times < 1) or self.skip < 0 or self.every < 1:
            raise ValueError("A script needs times and every from 1 up, and skip from 0 up")

    @property
    def done(self) -> bool:
        """True if it applies to no further call."""
        return self.times is not None and self.used >= self.times

    def cancel(self) -> None:
        """Apply to no further call."""
        self.times = self.used

    def takes(self, method: str, path: str) -> bool:
        """True if the fault is for this call. Counts the call."""
        if self.done or (self.method is not None and method != self.method):
            return False
        if self.path is not None and not fnmatchcase(path, self.path):
            return False
        self._seen += 1
        if self._seen <= self.skip or (self._seen - self.skip) % self.every:
            return False
        self.used += 1
        return True


class Faults:
    """The faults that a test has ordered. The first rule that takes a call has it."""

    def __init__(self) -> None:
        self._rules: list[Rule] = []

    def add(
        self,
        fault: Fault,
        *,
        times: int | None = 1,
        method: str | None = None,
        path: str | None = None,
        skip: int = 0,
        every: int = 1,
    ) -> Rule:
        """Let calls go wrong: the next ``times`` that match (None: all), after ``skip`` of them, each ``every``th.

        ``path`` is a shell pattern over the decoded path, such as ``/v1/Porting/*``. Rules are asked in the order in
        which they were added. The rule counts in ``used``; ``cancel()`` ends it.
        """
        rule = Rule(fault, times=times, method=method, path=path, skip=skip, every=every)
        self._rules.append(rule)
        return rule

    def take(self, method: str, path: str) -> Fault | None:
        """The fault of a call, None for a call without one."""
        if not self._rules:
            return None
        if "%" in path:
            path = unquote(path)
        for rule in self._rules:
            if rule.takes(method, path):
                if rule.done:
                    self._rules.remove(rule)
                return rule.fault
        return None

    def clear(self) -> None:
        """Forget every rule."""
        self._rules.clear()


def encoded(body: bytes | Mapping[str, object] | list[object]) -> bytes:
    """The body of an answer: bytes as they are, anything else as JSON."""
    return body if isinstance(body, bytes) else msgspec.json.encode(body)
