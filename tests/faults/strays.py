"""Answers that nobody waits for: twice, late, before the request; and connections that die while they idle."""

from __future__ import annotations

from tests.raw_server import Connection, RawServer, Received, drop
from twilio_numbers_async.errors import DecodeError

from .kinds import OTHER, OTHER_SID, fine, fine_bytes
from .replies import head, heard
from .table import AGAIN, FINE, Expected, Fault, Happening, by_kind, fails

__all__ = ["STRAYS"]


async def twice(connection: Connection, received: Received) -> None:
    """The right answer two times over, in one piece."""
    await connection.send(fine_bytes(received) * 2)


def while_idle(data: bytes | None = None, *, close: bool = False) -> Happening:
    """Send something over the connections that are open: the last answer again unless ``data`` is given."""

    async def send(server: RawServer) -> None:
        for writer in list(server.open):
            writer.write(fine_bytes(server.received[-1]) if data is None else data)
            if close:
                writer.close()
        await heard()

    return send


async def hang_up(server: RawServer) -> None:
    server.hang_up()


async def hang_up_and_tell(server: RawServer) -> None:
    server.hang_up()
    await heard()


async def again_as_the_next_goes_out(server: RawServer) -> None:
    """The second answer comes just when the next request does."""
    first = server.received[-1]

    async def both(connection: Connection, received: Received) -> None:
        await connection.send(fine_bytes(first))
        await connection.send(fine_bytes(received))

    server.script = [both, fine]


async def drop_what_is_used_again(connection: Connection, received: Received) -> None:
    await (drop if received.connection == 0 else fine)(connection, received)


async def before_it_is_asked(connection: Connection, number: int) -> None:
    """An answer on the first connection before any request."""
    if number == 0:
        body = (
            f'{{"phone_number": "{OTHER}", "portable": true, "sid": "PN{"b" * 32}", '
            f'"port_in_request_sid": "{OTHER_SID}", "phone_numbers": [{{"phone_number": "{OTHER}"}}]}}'
        ).encode()
        await connection.send(head(200, f"Content-Length: {len(body)}") + body)


_TIMED_OUT = head(408, "Content-Length: 2", "Connection: close") + b"{}"

STRAYS = (
    Fault("twice at once", (twice,), by_kind(FINE)),
    Fault("twice, the second while idle", (fine,), by_kind(FINE), afterwards=while_idle()),
    Fault(
        "twice, the second as the next goes out",
        (fine,),
        by_kind(get=FINE),
        afterwards=again_as_the_next_goes_out,
    ),
    Fault("after an answer that came twice", (fine,), by_kind(FINE), primed=True, meanwhile=while_idle()),
    Fault(
        "after an answer that comes again now",
        (fine,),
        by_kind(get=AGAIN),
        primed=True,
        meanwhile=again_as_the_next_goes_out,
    ),
    Fault(
        "a 408 while idle", (fine,), by_kind(FINE), primed=True, meanwhile=while_idle(_TIMED_OUT, close=True)
    ),
    Fault(
        "garbage while idle", (fine,), by_kind(FINE), primed=True, meanwhile=while_idle(b"\x00\xff\r\n\r\n")
    ),
    Fault(
        "half an answer while idle",
        (fine,),
        by_kind(FINE),
        primed=True,
        meanwhile=while_idle(b"HTTP/1.1 200 OK\r\nX"),
    ),
    # A session of the caller's own does not tell what has come over its connections: an answer's words do.
    Fault(
        "after an answer that came twice, over a borrowed session",
        (fine,),
        by_kind(get=AGAIN, orders=FINE),
        primed=True,
        meanwhile=while_idle(),
        stage="borrowed session",
    ),
    Fault("closed while idle", (fine,), by_kind(FINE), primed=True, meanwhile=hang_up_and_tell),
    Fault("closed as the request goes out", (fine,), by_kind(FINE), primed=True, meanwhile=hang_up),
    Fault(
        "closed at the second request", (drop_what_is_used_again,), by_kind(AGAIN, orders=FINE), primed=True
    ),
    Fault(
        "before it is asked",
        (fine,),
        by_kind(get=Expected(requests=(1, 2)), orders=fails(DecodeError, may=True, requests=(0, 1))),
        greeting=before_it_is_asked,
    ),
)
