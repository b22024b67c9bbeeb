"""The ``twilio-numbers`` command with all its commands and groups."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from .._version import __version__
from .help_pages import Group
from .lazy import LazyCommand

__all__ = ["COMMANDS", "app"]

_ENVIRONMENT = """\b
The environment:
  TWILIO_ACCOUNT_SID        the account
  TWILIO_AUTH_TOKEN         its auth token, or instead of it
  TWILIO_API_KEY            an API key (SK...)
  TWILIO_API_SECRET         and its secret: they are used where the token is set too
  TWILIO_EDGE TWILIO_REGION the location of the API, such as dublin and ie1
  TWILIO_PROFILE            a profile of Twilio's own command line, instead
  TWILIO_NUMBERS_BASE_URL   a server to use instead of Twilio's
  TWILIO_NUMBERS_COUNTRY    the country of numbers without a country code
  TWILIO_NUMBERS_LOG        info or debug: the same as -v and -vv"""

_PURPOSE = "Check, port, buy and manage Twilio phone numbers."

# In the order of use: the name, the module with the name in it, and the summary.
COMMANDS = (
    LazyCommand("check", "checking.check:check", "Check a few numbers for portability."),
    LazyCommand(
        "sweep",
        "sweep.command:sweep",
        "Check many numbers for portability: one row for each row of FILE, in the same order, columns kept.",
    ),
    LazyCommand(
        "report",
        "report:report",
        "Make one self-contained page of a sweep's results: sums, reasons, timeline, and a table to search.",
    ),
    LazyCommand(
        "eligibility",
        "checking.eligibility:eligibility",
        "Check if numbers can be hosted: Twilio's messages on a number that stays with its carrier.",
    ),
    LazyCommand("port-ins", "port_ins.after:port_ins", "Port numbers to Twilio, and follow how it goes."),
    LazyCommand("hosting", "hosting.commands:hosting", "Host numbers that stay with their carrier."),
    LazyCommand(
        "webhooks",
        "webhooks.commands:webhooks",
        "The targets of Twilio's porting events, and a receiver for them.",
    ),
    LazyCommand(
        "numbers", "numbers.commands:numbers", "The numbers that an account has, and those that it can buy."
    ),
    LazyCommand(
        "compliance",
        "compliance:compliance",
        "Know what a country requires for its numbers, and get it approved.",
    ),
    LazyCommand("addresses", "accounts:addresses", "The addresses of customers."),
    LazyCommand("accounts", "accounts:accounts", "The account and its subaccounts."),
    LazyCommand("sandbox", "sandbox:sandbox", "Run a sandbox of Twilio on this machine, until Ctrl-C."),
)


class _Commands(Group):
    """The whole command."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        for each in COMMANDS:
            self.add_command(each)

    def list_commands(self, ctx: Any) -> list[str]:
        return list(self.commands)


app: typer.Typer = typer.Typer(
    name="twilio-numbers",
    cls=_Commands,
    help=_PURPOSE,
    epilog=_ENVIRONMENT,
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def _version(wanted: bool) -> None:
    if wanted:
        print(f"twilio-numbers {__version__}")
        raise typer.Exit


@app.callback(help=_PURPOSE)
def common(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """Do nothing but the options that stand before a command."""
