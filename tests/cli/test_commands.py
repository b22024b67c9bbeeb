"""``check``, ``sandbox``, ``report``, ``--version``, and the command without its extra."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from twilio_numbers_async import __version__
from twilio_numbers_async.sandbox import Sandbox

from .command import EXAMPLE, PATIENCE, checked, environment, numbers, run, start, write_csv


def test_version_and_help(tmp_path: Path) -> None:
    assert run("--version", cwd=tmp_path).out == f"twilio-numbers {__version__}\n"
    module = subprocess.run(
        [sys.executable, "-m", "twilio_numbers_async", "-h"],
        cwd=tmp_path, env=environment(), capture_output=True, timeout=PATIENCE, check=False,
    )  # fmt: skip
    shown = checked(module.returncode, module.stdout, module.stderr)
    assert shown.code == 0
    for command in ("sweep", "check", "report", "sandbox"):
        assert f"  {command} " in shown.out
        assert run(command, "--help", cwd=tmp_path).code == 0
    assert run("frobnicate", cwd=tmp_path).code == 2


@pytest.mark.parametrize("missing", ["typer", "rich"])
def test_without_its_extra_it_says_how_to_get_it(tmp_path: Path, missing: str) -> None:
    code = f"import sys; sys.modules[{missing!r}] = None; from twilio_numbers_async.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr == f"twilio-numbers needs {missing}: pip install 'twilio-numbers-async[cli]'\n"


def test_check_prints_plain_lines(tmp_path: Path) -> None:
    done = run("check", "(415) 555-0100", "415-555-0180", "555-0100", "--sandbox", cwd=tmp_path)
    assert done.code == 1, "one of them is no number"
    titles, *lines = [line.split("\t") for line in done.out.splitlines()]
    assert titles == ["Number", "E.164", "Country", "Type", "Portable", "Reason", "Code", "What to do"]
    assert lines == [
        ["(415) 555-0100", "+14155550100", "US", "LOCAL", "true", "", "", "Can be ported."],
        [
            "415-555-0180", "+14155550180", "US", "LOCAL", "false", "UNSUPPORTED", "22130",
            "Cannot be ported to Twilio: its country, rate centre or carrier is not served.",
        ],
        ["555-0100", "", "", "", "", "", "", "The phone number has no area code"],
    ]  # fmt: skip
    assert done.err == ""


def test_check_as_json(tmp_path: Path) -> None:
    done = run("check", "020 7946 0123", "x", "--country", "GB", "--sandbox", "--json", cwd=tmp_path)
    first, second = (json.loads(line) for line in done.out.splitlines())
    assert (first["input"], first["phone_number_e164"], first["country"]) == (
        "020 7946 0123",
        "+442079460123",
        "GB",
    )
    assert second["error"] == "This is not a phone number"
    assert list(first) == list(second)


def test_the_exit_codes_of_check(tmp_path: Path) -> None:
    with Sandbox() as sandbox:
        env, place = environment(sandbox), ("--base-url", sandbox.url)
        sandbox.answer("+14155550100", {"code": 20404, "message": "gone", "status": 404}, status=404)
        failed = run("check", "+14155550100", *place, cwd=tmp_path, env=env)
        assert (failed.code, failed.out.split("\t")[-1][:8]) == (1, "HTTP 404")
        assert run("check", "+14155550190", *place, cwd=tmp_path, env=env).code == 1, "22135 is no answer"
        refused = run("check", "+14155550101", *place, cwd=tmp_path, env=env | {"TWILIO_AUTH_TOKEN": "wrong"})
        assert refused.code == 3
        assert refused.err.startswith("Twilio refused the credentials: HTTP 401")
    missing = run("check", "+14155550100", cwd=tmp_path)
    assert (missing.code, "--sandbox" in missing.err) == (2, True)
    assert run("check", cwd=tmp_path).code == 2
    assert run("check", "1", "--sandbox", "--country", "Utopia", cwd=tmp_path).code == 2


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
def test_the_sandbox_runs_alone(tmp_path: Path) -> None:
    process = start(
        "sandbox", "--port", "0", "--allowance", "5", "--numbers", "3", cwd=tmp_path, env=environment()
    )
    assert process.stdout is not None
    said = process.stdout.read().decode()  # to its end, though the sandbox runs
    found = dict(re.findall(r"^export (\w+)=(\S+)$", said, re.MULTILINE))
    assert found["TWILIO_NUMBERS_SANDBOX_PID"] == str(process.pid)
    env = environment() | found
    done = run("check", "(415) 555-0100", "--json", cwd=tmp_path, env=env)
    assert json.loads(done.out)["portable"] is True
    assert run("numbers", "list", "--no-header", cwd=tmp_path, env=env).out.count("\n") == 3
    port = found["TWILIO_NUMBERS_BASE_URL"].rpartition(":")[2]
    taken = run("sandbox", "--port", port, cwd=tmp_path)
    assert taken.code == 1
    assert "cannot listen on 127.0.0.1:" in taken.err
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=PATIENCE)
    assert checked(process.returncode, out, err).code == 0


SHELL = """
command="$1 -m twilio_numbers_async sandbox --port 0 --numbers 3 --port-ins 5"
eval "$({start})"
env > "$2"
read enough
kill "$TWILIO_NUMBERS_SANDBOX_PID"
"""


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX shells")
@pytest.mark.parametrize("begin", ["$command --background", "$command &"])
@pytest.mark.parametrize("shell", ["bash", "dash", "zsh"])
def test_a_shell_takes_over_the_sandbox(tmp_path: Path, shell: str, begin: str) -> None:
    path = shutil.which(shell)
    if path is None:
        pytest.skip(f"no {shell} on this machine")
    script = SHELL.replace("{start}", begin).replace(
        "$command", "${=command}" if shell == "zsh" else "$command"
    )
    told = tmp_path / "told"
    os.mkfifo(told)
    with subprocess.Popen(
        [path, "-c", script, shell, sys.executable, told],
        cwd=tmp_path, env=environment(), text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    ) as running:  # fmt: skip
        exported = dict(line.split("=", 1) for line in told.read_text().splitlines() if "=" in line)
        listed = [
            run(group, "list", "--no-header", cwd=tmp_path, env=exported) for group in ("numbers", "port-ins")
        ]
        out, err = running.communicate("enough\n", timeout=PATIENCE)
    assert [len(done.out.splitlines()) for done in listed] == [3, 5], listed
    assert (running.returncode, out) == (0, ""), err
    assert ("kill " in err) == ("--background" in begin)
    assert "Traceback" not in err


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX processes")
def test_a_sandbox_that_cannot_go_to_the_background_says_why(tmp_path: Path) -> None:
    with Sandbox() as taken:
        port = taken.url.rpartition(":")[2]
        done = run("sandbox", "--port", port, "--background", cwd=tmp_path)
    assert (done.code, done.out) == (1, "")
    assert "cannot listen on 127.0.0.1:" in done.err
    many = run("sandbox", "--port", "0", "--port-ins", "400001", "--background", cwd=tmp_path)
    assert (many.code, "expected 0 to 400,000" in many.err) == (2, True)
    many = run("sandbox", "--port", "0", "--numbers", "99999999", cwd=tmp_path)
    assert (many.code, many.out) == (2, "")
    assert many.err == "--numbers or --port-ins: numbers: expected 0 to 200,000\n"


def test_a_sandbox_of_a_command_has_things_to_show(tmp_path: Path) -> None:
    numbers_listed = run("numbers", "list", "--sandbox", "--no-header", cwd=tmp_path)
    assert numbers_listed.err == "12 numbers.\n"
    listed = run("port-ins", "list", "--sandbox", "--no-header", cwd=tmp_path)
    rows = [line.split("\t") for line in listed.out.splitlines()]
    assert len(rows) == 8
    assert len({row[1] for row in rows}) > 2, "they are at different steps"
    shown = run("port-ins", "show", rows[0][0], "--sandbox", cwd=tmp_path)
    assert shown.code == 0, "its SID is the same in the next command"


def test_report_makes_a_page_of_results(tmp_path: Path) -> None:
    done = run("sweep", EXAMPLE, "--sandbox", "--report", "first.html", cwd=tmp_path)
    assert done.code == 0
    assert "first.html shows the results." in done.err
    again = run("report", "results.csv", "--out", "second.html", cwd=tmp_path)
    assert again.code == 0
    first, second = ((tmp_path / name).read_text() for name in ("first.html", "second.html"))
    assert first == second, "the timeline is kept beside the results"
    assert "Requests at once" in second
    assert "+14155550100" in second

    refused = run("report", "results.csv", "--out", "second.html", "--mask", cwd=tmp_path)
    assert refused.code == 2
    assert (tmp_path / "second.html").read_text() == second
    (tmp_path / "results.csv.timeline").unlink()
    assert run("report", "results.csv", "--out", "second.html", "--mask", "--force", cwd=tmp_path).code == 0
    masked = (tmp_path / "second.html").read_text()
    assert re.search(r"555\D{0,2}01\d\d", second)
    assert not re.search(r"555\D{0,2}01\d\d", masked)
    assert "Harbour Dental" not in masked
    assert "How many requests at once were allowed is not known here" in masked


@pytest.mark.parametrize("name", ["o.jsonl", "o.parquet", "o.tsv.gz"])
def test_report_reads_what_sweep_writes(tmp_path: Path, name: str) -> None:
    if name.endswith("parquet"):
        pytest.importorskip("pyarrow", reason="pyarrow is not installed")
    file = write_csv(tmp_path / "in.csv", [["phone"], *([number] for number in numbers(3)), ["x"]])
    assert run("sweep", file, "--sandbox", "--out", name, cwd=tmp_path).code == 0
    assert run("report", name, cwd=tmp_path).code == 0
    page = (tmp_path / "report.html").read_text()
    assert "100.0 % of the 3 answered rows can be ported to Twilio" in page
    assert "1 not a number" in page


def test_report_of_what_is_no_result(tmp_path: Path) -> None:
    done = run("report", EXAMPLE, cwd=tmp_path)
    assert done.code == 2
    assert "not the results of a sweep" in done.err
    assert run("report", "none.csv", cwd=tmp_path).code == 2
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("seconds", ["0", "-1", "nan", "inf"])
def test_a_timeout_that_is_none_is_refused(tmp_path: Path, seconds: str) -> None:
    done = run("check", "+14155550100", "--sandbox", "--timeout", seconds, cwd=tmp_path)
    assert (done.code, done.out) == (2, "")
    assert done.err == "--timeout must be seconds, more than 0\n"
