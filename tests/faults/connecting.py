"""Faults before a request is read: nobody there, names, TLS, connections that are closed at once."""

from __future__ import annotations

from tests.raw_server import Connection
from twilio_numbers_async.errors import ConnectError, RequestTimeoutError

from .kinds import DELETE, GET, fine
from .stages import mute, plain_error
from .table import SHORTLY, Cells, Fault, by_kind, fails, late, lost

__all__ = ["CONNECTING"]


def unconnected(says: str = "no connection") -> Cells:
    """Nothing was sent: an order is tried again too."""
    return by_kind(fails(ConnectError, says=says, requests=0))


def unsent() -> Cells:
    """The time was up before anything was sent."""
    return by_kind(fails(RequestTimeoutError, says=r"within 0\.25 s", requests=0))


UNTOLD = fails(RequestTimeoutError, says=r"within 0\.25 s", requests=0, may=True)


async def close_at_once(connection: Connection, number: int) -> None:
    connection.close()


async def reset_at_once(connection: Connection, number: int) -> None:
    connection.reset()


async def close_in_the_request(connection: Connection, number: int) -> None:
    await connection.reader.readexactly(9)
    connection.close()


async def reset_in_the_request(connection: Connection, number: int) -> None:
    await connection.reader.readexactly(9)
    connection.reset()


CUT_SHORT = lost(resent=True, read=False)


CONNECTING = (
    Fault("nobody listens", (fine,), unconnected(), stage="nobody"),
    Fault("closed at once", (fine,), CUT_SHORT, greeting=close_at_once),
    Fault("reset at once", (fine,), CUT_SHORT, greeting=reset_at_once),
    Fault("closed in the request", (fine,), CUT_SHORT, greeting=close_in_the_request),
    Fault("reset in the request", (fine,), CUT_SHORT, greeting=reset_in_the_request),
    Fault("no such name", (fine,), unconnected(), stage="dns: fails"),
    # A session of the caller's own does not tell whether a request without a body has gone out.
    Fault(
        "a resolver that hangs",
        (fine,),
        {**unsent(), GET.name: UNTOLD, DELETE.name: UNTOLD},
        stage="dns: hangs",
        options=SHORTLY,
    ),
    Fault("a certificate of another name", (fine,), unconnected("certificat"), stage="tls: wrong name"),
    Fault("a certificate that expired", (fine,), unconnected("certificat"), stage="tls: expired"),
    Fault("a certificate of nobody", (fine,), unconnected("certificat"), stage="tls: unknown authority"),
    Fault("a self-signed certificate", (fine,), unconnected("certificat"), stage="tls: self-signed"),
    Fault(
        "plain HTTP where TLS is due", (fine,), unconnected(), stage="tls: plain server", greeting=plain_error
    ),
    Fault(
        "closed in the handshake",
        (fine,),
        unconnected(),
        stage="tls: plain server",
        greeting=close_in_the_request,
    ),
    Fault(
        "reset in the handshake",
        (fine,),
        unconnected(),
        stage="tls: plain server",
        greeting=reset_in_the_request,
    ),
    Fault(
        "mute in the handshake", (fine,), unsent(), stage="tls: plain server", greeting=mute, options=SHORTLY
    ),
    Fault("mute after the handshake", (fine,), late(read=False), stage="tls", greeting=mute, options=SHORTLY),
)
