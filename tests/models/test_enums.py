"""Open enums: what is known is folded into one member, what is unknown is kept."""

from __future__ import annotations

import copy
import json
import pickle
from typing import Any

import msgspec
import pytest

from twilio_numbers_async import models as m
from twilio_numbers_async.models.base import OpenEnum, decode, fold

ENUMS = [
    value
    for value in (getattr(m, name) for name in dir(m))
    if isinstance(value, type) and issubclass(value, OpenEnum) and value is not OpenEnum
]


@pytest.mark.parametrize("enum", ENUMS)
def test_every_value_folds_to_its_own_member(enum: type[OpenEnum]) -> None:
    assert len({fold(member.value) for member in enum}) == len(enum)
    for member in enum:
        for spelling in (member.value, member.value.upper(), member.value.replace("-", "_").lower()):
            assert enum(spelling) is member
            assert decode(enum, json.dumps(spelling)) is member
        assert member.is_known


@pytest.mark.parametrize("enum", ENUMS)
def test_an_unknown_value_is_a_member_that_is_not_known(enum: type[OpenEnum]) -> None:
    unknown = enum("Brand new")
    assert isinstance(unknown, enum)
    assert not unknown.is_known
    assert unknown.value == "Brand new"
    assert unknown not in list(enum)


def test_unknown_values_compare_and_hash_like_their_text() -> None:
    one, two, other = m.PortInStatus("Half done"), m.PortInStatus("Half done"), m.PortInStatus("half done")
    assert one == two
    assert hash(one) == hash(two) == hash("Half done")
    assert one != other
    assert {one: 1}[two] == 1
    assert {"Half done": 1}[one] == 1
    assert f"{one}" == "Half done"


def test_known_values_compare_and_hash_like_their_text() -> None:
    in_review: str = m.PortInStatus.IN_REVIEW
    assert in_review == "In Review"
    assert {"In Review": 1}[m.PortInStatus.IN_REVIEW] == 1
    assert in_review != "in_review"
    assert m.PortInStatus("in_review") == m.PortInStatus.IN_REVIEW


@pytest.mark.parametrize(
    "status", [m.PortInStatus.IN_REVIEW, m.PortInStatus("Half done"), m.PortInStatus("")]
)
def test_members_survive_pickling_copying_and_encoding(status: m.PortInStatus) -> None:
    for twin in (
        pickle.loads(pickle.dumps(status)),
        copy.deepcopy(status),
        decode(m.PortInStatus, msgspec.json.encode(status)),
    ):
        assert twin == status
        assert twin.is_known is status.is_known


def test_what_is_no_text_is_no_member() -> None:
    number: Any = 5
    with pytest.raises(ValueError, match="5"):
        m.PortInStatus(number)


@pytest.mark.parametrize(
    "spelling", ["Canceled", "canceled", "CANCELED", "Cancelled", "cancelled", "CANCELLED"]
)
def test_both_spellings_of_canceled_are_one(spelling: str) -> None:
    assert m.PortInStatus(spelling) is m.PortInStatus.CANCELED
    assert m.PortInPhoneNumberStatus(spelling) is m.PortInPhoneNumberStatus.CANCELED
    assert m.AuthorizationDocumentStatus(spelling) is m.AuthorizationDocumentStatus.CANCELED
    assert m.PortInPhoneNumberStatus("Cancelling") is m.PortInPhoneNumberStatus.CANCELING


def test_terminal_statuses_of_a_port_in() -> None:
    ended = {"Completed", "completed", "Canceled", "cancelled", "EXPIRED"}
    going_on = {
        "pending",
        "In Review",
        "in_review",
        "Waiting for Signature",
        "In progress",
        "Action Required",
        "new",
        "",
    }
    assert all(m.PortInStatus(text).is_terminal for text in ended)
    assert not any(m.PortInStatus(text).is_terminal for text in going_on)


def test_terminal_statuses_of_a_phone_number() -> None:
    ended = {"completed", "Completed", "canceled", "CANCELLED", "expired"}
    going_on = {
        "in_review",
        "waiting_for_signature",
        "port_submitted",
        "port_pending",
        "port_rejected",
        "canceling",
        "new",
    }
    assert all(m.PortInPhoneNumberStatus(text).is_terminal for text in ended)
    assert not any(m.PortInPhoneNumberStatus(text).is_terminal for text in going_on)


ENDS = (
    "done",
    "Done",
    "DONE",
    "complete",
    "COMPLETE",
    "completed",
    "COMPLETED",
    "Completed_With_Errors",
    "finished",
    "successful",
    "SUCCESSFUL",
    "SUCCESS",
    "succeeded",
    "failed",
    "FAILED",
    "FAILURE",
    "error",
    "ERROR",
    "expired",
    "EXPIRED",
    "canceled",
    "CANCELLED",
)


def test_terminal_statuses_of_a_hosted_number_order() -> None:
    statuses = m.HostedNumberOrderStatus
    ended = {"completed", "COMPLETED", "failed"}
    assert all(statuses(text).is_terminal for text in ended)
    assert {status for status in statuses if status.is_terminal} == ended - {"COMPLETED"}
    assert not statuses("new").is_terminal


def test_terminal_statuses_of_a_letter() -> None:
    statuses = m.AuthorizationDocumentStatus
    assert {status for status in statuses if status.is_terminal} == {"signed", "canceled", "failed"}
    assert statuses("CANCELLED").is_terminal
    assert not statuses("new").is_terminal


@pytest.mark.parametrize("text", [*ENDS, "PROCESSED", "processed", "Processed_With_Errors"])
def test_any_spelling_of_an_end_ends_a_bulk_hosting_request(text: str) -> None:
    assert m.BulkHostedNumberOrderStatus(text).is_terminal


@pytest.mark.parametrize("text", ["QUEUED", "IN_PROGRESS", "in progress", "processing", "", "NOT_PROCESSED"])
def test_a_bulk_hosting_request_that_goes_on(text: str) -> None:
    assert not m.BulkHostedNumberOrderStatus(text).is_terminal


@pytest.mark.parametrize("text", ENDS)
def test_any_spelling_of_an_end_ends_a_bulk_check(text: str) -> None:
    assert m.BulkEligibilityStatus(text).is_terminal


@pytest.mark.parametrize("text", ["QUEUED", "IN_PROGRESS", "in progress", "processing", "", "NOT_COMPLETE"])
def test_a_bulk_check_that_goes_on(text: str) -> None:
    assert not m.BulkEligibilityStatus(text).is_terminal
