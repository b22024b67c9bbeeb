"""Reprs: nothing of a customer is in those of requests, plans, port-ins and their outcomes, nor in what rich prints."""

from __future__ import annotations

import datetime as dt
import types
from pathlib import Path
from typing import Any, TypeVar, Union, get_args, get_origin

import msgspec
import pytest
from rich.pretty import pretty_repr

from twilio_numbers_async import models as m
from twilio_numbers_async.cli.port_ins.details import read_details
from twilio_numbers_async.errors import InvalidArgumentError
from twilio_numbers_async.models.base import Request
from twilio_numbers_async.models.discreet import Discreet
from twilio_numbers_async.models.scalars import decode_scalar
from twilio_numbers_async.porting.creation import PortInOutcome
from twilio_numbers_async.porting.journal import Intent
from twilio_numbers_async.porting.numbers import LeftOutReason, PortInLeftOut
from twilio_numbers_async.porting.plan import plan_port_ins
from twilio_numbers_async.porting.watch import PortInChange
from twilio_numbers_async.transport.credentials import OAuthClientCredentials, Token
from twilio_numbers_async.work.plan import Candidate

from .test_requests import REQUESTS

S = TypeVar("S", bound=msgspec.Struct)
SECRET = "Zyx5550100"
MOMENT = dt.datetime(2987, 6, 5, 4, 3, 2, tzinfo=dt.UTC)
PRIVATE_ANSWERS: list[type[msgspec.Struct]] = [
    m.PortIn,
    m.PortInAddress,
    m.PortInLosingCarrier,
    m.PortInPhoneNumber,
    m.WebhookConfiguration,
]


def texts_of(value: object) -> list[str]:
    """All that a log, a traceback or a terminal makes of a value by itself."""
    return [repr(value), str(value), f"{value}", "%r" % (value,), repr([value]), pretty_repr(value)]  # noqa: UP031


def filled(kind: Any) -> Any:
    """A value of a type as JSON would hold it: every text in it is the secret, every number and date is known too."""
    origin, inner = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        return filled(inner[0])
    if origin is list:
        return [filled(inner[0])] * 3
    if issubclass(kind, msgspec.Struct):
        return {field.encode_name: filled(field.type) for field in msgspec.structs.fields(kind)}
    if kind is bool:
        return True
    if issubclass(kind, int):
        return 5550100
    if kind is dt.date or "Date" in kind.__name__:
        return MOMENT.isoformat() if kind.__name__ == "DateTime" else MOMENT.date().isoformat()
    return SECRET


def made(kind: type[S]) -> S:
    return msgspec.convert(filled(kind), kind, strict=False, dec_hook=decode_scalar)


def assert_discreet(*values: object) -> None:
    for text in (text for value in values for text in texts_of(value)):
        assert not any(word in text for word in ("5550100", "Zyx", "2987")), text


@pytest.mark.parametrize("kind", REQUESTS)
def test_a_request_names_its_fields_and_shows_no_value(kind: type[Request]) -> None:
    request = made(kind)
    assert SECRET in msgspec.json.encode(request).decode()
    assert_discreet(request)
    assert repr(request).startswith(f"{kind.__name__}(")
    assert all(f"{field.name}=" in repr(request) for field in msgspec.structs.fields(kind))


@pytest.mark.parametrize("kind", PRIVATE_ANSWERS)
def test_an_answer_about_a_customer_shows_only_how_far_it_is(kind: type[msgspec.Struct]) -> None:
    shown: frozenset[str] = getattr(kind, "_shown")  # noqa: B009 - it is nobody else's
    answer = made(kind)
    assert_discreet(msgspec.structs.replace(answer, **dict.fromkeys(shown)))
    assert not shown & {"phone_numbers", "losing_carrier_information", "notification_emails", "port_out_pin"}


def test_what_is_hidden_is_counted() -> None:
    port_in = m.PortInCreatePhoneNumber(phone_number="+14155550100")
    assert repr(port_in) == "PortInCreatePhoneNumber(phone_number=***)"
    bodies = [
        m.EligibilityCreate(phone_numbers=[m.EligibilityCreatePhoneNumber(phone_number="+14155550100")] * n)
        for n in (1, 3)
    ]
    assert [repr(body) for body in bodies] == [
        "EligibilityCreate(phone_numbers=[***])",
        "EligibilityCreate(phone_numbers=[***] * 3)",
    ]
    assert pretty_repr(bodies[1]) == "EligibilityCreate(phone_numbers=[***] * 3)"


def test_what_is_shown_of_a_port_in() -> None:
    port_in = m.PortIn(
        port_in_request_sid="KW" + "0" * 32,
        port_in_request_status=m.PortInStatus.IN_REVIEW,
        phone_numbers=[m.PortInPhoneNumberResult(phone_number="+14155550100")] * 2,
    )
    assert repr(port_in) == (
        f"PortIn(port_in_request_sid='KW{'0' * 32}', "
        "port_in_request_status=<PortInStatus.IN_REVIEW: 'In Review'>, phone_numbers=[***] * 2)"
    )


def test_a_subclass_of_a_request_is_discreet_too() -> None:
    class Mine(m.PortInCreatePhoneNumber, frozen=True, kw_only=True):
        note: str | None = None

    assert repr(Mine(phone_number="+14155550100", note="of Ada")) == "Mine(phone_number=***, note=***)"


def test_an_outcome_of_a_creation_is_one_short_line() -> None:
    request = made(m.PortInCreate)
    port_in = msgspec.structs.replace(
        made(m.PortIn),
        port_in_request_sid="KW" + "0" * 32,
        port_in_request_status=m.PortInStatus.IN_REVIEW,
        target_port_in_date=None,
        date_created=None,
    )
    good = PortInOutcome(0, request, None, port_in, None, checked_at=None)
    bad = PortInOutcome(1, request, None, None, InvalidArgumentError("refused"), is_unknown=True)
    assert_discreet(good, bad, [good, bad])
    assert len(str(good)) < 800
    assert str(good).startswith(f"PortInOutcome(index=0, result=PortIn(port_in_request_sid='KW{'0' * 32}', ")
    assert str(bad) == "PortInOutcome(index=1, error=InvalidArgumentError('refused'), is_unknown=True)"


def test_plans_and_their_problems() -> None:
    carrier = msgspec.structs.replace(
        made(m.LosingCarrierInformation), address_sid=None, customer_type="Business"
    )
    plan = plan_port_ins(
        ["+14155550100", "not a number 5550100"],
        account_sid="AC" + "0" * 32,
        losing_carrier=carrier,
        documents=["RD" + "0" * 32, SECRET],
        pins={"+14155550100": SECRET, "+14155550101": SECRET},
        notification_emails=[SECRET],
        bundle_sid=SECRET,
        checked_only=False,
    )
    places = {one.argument for one in plan.problems}
    assert {"losing_carrier.authorized_representative_email", "documents[1]", "numbers[1]"} <= places
    assert_discreet(plan, *plan.requests, *plan.problems, *plan.left_out)
    assert repr(Candidate[m.Portability](1, "+14155550100")) == "Candidate(index=***, number=***)"


def test_what_stands_beside_a_plan() -> None:
    port_in = msgspec.structs.replace(made(m.PortIn), port_in_request_sid="KW" + "0" * 32)
    change = PortInChange(
        kind="number",
        sid="PU" + "0" * 32,
        port_in_request_sid="KW" + "0" * 32,
        old_status=None,
        new_status=m.PortInPhoneNumberStatus.IN_REVIEW,
        port_in=port_in,
        phone_number=made(m.PortInPhoneNumberResult),
    )
    left_out = PortInLeftOut(index=0, phone_number=SECRET, reason=LeftOutReason.INVALID, message=SECRET)
    numbers = frozenset({SECRET})
    intent = Intent(SECRET, MOMENT, None, numbers, MOMENT.date(), numbers)
    assert_discreet(change, intent)
    assert repr(left_out) == pretty_repr(left_out) == "PortInLeftOut(index=0, reason='invalid')"


def test_secrets_of_credentials() -> None:
    assert repr(Token(access_token=SECRET)).startswith("Token(access_token=***, ")
    assert_discreet(Token(access_token=SECRET), OAuthClientCredentials("OQ" + "0" * 32, SECRET))


def test_details_of_a_customer_that_a_command_has_read(tmp_path: Path) -> None:
    file = tmp_path / "details.toml"
    file.write_text(
        f"""
account_sid = "{SECRET}"
documents = ["{SECRET}"]
[losing_carrier]
customer_name = "{SECRET}"
authorized_representative = "{SECRET}"
authorized_representative_email = "{SECRET}"
[pins]
"+14155550100" = "{SECRET}"
"""
    )
    assert_discreet(read_details(file))


def test_every_request_and_every_plan_is_discreet() -> None:
    assert REQUESTS
    assert all(issubclass(kind, Discreet) for kind in REQUESTS)
