"""``twilio-numbers numbers``: the numbers that an account has, and those that it can buy."""

from __future__ import annotations

import enum
from pathlib import Path
from typing import Annotated, cast

import typer

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
from ..exit_codes import USAGE, Stop, interruptible, settled
from ..group_options import Account, Force, Yes, checked_where
from ..options import BaseUrl, Json, UseSandbox, country_of
from ..sweep.plan import refuse_existing
from ..sweep.survey import VARIABLE, refuse_unplaced, survey
from ..tables import output_format
from .bulk_commands import checked_account, release, transfer, update
from .buying import Purchase, buy
from .inventory import list_numbers, search
from .number_options import FriendlyName, Set, SmsUrl, StatusCallback, VoiceUrl, read_settings
from .show import show

__all__ = ["Kind", "buy_command", "list_command", "numbers", "search_command"]

numbers: typer.Typer = typer.Typer(
    help="The numbers that an account has, and those that it can buy.", no_args_is_help=True
)


class _OwnKind(enum.StrEnum):
    LOCAL = "local"
    MOBILE = "mobile"
    TOLL_FREE = "toll_free"


class Kind(enum.StrEnum):
    LOCAL = "local"
    MOBILE = "mobile"
    TOLL_FREE = "toll_free"
    NATIONAL = "national"
    VOIP = "voip"
    SHARED_COST = "shared_cost"
    MACHINE_TO_MACHINE = "machine_to_machine"


NumbersCountry = Annotated[
    str | None,
    typer.Option(
        envvar=VARIABLE,
        help="The country to search in, and of a number without a country code.",
        metavar="CODE",
    ),
]
AvailableKind = Annotated[Kind | None, typer.Option("--kind", help="local by default.")]
AreaCode = Annotated[str | None, typer.Option(help="US and Canada, such as 415.", metavar="NNN")]
Contains = Annotated[
    str | None,
    typer.Option(
        help="2 to 16 digits and letters, * for any one, % for any several, + at the start, $ at the end.",
        metavar="PATTERN",
    ),
]


Voice = Annotated[bool | None, typer.Option("--voice/--no-voice", help="Can take calls.")]
Sms = Annotated[bool | None, typer.Option("--sms/--no-sms", help="Can take messages.")]
Mms = Annotated[bool | None, typer.Option("--mms/--no-mms", help="Can take pictures.")]
Fax = Annotated[bool | None, typer.Option("--fax/--no-fax", help="Can take faxes.")]
NoAddress = Annotated[bool, typer.Option("--no-address", help="Only those that ask for no address.")]
Near = Annotated[
    str | None, typer.Option(help="A number (E.164), or latitude and longitude.", metavar="NUMBER|LAT,LONG")
]
Distance = Annotated[int | None, typer.Option(help="Miles around --near, 1 to 500.", metavar="N")]
Region = Annotated[str | None, typer.Option(help="State or province, such as CA.", metavar="TEXT")]
Locality = Annotated[str | None, typer.Option(help="City.", metavar="TEXT")]
PostalCode = Annotated[str | None, typer.Option(help="Postal code.", metavar="TEXT")]
RateCenter = Annotated[str | None, typer.Option(help="Rate centre.", metavar="TEXT")]
Lata = Annotated[str | None, typer.Option(help="LATA.", metavar="TEXT")]


@numbers.command("list")
def list_command(
    kind: Annotated[_OwnKind | None, typer.Option(help="Only these.")] = None,
    friendly_name: Annotated[
        str | None, typer.Option("--name", help="Only those with this friendly name.", metavar="TEXT")
    ] = None,
    phone_number: Annotated[
        str | None,
        typer.Option("--number", help="Only those with this in them; * is any digit.", metavar="PATTERN"),
    ] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="List so many and no more.", metavar="N")] = None,
    csv: Annotated[
        Path | None,
        typer.Option(
            help="Write them there with all their fields (.csv, or another ending that --out has).",
            metavar="FILE",
        ),
    ] = None,
    json: Json = False,
    force: Force = False,
    account: Account = None,
    sandbox: UseSandbox = False,
    base_url: BaseUrl = None,
) -> None:
    """List the numbers that an account has."""
    with settled():
        where = checked_where(sandbox=sandbox, base_url=base_url)
        if csv is not None and json:
            raise Stop("Give --csv or --json, not both", USAGE)
        if csv is not None:
            output_format(csv)
            refuse_existing(csv, force=force, option="--csv")
        checked_account(account)
        filters = IncomingPhoneNumberFilters(friendly_name=friendly_name, phone_number=phone_number)
        chosen = cast("IncomingPhoneNumberKind | None", kind and kind.value)
        code = interruptible(
            lambda: list_numbers(
                where, kind=chosen, filters=filters, limit=limit, account=account, csv=csv, json=json
            )
        )
    raise typer.Exit(code)


@numbers.command("search")
def search_command(
    country: NumbersCountry = None,
    kind: AvailableKind = None,
    area_code: AreaCode = None,
    contains: Contains = None,
    voice: Voice = None,
    sms: Sms = None,
    mms: Mms = None,
    fax: Fax = None,
    no_address: NoAddress = False,
    near: Near = None,
    distance: Distance = None,
    region: Region = None,
    locality: Locality = None,
    postal_code: PostalCode = None,
    rate_center: RateCenter = None,
    lata: Lata = None,
    limit: Annotated[int, typer.Option(min=1, help="Show so many and no more.", metavar="N")] = 20,
    json: Json = False,
    sandbox: UseSandbox = False,
    base_url: BaseUrl = None,
) -> None:
    """Find numbers that can be bought now."""
    with settled():
        where = checked_where(sandbox=sandbox, base_url=base_url)
        filters = AvailablePhoneNumberFilters(
            area_code=area_code,
            contains=contains,
            voice_enabled=voice,
            sms_enabled=sms,
            mms_enabled=mms,
            fax_enabled=fax,
            exclude_all_address_required=no_address or None,
            near_lat_long=near if near and "," in near else None,
            near_number=near if near and "," not in near else None,
            distance=distance,
            in_region=region,
            in_locality=locality,
            in_postal_code=postal_code,
            in_rate_center=rate_center,
            in_lata=lata,
        )
        search_parameters(filters)
        place = _searched(country)
        code = interruptible(
            lambda: search(where, place, _kind(kind) or "local", filters=filters, limit=limit, json=json)
        )
    raise typer.Exit(code)


@numbers.command("buy")
def buy_command(
    number: Annotated[
        str | None, typer.Argument(metavar="NUMBER", help="The number to buy, as search shows it.")
    ] = None,
    count: Annotated[
        int | None, typer.Option(min=1, help="Buy so many, and never more.", metavar="N")
    ] = None,
    area_code: AreaCode = None,
    contains: Contains = None,
    country: NumbersCountry = None,
    kind: AvailableKind = None,
    voice: Voice = None,
    sms: Sms = None,
    mms: Mms = None,
    fax: Fax = None,
    no_address: NoAddress = False,
    near: Near = None,
    distance: Distance = None,
    region: Region = None,
    locality: Locality = None,
    postal_code: PostalCode = None,
    rate_center: RateCenter = None,
    lata: Lata = None,
    voice_url: VoiceUrl = None,
    sms_url: SmsUrl = None,
    status_callback: StatusCallback = None,
    friendly_name: FriendlyName = None,
    more: Set = None,
    yes: Yes = False,
    json: Json = False,
    account: Account = None,
    sandbox: UseSandbox = False,
    base_url: BaseUrl = None,
) -> None:
    """Buy NUMBER itself, or the first that a search finds: one, or --count N. It costs money, and asks.

    The filters are those of search. What was bought is printed, a line each. Where the answer to an order is lost, the
    number is looked for in the account, and never ordered again; one that stays in doubt is named, and counts as
    bought. After Ctrl-C the order that is under way is waited for.

    Exit codes: 0 all were bought, 1 not all, 2 usage, 3 the credentials were refused, 130 interrupted.
    """
    with settled():
        where = checked_where(sandbox=sandbox, base_url=base_url)
        filters = AvailablePhoneNumberFilters(
            area_code=area_code,
            contains=contains,
            voice_enabled=voice,
            sms_enabled=sms,
            mms_enabled=mms,
            fax_enabled=fax,
            exclude_all_address_required=no_address or None,
            near_lat_long=near if near and "," in near else None,
            near_number=near if near and "," not in near else None,
            distance=distance,
            in_region=region,
            in_locality=locality,
            in_postal_code=postal_code,
            in_rate_center=rate_center,
            in_lata=lata,
        )
        searched = search_parameters(filters)
        if number is None and not (searched or kind or count):
            raise Stop(
                "Give the NUMBER to buy, or what to search by: --area-code, --contains, --kind, ... (--count N buys "
                "several)",
                USAGE,
            )
        if number is not None and (kind or count):
            raise Stop(
                f"{'--kind' if kind else '--count'} is for a search: it does not go with a NUMBER", USAGE
            )
        if number is not None and searched:
            raise Stop("Give the NUMBER to buy, or what to search by, not both", USAGE)
        if number is not None and country is None:
            refuse_unplaced(survey([number]), "number")
        options = {
            "voice_url": voice_url,
            "sms_url": sms_url,
            "status_callback": status_callback,
            "friendly_name": friendly_name,
        }
        purchase = Purchase(
            phone_number=None if number is None else to_e164(number, country_of(country)),
            country=_searched(country) if number is None else "",
            kind=_kind(kind),
            filters=filters,
            options=read_settings(options, more),
            account=checked_account(account),
            count=count or 1,
        )
        code = interruptible(lambda: buy(where, purchase, yes=yes, json=json))
    raise typer.Exit(code)


numbers.command()(show)
numbers.command()(update)
numbers.command()(transfer)
numbers.command()(release)


def _searched(country: str | None) -> str:
    region = country_of(country)
    if region is None:
        raise Stop(f"Say where to search: --country US, or set {VARIABLE}", USAGE)
    return region


def _kind(kind: Kind | None) -> AvailablePhoneNumberKind | None:
    return None if kind is None else kind.value
