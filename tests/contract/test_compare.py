"""The comparison of the facts with a newer specification: it tells each kind of change, by its exit status too."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from .compare import differences, main
from .schemas import FACTS_V1, HERE, Schema

HOST = "https://numbers.twilio.com"
LIST = "/v1/Porting/PortIn/PortInRequests"
ONE = "/v1/Porting/PortIn/{PortInRequestSid}"
BUNDLE = "bulk_eligibility_enum_eligibility_status"


def schemas(document: Schema) -> dict[str, Any]:
    found: dict[str, Any] = document["components"]["schemas"]
    return found


def add_operation(document: Schema) -> None:
    document["paths"]["/v1/New"] = {
        "get": {"operationId": "FetchNew", "responses": {"204": {"description": "204"}}}
    }


def remove_operation(document: Schema) -> None:
    del document["paths"][ONE]["delete"]


def move_operation(document: Schema) -> None:
    document["paths"]["/v1/Elsewhere"] = document["paths"].pop(LIST)


def add_parameter(document: Schema) -> None:
    new = {"name": "New", "in": "query", "schema": {"type": "integer", "minimum": 1}}
    document["paths"][LIST]["get"]["parameters"].append(new)


def require_parameter(document: Schema) -> None:
    parameters = document["paths"][LIST]["get"]["parameters"]
    next(each for each in parameters if each["name"] == "Size")["required"] = True


def remove_property(document: Schema) -> None:
    del schemas(document)["numbers.v1.porting_portability"]["properties"]["portable"]


def change_property(document: Schema) -> None:
    schemas(document)["numbers.v1.porting_portability"]["properties"]["portable"] = {"type": "string"}


def add_property_inside(document: Schema) -> None:
    body = document["paths"]["/v1/Porting/PortIn"]["post"]["requestBody"]["content"]["application/json"]
    schemas(document)[body["schema"]["$ref"].rpartition("/")[2]]["properties"]["new"] = {"type": "boolean"}


def add_value(document: Schema) -> None:
    schemas(document)[BUNDLE]["enum"].append("novel")


def remove_value(document: Schema) -> None:
    schemas(document)[BUNDLE]["enum"].remove("ineligible")


def change_prose(document: Schema) -> None:
    document["info"]["version"] = "9"
    operation = document["paths"][LIST]["get"]
    operation["description"] = "New words"
    operation["responses"]["200"]["content"]["application/json"]["examples"] = {"new": {"value": {"a": 1}}}


CHANGES: list[tuple[Callable[[Schema], None], list[str]]] = [
    (add_operation, ["added    answer FetchNew 204: empty", f"added    operation FetchNew: GET {HOST}/v1/New"]),
    (remove_operation, ["removed  answer DeletePortingPortIn 204", "removed  operation DeletePortingPortIn",
                        "removed  parameter DeletePortingPortIn.PortInRequestSid"]),
    (move_operation, [f"changed  operation ListPortInRequests: GET {HOST}{LIST} -> GET {HOST}/v1/Elsewhere"]),
    (add_parameter, ["added    parameter ListPortInRequests.New: query, integer, minimum 1"]),
    (require_parameter, ["changed  parameter ListPortInRequests.Size"]),
    (remove_property, ["removed  property numbers.v1.porting_portability.portable: boolean"]),
    (change_property, ["changed  property numbers.v1.porting_portability.portable: boolean"]),
    (add_property_inside, ["added    property numbers.v1.porting_port_in_create.new: boolean"]),
    (add_value, [f"added    value {BUNDLE} novel"]),
    (remove_value, [f"removed  value {BUNDLE} ineligible"]),
    (change_prose, []),
]  # fmt: skip


@pytest.mark.parametrize(("change", "lines"), CHANGES, ids=lambda value: getattr(value, "__name__", ""))
def test_a_change_is_told(
    change: Callable[[Schema], None], lines: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    old = json.loads(FACTS_V1.read_text())
    new = copy.deepcopy(old)
    change(new)
    found = differences(old, new)
    assert len(found) == len(lines), found
    assert all(line.startswith(start) for line, start in zip(found, lines, strict=True)), found

    newer = tmp_path / "newer.json"
    newer.write_text(json.dumps(new))
    assert main([str(FACTS_V1), str(newer)]) == (1 if lines else 0)
    assert capsys.readouterr().out == "\n".join(found or ["no differences"]) + "\n"


@pytest.mark.parametrize("path", sorted(HERE.glob("*_facts.json")), ids=lambda path: path.stem)
def test_facts_do_not_differ_from_themselves(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(path), str(path)]) == 0
    assert capsys.readouterr().out == "no differences\n"


def test_a_part_of_a_specification_can_be_compared(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    new = json.loads(FACTS_V1.read_text())
    add_operation(new)
    newer = tmp_path / "newer.json"
    newer.write_text(json.dumps(new))
    assert main([str(FACTS_V1), str(newer), "--only", "/Porting/"]) == 0
    assert main([str(FACTS_V1), str(newer), "--only", "/Nowhere"]) == 2
    assert "no path with /Nowhere in it" in capsys.readouterr().err


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", '{"info": {}}', '{"paths": {}}', '{"paths": {"/v1": {"get": {}}}}', '{"paths": []}'],
)
def test_what_is_no_specification_is_refused(
    text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "new.json").write_text(text)
    assert main([str(FACTS_V1), str(tmp_path / "new.json")]) == 2
    assert main([str(FACTS_V1), str(tmp_path / "missing.json")]) == 2
    assert "specification" in capsys.readouterr().err
