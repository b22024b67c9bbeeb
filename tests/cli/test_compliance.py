"""``twilio-numbers compliance``, ``addresses`` and ``accounts`` as real processes."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from twilio_numbers_async.cli.app import app
from twilio_numbers_async.cli.compliance.details import read_bundle_file
from twilio_numbers_async.cli.exit_codes import Stop
from twilio_numbers_async.sandbox import Sandbox

from .command import Done, environment, run

FILE = """
country = "GB"
number_type = "local"
email = "name@example.com"
[end_user]
business_name = "Example Ltd"
business_registration_number = "01234567"
[address]
customer_name = "Example Ltd"
street = "1 Example Street"
city = "London"
region = "London"
postal_code = "N1 1AA"
[[documents]]
type = "commercial_registrar_excerpt"
file = "excerpt.pdf"
attributes = { business_name = "Example Ltd", document_number = "01234567" }
"""


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def file(tmp_path: Path) -> Path:
    (tmp_path / "excerpt.pdf").write_bytes(b"%PDF-1.7 an excerpt")
    path = tmp_path / "gb.toml"
    path.write_text(FILE)
    return path


def ask(sandbox: Sandbox, *arguments: str | Path) -> Done:
    """The command in this process: one of its own takes a second to start."""
    given = [*map(str, arguments), "--base-url", sandbox.url]
    result = CliRunner().invoke(app, given, env=environment(sandbox), catch_exceptions=False)
    return Done(result.exit_code, result.stdout, result.stderr)


def test_the_command_as_a_process(tmp_path: Path, sandbox: Sandbox) -> None:
    options = ("--base-url", sandbox.url)
    done = run("compliance", "needs", "AU", "local", *options, cwd=tmp_path, env=environment(sandbox))
    assert (done.code, len(done.out.splitlines())) == (0, 4)


def test_needs_are_a_table(sandbox: Sandbox) -> None:
    done = ask(sandbox, "compliance", "needs", "GB", "local", "--business")
    assert (done.code, done.err) == (
        0,
        "United Kingdom: Local - Business. Of the documents for one proof, one will do.\n",
    )
    assert [line.split("\t") for line in done.out.splitlines()] == [
        ["For", "Provide", "Field", "What it must be"],
        ["End user", "business", "business_name", "As it is registered, String"],
        ["End user", "business", "business_registration_number", "As the registrar gave it, String"],
        [
            "Business Registration",
            "commercial_registrar_excerpt",
            "business_name",
            "As it is registered, String",
        ],
        [
            "Business Registration",
            "commercial_registrar_excerpt",
            "document_number",
            "As it stands on the document, String",
        ],
        ["Address", "address", "an address", "see [address]"],
        ["Address", "utility_bill", "an address", "see [address]"],
    ]
    done = ask(sandbox, "compliance", "needs", "GB", "local", "--individual", "--json")
    assert [field["name"] for field in json.loads(done.out)["end_user"]] == [
        "first_name",
        "last_name",
        "birth_date",
    ]
    done = ask(sandbox, "compliance", "needs", "AU", "national")
    assert (done.code, "it has: local, mobile" in done.err) == (2, True)


def test_a_file_is_planned_created_rejected_mended_and_watched(
    tmp_path: Path, sandbox: Sandbox, file: Path
) -> None:
    plan = ask(sandbox, "compliance", "plan", file)
    assert (plan.code, plan.out.splitlines()[-1]) == (0, "Ready.")
    file.write_text(FILE.replace('"01234567"\n[address]', '""\n[address]'))
    plan = ask(sandbox, "compliance", "plan", file, "--json")
    (problem,) = json.loads(plan.out)["problems"]
    assert (plan.code, problem["argument"]) == (1, "end_user.business_registration_number")
    done = ask(sandbox, "compliance", "create", file, "--yes")
    assert (done.code, sandbox.bundle_sids) == (1, ())
    file.write_text(FILE)

    created = ask(sandbox, "compliance", "create", file, "--yes")
    (sid,) = sandbox.bundle_sids
    assert (created.code, created.out) == (0, f"{sid}\tpending-review\n")
    assert ask(sandbox, "compliance", "create", file, "--yes").out == created.out
    (journal,) = tmp_path.glob("*.journal")
    assert b"Example" not in journal.read_bytes()

    sandbox.reject_bundle(sid, field="document_number")
    status = ask(sandbox, "compliance", "status", sid)
    assert status.out.splitlines()[1].startswith(f"{sid}\ttwilio-rejected")
    assert status.err.startswith("documents.commercial_registrar_excerpt.document_number was not accepted")
    file.write_text(FILE.replace('document_number = "01234567"', 'document_number = "01234568"'))
    assert ask(sandbox, "compliance", "create", file, "--yes").out == created.out
    sandbox.approve_bundle(sid, valid_until=dt.datetime.now(dt.UTC) + dt.timedelta(days=30))
    listed = ask(sandbox, "compliance", "status", "--json")
    assert [json.loads(line)["status"] for line in listed.out.splitlines()] == ["twilio-approved"]

    expiring = ask(sandbox, "compliance", "expiring", "--within", "60d")
    assert (expiring.code, expiring.out.splitlines()[1].split("\t")[0]) == (1, sid)
    expiring = ask(sandbox, "compliance", "expiring", "--within", "4w")
    assert (expiring.code, expiring.out) == (0, "")
    assert ask(sandbox, "compliance", "expiring", "--within", "soon").code == 2


def test_what_twilio_finds_wrong_is_said_by_field(sandbox: Sandbox, file: Path) -> None:
    start, rest = FILE.split("[address]")
    text = f'address = "AD{"b" * 32}"\n{start}[[documents]]{rest.split("[[documents]]")[1]}'
    file.write_text(text)
    done = ask(sandbox, "compliance", "create", file, "--yes")
    (sid,) = sandbox.bundle_sids
    assert (done.code, done.out) == (1, f"{sid}\tnoncompliant\n")
    assert "documents[1].attributes.address_sids does not meet 'Address'" in done.err
    done = ask(sandbox, "compliance", "create", file, "--yes", "--json")
    assert [one["error_code"] for one in json.loads(done.out)["problems"]] == [22219]


def test_a_file_of_a_document_is_looked_at_by_the_plan(tmp_path: Path, sandbox: Sandbox, file: Path) -> None:
    one = FILE.partition("[[documents]]")[2]
    file.write_text(f"{FILE}[[documents]]{one.replace('excerpt.pdf', 'none.pdf')}")
    (tmp_path / "excerpt.pdf").write_bytes(b"a text")
    plan = ask(sandbox, "compliance", "plan", file, "--json")
    found = [(each["argument"], each["message"]) for each in json.loads(plan.out)["problems"]]
    assert (plan.code, found) == (
        1,
        [
            (
                "documents[0].file",
                "documents[0].file: file must be a PDF, JPEG or PNG: its content is none of them",
            ),
            ("documents[1].file", "documents[1].file: file cannot be read: No such file or directory"),
        ],
    )
    done = ask(sandbox, "compliance", "create", file, "--yes")
    assert (done.code, done.err.splitlines()[-1], sandbox.bundle_sids) == (1, "Nothing was created.", ())


def test_a_review_in_the_sandbox_of_the_command_ends(file: Path) -> None:
    given = ["compliance", "create", str(file), "--yes", "--wait", "--sandbox"]
    done = CliRunner().invoke(app, given, env=environment(), catch_exceptions=False)
    assert (done.exit_code, done.stdout.split("\t")[1]) == (0, "twilio-approved\n")


def test_a_server_that_is_not_there_is_not_called_the_output() -> None:
    with Sandbox() as gone:
        url = gone.url
    done = ask(gone, "accounts", "list")
    port = url.rpartition(":")[2]
    assert (done.code, done.err) == (1, f"No connection: Connect call failed ('127.0.0.1', {port})\n")


def test_nothing_is_created_without_a_yes(sandbox: Sandbox, file: Path) -> None:
    done = ask(sandbox, "compliance", "create", file)
    assert (done.code, sandbox.bundle_sids) == (2, ())


def test_a_review_can_be_waited_for(file: Path) -> None:
    with Sandbox(review_pace=0.01) as sandbox:
        done = ask(sandbox, "compliance", "create", file, "--yes", "--wait")
        (sid,) = sandbox.bundle_sids
        assert (done.code, done.out) == (0, f"{sid}\ttwilio-approved\n")


def test_what_is_wrong_in_a_file_is_named(tmp_path: Path, file: Path) -> None:
    for text, place in (
        ("", "country"),
        (FILE + "\nx = 1", "attributes"),
        (f"zip = 1\n{FILE}", "zip is not known. There are: country, "),
        ("a = ", "not TOML"),
        (FILE.replace("[[documents]]", "[documents]"), "documents"),
    ):
        file.write_text(text)
        if place == "attributes":  # what is unknown of a document is the planner's to say
            assert read_bundle_file(file).documents[0]["x"] == 1
            continue
        with pytest.raises(Stop, match=place):
            read_bundle_file(file)
    with pytest.raises(Stop, match="cannot be read"):
        read_bundle_file(tmp_path / "none.toml")


def test_a_file_that_is_nested_without_end_is_told(sandbox: Sandbox, file: Path) -> None:
    file.write_text("a = " + "[" * 100_000)
    done = ask(sandbox, "compliance", "create", file, "--yes")
    assert (done.code, done.err, sandbox.requests) == (2, "The input is nested too deeply\n", 0)


def test_addresses_and_accounts(sandbox: Sandbox) -> None:
    options = ("--customer", "Example Ltd", "--street", "1 Example Street", "--city", "London")
    more = ("--postal-code", "N1 1AA", "--country", "GB")
    first = ask(sandbox, "addresses", "create", *options, *more)
    assert first.code == 0
    assert ask(sandbox, "addresses", "create", *options, *more).out == first.out
    listed = ask(sandbox, "addresses", "list", "--country", "GB")
    assert (listed.out.splitlines()[1].split("\t")[0], listed.err) == (first.out.strip(), "1 address.\n")

    sandbox.add_account("AC" + "c" * 32, "a-secret-token", parent=sandbox.account_sid)
    for json_option in ((), ("--json",)):
        done = ask(sandbox, "accounts", "list", *json_option)
        assert (done.code, done.err, len(done.out.splitlines())) == (
            0,
            "2 accounts.\n",
            2 if json_option else 3,
        )
        assert "token" not in done.out
        assert sandbox.auth_token not in done.out
