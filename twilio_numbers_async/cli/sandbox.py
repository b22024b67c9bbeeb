"""``twilio-numbers sandbox``."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Annotated

import typer

from .exit_codes import FAILED, USAGE, Stop, tell

if TYPE_CHECKING:
    from ..sandbox import Sandbox

__all__ = ["sandbox"]


def sandbox(
    port: Annotated[
        int, typer.Option(min=0, max=65_535, help="Where to listen; 0 for a free port.", metavar="N")
    ] = 8010,
    host: Annotated[str, typer.Option(help="The address to listen on.", metavar="TEXT")] = "127.0.0.1",
    numbers: Annotated[int, typer.Option(min=0, help="Phone numbers that the account has.", metavar="N")] = 0,
    port_ins: Annotated[
        int,
        typer.Option(min=0, help="Port-in requests that the account has, each at another step.", metavar="N"),
    ] = 0,
    allowance: Annotated[
        int | None,
        typer.Option(min=1, help="Requests at once, 429 beyond it; any number by default.", metavar="N"),
    ] = None,
    latency: Annotated[
        float, typer.Option(min=0.0, help="Seconds that a request takes.", metavar="SECONDS")
    ] = 0.0,
    pace: Annotated[
        float | None,
        typer.Option(
            min=0.0,
            help="Seconds after which port-ins and reviews move a step on; never by default.",
            metavar="SECONDS",
        ),
    ] = None,
    repeat_webhooks: Annotated[
        bool, typer.Option("--repeat-webhooks", help="Send every webhook twice, as Twilio may.")
    ] = False,
    background: Annotated[
        bool, typer.Option("--background", help="Go on in the background, and return when it answers.")
    ] = False,
) -> int:
    """Run a Twilio to try things on, on this machine, until Ctrl-C.

    Standard output gets lines of a shell, after which commands and programs ask this sandbox. Standard error gets
    its address.

    \b
    eval "$(twilio-numbers sandbox --background)"
    twilio-numbers numbers list
    kill "$TWILIO_NUMBERS_SANDBOX_PID"
    """
    from ..sandbox import Sandbox

    ready = _detach() if background else None
    if isinstance(ready, int):
        return ready
    server = Sandbox(
        allowance,
        latency,
        host=host,
        port=port,
        port_in_pace=pace,
        review_pace=pace,
        webhook_repeats=int(repeat_webhooks),
    )
    try:
        _serve(server, numbers, port_ins, ready)
    except OSError as error:
        raise Stop(f"The sandbox cannot listen on {host}:{port}: {error.strerror or error}", FAILED) from None
    except ValueError as error:
        raise Stop(f"--numbers or --port-ins: {error}", USAGE) from None
    return 0


def _serve(server: Sandbox, numbers: int, port_ins: int, ready: Callable[[], None] | None) -> None:
    from ..sandbox.standalone import print_exports, serve

    def export(lines: Iterable[str]) -> None:
        print_exports(lines)
        if ready is not None:
            ready()

    def say(line: str) -> None:
        tell(line if ready is None else line.replace("Ctrl-C ends it", f"kill {os.getpid()} ends it"))

    serve(server, numbers=numbers, port_ins=port_ins, say=say, export=export)


def _detach() -> Callable[[], None] | int:
    """Fork into a process that no terminal ends.

    The new process gets a function to call when all is ready. The old process waits for that call and gets the exit
    code. Raises Stop on Windows.
    """
    if sys.platform == "win32":
        raise Stop("--background is not there on Windows: run it in a window of its own", USAGE)
    ours, theirs = os.pipe()
    sys.stdout.flush()
    sys.stderr.flush()
    pid = os.fork()
    if pid:
        os.close(theirs)
        ready = os.read(ours, 1)
        os.close(ours)
        return 0 if ready else os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    os.close(ours)
    os.setsid()

    def tell_ready() -> None:
        from ..sandbox.standalone import let_go

        let_go(0, 1, 2)
        os.write(theirs, b"1")
        os.close(theirs)

    return tell_ready
