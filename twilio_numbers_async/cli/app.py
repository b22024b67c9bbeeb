"""The ``twilio-numbers`` command with all its commands and groups."""

from __future__ import annotations

from typing import Annotated

import typer

from .._version import __version__
from .accounts import accounts, addresses
from .checking.check import check
from .checking.eligibility import eligibility
from .commands import command
from .compliance import compliance
from .help_pages import Group
from .hosting.commands import hosting
from .numbers.commands import numbers
from .port_ins.after import port_ins
from .report import report
from .sandbox import sandbox
from .sweep.command import sweep
from .webhooks.commands import webhooks

__all__ = ["app"]

_ENVIRONMENT = """\b
The environment:
  TWILIO_ACCOUNT_SID        the account
  TWILIO_AUTH_TOKEN         its auth token, or instead of it
  TWILIO_API_KEY            an API key (SK...)
  TWILIO_API_SECRET         and its secret
  TWILIO_EDGE TWILIO_REGION the location of the API, such as dublin and ie1
  TWILIO_PROFILE            a profile of Twilio's own command line, instead
  TWILIO_NUMBERS_BASE_URL   a server to use instead of Twilio's
  TWILIO_NUMBERS_COUNTRY    the country of numbers without a country code
  TWILIO_NUMBERS_LOG        info or debug: the same as -v and -vv"""

_PURPOSE = "Check, port, buy and manage Twilio phone numbers."

app: typer.Typer = typer.Typer(
    name="twilio-numbers",
    cls=Group,
    help=_PURPOSE,
    epilog=_ENVIRONMENT,
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
for _command in (sweep, check, eligibility, report, sandbox):
    command(app)(_command)
for _name, _group in (
    ("numbers", numbers),
    ("port-ins", port_ins),
    ("hosting", hosting),
    ("webhooks", webhooks),
    ("compliance", compliance),
    ("addresses", addresses),
    ("accounts", accounts),
):
    app.add_typer(_group, name=_name)


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
