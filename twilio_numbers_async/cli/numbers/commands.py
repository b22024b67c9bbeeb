"""``twilio-numbers numbers``: the numbers that an account has, and those that it can buy."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Annotated

import typer

from ..._util import counted
from ...errors import NotFoundError
from ...phone import to_e164
from ...resources.api_2010.available_phone_number_filters import (
    AvailablePhoneNumberFilters,
    AvailablePhoneNumberKind,
    search_parameters,
)
from ...resources.api_2010.incoming_phone_number_options import (
    IncomingPhoneNumberFilters,
    IncomingPhoneNumberKind,
)
from ..commands import OptionGroup, command, group
from ..connection import Connection
from ..exit_codes import FAILED, USAGE, Stop, tell
from ..options import COUNTRY_VARIABLE, Account, Country, Force, Limit, Yes, checked_account, country_of
from ..output import Listing, Output, print_json, shown
from ..sweep.plan import refuse_existing
from ..sweep.survey import refuse_unplaced, survey
from ..tables import output_format
from .bulk_commands import checked_rows, release, transfer, update
from .buying import Purchase, buy
from .inventory import FOUND, LISTED, fields_of, found, listed, numbers_file, words_of
from .settings import SettingOptions

__all__ = ["numbers"]

numbers: typer.Typer = group("The numbers that an account has, and those that it can buy.")

_PAGE = 1000


class SearchOptions(OptionGroup, frozen=True, kw_only=True):
    """The options of a command that searches for numbers to buy."""

    country: Annotated[
        str | None,
        typer.Option(
            envvar=COUNTRY_VARIABLE,
            help="The country to search in, and of a number without a country code.",
            metavar="CODE",
        ),
    ] = None
    kind: Annotated[AvailablePhoneNumberKind | None, typer.Option("--kind", help="local by default.")] = None
    area_code: Annotated[str | None, typer.Option(help="US and Canada, such as 415.", metavar="NNN")] = None
    contains: Annotated[
        str | None,
        typer.Option(
            help="2 to 16 digits and letters, * for any one, % for any several, + at the start, $ at the end.",
            metavar="PATTERN",
        ),
    ] = None
    voice: Annotated[bool | None, typer.Option("--voice/--no-voice", help="Can take calls.")] = None
    sms: Annotated[bool | None, typer.Option("--sms/--no-sms", help="Can take messages.")] = None
    mms: Annotated[bool | None, typer.Option("--mms/--no-mms", help="Can take pictures.")] = None
    fax: Annotated[bool | None, typer.Option("--fax/--no-fax", help="Can take faxes.")] = None
    no_address: Annotated[bool, typer.Option("--no-address", help="Only those that need no address.")] = False
    near: Annotated[
        str | None,
        typer.Option(help="A number (E.164), or latitude and longitude.", metavar="NUMBER|LAT,LONG"),
    ] = None
    distance: Annotated[int | None, typer.Option(help="Miles around --near, 1 to 500.", metavar="N")] = None
    region: Annotated[str | None, typer.Option(help="State or province, such as CA.", metavar="TEXT")] = None
    locality: Annotated[str | None, typer.Option(help="City.", metavar="TEXT")] = None
    postal_code: Annotated[str | None, typer.Option(help="Postal code.", metavar="TEXT")] = None
    rate_center: Annotated[str | None, typer.Option(help="Rate centre.", metavar="TEXT")] = None
    lata: Annotated[str | None, typer.Option(help="LATA.", metavar="TEXT")] = None

    @property
    def filters(self) -> AvailablePhoneNumberFilters:
        """The filters of the search."""
        by_place = self.near is not None and "," in self.near
        return AvailablePhoneNumberFilters(
            area_code=self.area_code,
            contains=self.contains,
            voice_enabled=self.voice,
            sms_enabled=self.sms,
            mms_enabled=self.mms,
            fax_enabled=self.fax,
            exclude_all_address_required=self.no_address or None,
            near_lat_long=self.near if by_place else None,
            near_number=None if by_place else self.near or None,
            distance=self.distance,
            in_region=self.region,
            in_locality=self.locality,
            in_postal_code=self.postal_code,
            in_rate_center=self.rate_center,
            in_lata=self.lata,
        )

    @property
    def place(self) -> str:
        """The country to search in. Raises Stop if there is none."""
        region = country_of(self.country)
        if region is None:
            raise Stop(f"Say where to search: --country US, or set {COUNTRY_VARIABLE}", USAGE)
        return region


@command(numbers, "list")
async def list_numbers(
    output: Output,
    connection: Connection,
    kind: Annotated[IncomingPhoneNumberKind | None, typer.Option(help="Only these.")] = None,
    friendly_name: Annotated[
        str | None, typer.Option("--name", help="Only those with this friendly name.", metavar="TEXT")
    ] = None,
    phone_number: Annotated[
        str | None,
        typer.Option("--number", help="Only those with this in them; * is any digit.", metavar="PATTERN"),
    ] = None,
    limit: Limit = None,
    csv: Annotated[
        Path | None,
        typer.Option(
            help="Write them to this file with all their fields (.csv, or another ending that --out has).",
            metavar="FILE",
        ),
    ] = None,
    force: Force = False,
    account: Account = None,
) -> None:
    """List the numbers that an account has."""
    if csv is not None and output.json:
        raise Stop("Give --csv or --json, not both", USAGE)
    if csv is not None:
        output_format(csv)
        refuse_existing(csv, force=force, option="--csv")
    checked_account(account)
    filters = IncomingPhoneNumberFilters(friendly_name=friendly_name, phone_number=phone_number)
    with contextlib.ExitStack() as stack:
        file = None if csv is None else stack.enter_context(numbers_file(csv))
        listing = Listing(LISTED, output)
        async with connection.open() as client:
            rows = client.incoming_phone_numbers.list(
                kind,
                limit=limit,
                page_size=None if limit is not None else _PAGE,
                prefetch=1,
                account_sid=account,
                **filters,
            )
            count = await shown(
                rows, lambda one: listing.row(listed(one), one) if file is None else file(one)
            )
    tell(f"{counted(count, 'number')}{f' written to {csv}' if csv else ''}.")


@command(numbers, "search")
async def search(
    options: SearchOptions,
    output: Output,
    connection: Connection,
    limit: Annotated[int, typer.Option(min=1, help="Show so many and no more.", metavar="N")] = 20,
) -> None:
    """Find numbers that can be bought now."""
    filters, kind = options.filters, options.kind or "local"
    search_parameters(filters)
    country, listing = options.place, Listing(FOUND, output)
    async with connection.open() as client:
        rows = client.available_phone_numbers.search(country, kind, limit=limit, **filters)
        count = await shown(rows, lambda number: listing.row(found(number), number))
    tell(f"{counted(count, f'{words_of(kind)} number')} of {country.upper()} can be bought now.")


@command(numbers, "buy")
async def buy_numbers(
    options: SearchOptions,
    settings: SettingOptions,
    output: Output,
    connection: Connection,
    number: Annotated[
        str | None, typer.Argument(metavar="NUMBER", help="The number to buy, as search shows it.")
    ] = None,
    count: Annotated[
        int | None, typer.Option(min=1, help="Buy so many, and never more.", metavar="N")
    ] = None,
    yes: Yes = False,
    account: Account = None,
) -> int:
    """Buy NUMBER itself, or the first that a search finds: one, or --count N. It costs money, and asks.

    The filters are those of search. Each number that was bought is printed on a line. If the answer to an order is
    lost, the number is looked for in the account, and never ordered again; one that stays in doubt is named, and counts
    as bought. After Ctrl-C the command waits for the order that is under way.

    Exit codes: 0 all were bought, 1 not all, 2 usage, 3 the credentials were refused, 130 interrupted.
    """
    searched = search_parameters(options.filters)
    if number is None and not (searched or options.kind or count):
        raise Stop(
            "Give the NUMBER to buy, or what to search by: --area-code, --contains, --kind, ... (--count N buys "
            "several)",
            USAGE,
        )
    if number is not None and (options.kind or count):
        option = "--kind" if options.kind else "--count"
        raise Stop(f"{option} is for a search: it does not go with a NUMBER", USAGE)
    if number is not None and searched:
        raise Stop("Give the NUMBER to buy, or what to search by, not both", USAGE)
    if number is not None and options.country is None:
        refuse_unplaced(survey([number]), "number")
    purchase = Purchase(
        phone_number=None if number is None else to_e164(number, country_of(options.country)),
        country=options.place if number is None else "",
        kind=options.kind,
        filters=options.filters,
        options=settings.read(),
        account=checked_account(account),
        count=count or 1,
    )
    return await buy(connection, purchase, output, yes=yes)


@command(numbers, "show")
async def show(
    numbers: Annotated[
        list[str], typer.Argument(metavar="NUMBER...", help="Phone numbers, or their SIDs (PN...).")
    ],
    output: Output,
    connection: Connection,
    country: Country = None,
    account: Account = None,
) -> int:
    """Show everything about numbers that the account has, a line for each field.

    Exit codes: 0 all are there, 1 some are not, 2 usage, 3 the credentials were refused, 130 interrupted.
    """
    checked_account(account)
    rows = checked_rows(numbers, country)
    missing, shown = 0, 0
    async with connection.open() as client:
        own = client.incoming_phone_numbers
        for name in dict.fromkeys(row.name for row in rows):
            try:
                number = await (own.find if name[0] == "+" else own.fetch)(name, account_sid=account)
            except NotFoundError:
                missing += 1
                tell(f"{name}: the account {account or client.account_sid} has no such number.")
                continue
            if output.json:
                print_json(number)
                continue
            if shown:
                print()
            shown += 1
            listing = Listing({"Field": 24, "Value": 0}, output)
            for field, value in fields_of(number):
                listing.row([field, value], None)
    return FAILED if missing else 0


for _function in (update, transfer, release):
    command(numbers)(_function)
