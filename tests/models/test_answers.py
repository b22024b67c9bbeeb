"""Answers decode: the examples, conforming ones, and those with something missing, null, new or unknown."""

from __future__ import annotations

import contextlib
import copy
import datetime as dt
import json
import pickle
import weakref
from importlib.metadata import version
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from tests.contract.schemas import EDITIONS, Facts, Schema, Struct, kinds
from tests.models.values import Path, conforming, differences, full, held, lookup, places, replaced, without
from twilio_numbers_async import models as m
from twilio_numbers_async.errors import DecodeError
from twilio_numbers_async.models.base import Answer, OpenEnum, convert, decode

FACTS = [edition() for edition in EDITIONS.values()]
EXAMPLES = [pytest.param(*rest, id=name) for facts in FACTS for name, *rest in facts.examples()]
# One schema a Struct is enough for what is generated: the kinds of numbers differ in no property that matters.
ANSWERS = list(
    {
        struct: pytest.param(facts, struct, schema, id=f"{struct.__name__}-{name}")
        for facts in FACTS
        for name, struct, schema in facts.answers()
    }.values()
)
FULL = [
    pytest.param(struct, full(facts, schema), id=f"{struct.__name__}-{name}")
    for facts in FACTS
    for name, struct, schema in facts.answers()
]


def decoded(struct: Struct, value: Any) -> Any:
    return decode(struct, json.dumps(value).encode())


@pytest.mark.parametrize(("struct", "example"), EXAMPLES)
def test_every_example_decodes_and_loses_nothing(struct: Struct, example: Any) -> None:
    assert list(differences(example, decoded(struct, example))) == []


@pytest.mark.parametrize(("struct", "answer"), FULL)
def test_a_full_answer_decodes_and_loses_nothing(struct: Struct, answer: Any) -> None:
    assert list(differences(answer, decoded(struct, answer))) == []


@pytest.mark.parametrize(("facts", "struct", "schema"), ANSWERS)
def test_conforming_answers_decode_and_lose_nothing(facts: Facts, struct: Struct, schema: Schema) -> None:
    @settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
    @given(conforming(facts, {**schema, "nullable": False}))
    def check(answer: Any) -> None:
        assert list(differences(answer, decoded(struct, answer))) == []

    check()


def field_places(answer: Any) -> list[Path]:
    return [path for path in places(answer) if isinstance(path[-1], str)]


@pytest.mark.parametrize(("struct", "answer"), FULL)
def test_any_one_field_may_be_missing_or_null(struct: Struct, answer: Any) -> None:
    for path in field_places(answer):
        if isinstance(held(decoded(struct, answer), path[:-1]), dict):
            continue  # a key of a map is no field
        assert held(decoded(struct, without(answer, path)), path) is None
        assert held(decoded(struct, replaced(answer, path, None)), path) is None


@pytest.mark.parametrize(("struct", "answer"), FULL)
def test_unknown_fields_are_ignored_at_any_depth(struct: Struct, answer: Any) -> None:
    expected = decoded(struct, answer)
    for path in [(), *places(answer)]:
        if isinstance(lookup(answer, path), dict) and not isinstance(held(expected, path), dict):
            more = copy.deepcopy(answer)
            lookup(more, path)["x_new"] = {"a": [1, None, "b"]}
            assert decoded(struct, more) == expected


@pytest.mark.parametrize(("struct", "answer"), FULL)
def test_unknown_enum_values_are_kept(struct: Struct, answer: Any) -> None:
    expected = decoded(struct, answer)
    for path in places(answer):
        if isinstance(held(expected, path), OpenEnum):
            value = held(decoded(struct, replaced(answer, path, "Brand new")), path)
            assert str(value) == "Brand new"
            assert not value.is_known


@pytest.mark.parametrize(("struct", "answer"), FULL)
def test_answers_compare_pickle_and_do_not_change(struct: Struct, answer: Any) -> None:
    first, second = decoded(struct, answer), decoded(struct, answer)
    assert first == second
    assert pickle.loads(pickle.dumps(first)) == first
    name = struct.__struct_fields__[-1]
    with pytest.raises(AttributeError):
        setattr(first, name, None)


@pytest.mark.parametrize(("struct", "answer"), FULL)
def test_what_was_decoded_encodes_into_an_answer_that_decodes_the_same(struct: Struct, answer: Any) -> None:
    first = decoded(struct, answer)
    assert decode(struct, msgspec.json.encode(first)) == first
    assert convert(struct, msgspec.to_builtins(first)) == first


# Where answers stray from their own specification.


def test_an_answer_without_anything_in_it() -> None:
    assert decode(m.PortIn, b"{}") == m.PortIn()


def test_rejection_codes_are_integers_however_they_come() -> None:
    for struct in (m.PortInPhoneNumber, m.PortInPhoneNumberResult):
        for code in (22155, "22155"):
            assert decoded(struct, {"rejection_reason_code": code}).rejection_reason_code == 22155
        assert decoded(struct, {"rejection_reason_code": "R-7"}).rejection_reason_code == "R-7"
        assert decoded(struct, {"rejection_reason_code": ""}).rejection_reason_code is None


def test_reason_codes_may_come_as_text() -> None:
    assert decode(m.Portability, b'{"not_portable_reason_code": "22133"}').not_portable_reason_code == 22133


def test_a_pin_keeps_its_leading_zeros_where_it_comes_as_text() -> None:
    assert decode(m.PortInPhoneNumber, b'{"port_out_pin": "0012"}').port_out_pin == "0012"
    assert decode(m.PortInPhoneNumber, b'{"port_out_pin": 1234}').port_out_pin == 1234


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ("2025-04-30", dt.date(2025, 4, 30)),
        ("2025-04-30T01:02:03Z", dt.datetime(2025, 4, 30, 1, 2, 3, tzinfo=dt.UTC)),
        ("2025-04-30T01:02:03", dt.datetime(2025, 4, 30, 1, 2, 3, tzinfo=dt.UTC)),
        ("yesterday", "yesterday"),
        ("", None),
    ],
)
def test_the_last_update_is_a_date_or_a_timestamp(sent: str, expected: object) -> None:
    row = decoded(m.PortInSummary, {"status_last_updated_timestamp": sent})
    assert row.status_last_updated_timestamp == expected
    assert type(row.status_last_updated_timestamp) is type(expected)


def test_times_keep_their_offset() -> None:
    answer = decode(m.PortIn, b'{"target_port_in_time_range_start": "10:00:00+01:00"}')
    assert isinstance(answer.target_port_in_time_range_start, dt.time)
    assert answer.target_port_in_time_range_start.utcoffset() == dt.timedelta(hours=1)
    assert (
        decode(m.PortIn, b'{"target_port_in_time_range_start": "noon"}').target_port_in_time_range_start
        == "noon"
    )


@pytest.mark.parametrize("spelling", ["TOLL-FREE", "toll-free", "TOLL_FREE", "Toll Free", "tollfree"])
def test_number_types_in_every_spelling(spelling: str) -> None:
    assert decoded(m.Portability, {"number_type": spelling}).number_type is m.NumberType.TOLL_FREE
    assert (
        decoded(m.EligibilityResult, {"phone_number_type": spelling}).phone_number_type
        is m.NumberType.TOLL_FREE
    )


def test_eligibility_enums_in_both_spellings() -> None:
    for status, sub_status in (("ineligible", "already-in-twilio"), ("INELIGIBLE", "ALREADY_IN_TWILIO")):
        result = decoded(
            m.EligibilityResult, {"eligibility_status": status, "eligibility_sub_status": sub_status}
        )
        assert result.eligibility_status is m.EligibilityStatus.INELIGIBLE
        assert result.eligibility_sub_status is m.EligibilitySubStatus.ALREADY_IN_TWILIO


def test_eligibility_results_have_what_the_prose_names() -> None:
    result = decoded(
        m.EligibilityResult,
        {
            "hosting_account_sid": "AC" + "a" * 32,
            "country": "US",
            "date_last_checked": "2023-05-03T03:12:30Z",
        },
    )
    assert result.hosting_account_sid == "AC" + "a" * 32
    assert result.country == "US"
    assert result.date_last_checked == dt.datetime(2023, 5, 3, 3, 12, 30, tzinfo=dt.UTC)


def test_unset_values_come_as_empty_text_or_null() -> None:
    answer = decode(m.WebhookConfiguration, b'{"port_in_target_url": "", "port_out_target_url": null}')
    assert answer.port_in_target_url == ""
    assert answer.port_out_target_url is None
    assert decode(m.PortIn, b'{"date_created": "", "target_port_in_date": ""}') == m.PortIn()


def test_keys_that_are_no_python_names() -> None:
    answer = decode(
        m.NumbersV1AvailablePhoneNumber, b'{"Certifications": {"Non-Resident": true}, "Npa": 415}'
    )
    assert answer.certifications == m.NumbersV1Certifications(non_resident=True)
    assert answer.npa == "415"


def test_pages_without_their_meta() -> None:
    assert decode(m.PortInRequestPage, b'{"port_in_requests": [], "meta": null}').meta is None
    assert decode(m.SigningRequestConfigurationPage, b'{"configurations": []}').meta is None


# What cannot be decoded.


@pytest.mark.parametrize(
    ("struct", "body", "path"),
    [
        (m.Portability, b"[]", "$"),
        (m.Portability, b"", "$"),
        (m.Portability, b"<html>Bad gateway</html>", "$"),
        (m.Portability, b'{"portable": tr', "$"),
        (m.Portability, b'{"country": "\xff"}', "$"),
        (m.Portability, b'{"new": ' + b"[" * 100_000, "$"),
        (m.Portability, b"null", "$"),
        (m.Portability, b'{"portable": "maybe"}', "$.portable"),
        (m.Portability, b'{"number_type": 5}', "$.number_type"),
        (m.PortIn, b'{"phone_numbers": {}}', "$.phone_numbers"),
        (m.PortIn, b'{"phone_numbers": [{}, {"portable": []}]}', "$.phone_numbers[1].portable"),
        (m.PortIn, b'{"phone_numbers": [{"port_date": "soon"}]}', "$.phone_numbers[0].port_date"),
        (m.PortIn, b'{"phone_numbers": [{"port_date": 5}]}', "$.phone_numbers[0].port_date"),
        (m.PortIn, b'{"target_port_in_date": "soon"}', "$.target_port_in_date"),
        (m.PortIn, b'{"target_port_in_time_range_end": 5}', "$.target_port_in_time_range_end"),
        (
            m.PortIn,
            b'{"losing_carrier_information": {"account_number": []}}',
            "$.losing_carrier_information.account_number",
        ),
        (m.PortInPhoneNumber, b'{"rejection_reason_code": true}', "$.rejection_reason_code"),
        (m.AvailablePhoneNumber, b'{"latitude": "north"}', "$.latitude"),
        (m.AvailablePhoneNumber, b'{"latitude": []}', "$.latitude"),
        (m.AvailablePhoneNumber, b'{"lata": false}', "$.lata"),
    ],
)
def test_what_cannot_be_decoded_says_where(struct: Struct, body: bytes, path: str) -> None:
    with pytest.raises(DecodeError) as caught:
        decode(struct, body)
    assert caught.value.path == path
    article = "an" if struct is m.AvailablePhoneNumber else "a"
    assert f"The answer is not {article} {struct.__name__}: " in str(caught.value)
    assert "soon" not in str(caught.value)


def test_what_cannot_be_converted_says_where() -> None:
    with pytest.raises(DecodeError) as caught:
        convert(m.PortIn, {"phone_numbers": [{"portable": "perhaps"}]})
    assert caught.value.path == "$.phone_numbers[0].portable"


@given(st.sampled_from([m.Portability, m.PortIn, m.IncomingPhoneNumberPage]), st.binary(max_size=60))
@settings(max_examples=150, deadline=None, derandomize=True)
def test_garbage_is_an_answer_or_a_decode_error(struct: Struct, body: bytes) -> None:
    with contextlib.suppress(DecodeError):
        assert isinstance(decode(struct, body), struct)


def test_every_field_of_every_answer_is_optional() -> None:
    for name in dir(m):
        struct = getattr(m, name)
        if isinstance(struct, type) and issubclass(struct, Answer):
            assert struct() == decode(struct, b"{}")
            assert all(kind is not None for kind in kinds(struct).values())


def test_a_subclass_with_weak_references_is_collected() -> None:
    if msgspec_version() >= (0, 22):
        with pytest.raises(ValueError, match="gc=False and weakref=True"):
            type("Refused", (m.Portability,), {"__module__": __name__}, frozen=True, weakref=True)

    class Watched(m.Portability, frozen=True, weakref=True, gc=True):
        note: str | None = None

    answer = decode(Watched, b'{"phone_number": "+14155550100", "portable": true, "note": "x"}')
    assert weakref.ref(answer)() is answer
    assert (answer.portable, answer.note) == (True, "x")


def msgspec_version() -> tuple[int, int]:
    major, minor, *_ = version("msgspec").split(".")
    return int(major), int(minor)
