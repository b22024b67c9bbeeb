"""The commands of ``twilio-numbers``, put together."""

from __future__ import annotations

from typing import Annotated

import typer

from .._version import __version__
from .accounts import accounts
from .addresses import addresses
from .checking.check import check
from .checking.eligibility import eligibility
from .common import dress
from .compliance import compliance
from .numbers.commands import numbers
from .port_ins.commands import port_ins
from .report import report
from .sandbox import sandbox
from .sweep.command import sweep
from .webhooks.commands import webhooks

__all__ = ["app"]

_ENVIRONMENT = """\b
The environment:
  TWILIO_ACCOUNT_SID        the account that is asked
  TWILIO_AUTH_TOKEN         its auth token, or instead of it
  TWILIO_API_KEY            an API key (SK...)
  TWILIO_API_SECRET         and its secret
  TWILIO_EDGE TWILIO_REGION where it is asked, such as dublin and ie1
  TWILIO_PROFILE            a profile of Twilio's own command line, instead
  TWILIO_NUMBERS_BASE_URL   a server to ask instead of Twilio's
  TWILIO_NUMBERS_COUNTRY    the country of numbers without a country code
  TWILIO_NUMBERS_LOG        info or debug: what -v and -vv say"""

app: typer.Typer = typer.Typer(
    name="twilio-numbers",
    help="Ask Twilio about phone numbers: can they be ported, how does it go on.",
    epilog=_ENVIRONMENT,
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
for _command in (sweep, check, eligibility, report, sandbox):
    app.command()(_command)
app.add_typer(numbers, name="numbers")
app.add_typer(port_ins, name="port-ins")
app.add_typer(webhooks, name="webhooks")
app.add_typer(compliance, name="compliance")
app.add_typer(addresses, name="addresses")
app.add_typer(accounts, name="accounts")
dress(app)


def _version(wanted: bool) -> None:
    if wanted:
        print(f"twilio-numbers {__version__}")
        raise typer.Exit


@app.callback()
def common(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """Ask Twilio about phone numbers: can they be ported, how does it go on."""
