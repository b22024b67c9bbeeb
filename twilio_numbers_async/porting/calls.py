"""The calls that porting needs. The resource has them."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterable, Iterable
from typing import Protocol

from ..models import PortIn, PortInCreate, PortInSummary

__all__ = ["PortInCalls"]


class PortInCalls(Protocol):
    """``twilio.port_ins``."""

    async def create(self, port_in: PortInCreate) -> PortIn: ...

    async def fetch(self, sid: str) -> PortIn: ...

    def list(
        self,
        *,
        sids: Iterable[str] | None = None,
        created_after: dt.date | None = None,
        page_size: int | None = None,
    ) -> AsyncIterable[PortInSummary]: ...
