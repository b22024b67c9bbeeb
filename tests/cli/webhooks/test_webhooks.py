"""``twilio-numbers webhooks`` as a real process."""

from __future__ import annotations

import http.client
import json
import re
import signal
import socket
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from twilio_numbers_async.cli.exit_codes import Stop
from twilio_numbers_async.cli.webhooks.webhook_receiver import checked_public_url
from twilio_numbers_async.sandbox import Sandbox
from twilio_numbers_async.webhooks import sign, with_body_hash

from ..command import COMMAND, PATIENCE, Done, checked, environment, run, start, wait_until

REQUEST, NUMBER = "KW" + "a" * 32, "PU" + "a" * 32
TOKEN = "sandbox-auth-token"
JSON = "application/json"


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


def webhooks(sandbox: Sandbox, cwd: Path, *arguments: str) -> Done:
    return run("webhooks", *arguments, "--base-url", sandbox.url, cwd=cwd, env=environment(sandbox))


class Listening:
    """``webhooks listen`` in a process."""

    def __init__(self, cwd: Path, *options: str, **more: str) -> None:
        env = environment(None, TWILIO_AUTH_TOKEN=TOKEN, **more)
        self.process = start("webhooks", "listen", "--port", "0", *options, cwd=cwd, env=env)
        assert self.process.stderr is not None
        said = self.process.stderr.readline().decode()
        found = re.match(r"Listening at (http://127\.0\.0\.1:(\d+)), called as (\S+) ", said)
        assert found is not None, said
        self.url, self.port, self.called = found[1], int(found[2]), found[3]

    def post(self, body: bytes, headers: dict[str, str], target: str, method: str = "POST") -> int:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        connection.request(method, target, body, headers)
        status = connection.getresponse().status
        connection.close()
        return status

    def signed(self, token: str = TOKEN, **fields: str) -> tuple[bytes, dict[str, str], str]:
        """A webhook as Twilio sends it to ``/hook``: body, headers, target."""
        body = json.dumps(fields).encode()
        url = with_body_hash(f"{self.called}/hook?tenant=1", body)
        return body, sign(url, body, JSON, auth_token=token), f"/hook?{url.partition('?')[2]}"

    def end(self, number: signal.Signals = signal.SIGINT) -> Done:
        self.process.send_signal(number)
        out, err = self.process.communicate(timeout=PATIENCE)
        return checked(self.process.returncode, out, err)


def test_set_show_and_delete(tmp_path: Path, sandbox: Sandbox) -> None:
    url = "https://example.com/porting"
    first = webhooks(sandbox, tmp_path, "set", "--port-in-url", url, "--event", "PortInCompleted")
    assert first.out == f"Webhook\tIs\nport-in\t{url}\nport-out\tnot set\nevents\tPortInCompleted\n"
    second = webhooks(sandbox, tmp_path, "set", "--port-out-url", url, "--event", "all", "--json")
    found = json.loads(second.out)
    assert (found["port_in_target_url"], found["port_out_target_url"], found["notifications_of"]) == (
        url, url, [],
    )  # fmt: skip
    assert sandbox.operations["CreatePortingWebhookConfiguration"] == 2
    deleted = webhooks(sandbox, tmp_path, "delete", "port-in", "port-out")
    assert (deleted.code, deleted.out) == (0, "")
    assert deleted.err == "No more port-in events are sent.\nNo more port-out events are sent.\n"
    shown = webhooks(sandbox, tmp_path, "show")
    assert (shown.code, shown.out) == (0, "Webhook\tIs\nport-in\tnot set\nport-out\tnot set\nevents\tall\n")


def test_usage(tmp_path: Path) -> None:
    missing = run("webhooks", "listen", cwd=tmp_path, env=environment(TWILIO_API_KEY="SK" + "a" * 32))
    assert (missing.code, missing.err[:22]) == (2, "Set TWILIO_AUTH_TOKEN:")
    for wrong in (
        "example.com", "ftp://example.com", "https://example.com?x=1", "https://example.com:0", "https://[::1",
        "https://example.com:port",
    ):  # fmt: skip
        with pytest.raises(Stop, match="--public-url has to be like"):
            checked_public_url(wrong)
    assert checked_public_url("https://example.com/a/") == "https://example.com/a"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ((), "Nothing to set: give --port-in-url, --port-out-url or --event\n"),
        (("--event", "PortInCompleted", "--event", "ALL"), "--event all goes alone\n"),
    ],
)
def test_set_without_what_it_needs(
    tmp_path: Path, sandbox: Sandbox, options: tuple[str, ...], said: str
) -> None:
    done = webhooks(sandbox, tmp_path, "set", *options)
    assert (done.code, done.err, sandbox.requests) == (2, said, 0)


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
def test_listen_behind_a_proxy_that_asks_by_the_whole_address(tmp_path: Path) -> None:
    listening = Listening(tmp_path, "--public-url", "https://example.com/tunnel")
    body, headers, target = listening.signed(status="port_submitted", port_in_request_sid=REQUEST)
    assert listening.post(body, headers, f"{listening.url}{target}") == 204
    assert listening.end().err.endswith("1 event, 0 refused.\n")


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
def test_listen_goes_on_when_its_terminal_is_closed_if_it_was_told_so(tmp_path: Path) -> None:
    """As ``nohup`` starts it."""
    env = environment(None, TWILIO_AUTH_TOKEN=TOKEN)
    told = 'trap "" HUP; exec "$0" "$@"'
    with subprocess.Popen(
        ["sh", "-c", told, sys.executable, *COMMAND, "webhooks", "listen", "--port", "0"],
        cwd=tmp_path, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        assert process.stderr is not None
        found = re.match(r"Listening at http://127\.0\.0\.1:(\d+)", process.stderr.readline())
        assert found is not None
        process.send_signal(signal.SIGHUP)
        connection = http.client.HTTPConnection("127.0.0.1", int(found[1]), timeout=PATIENCE)
        connection.request("GET", "/")
        assert connection.getresponse().status == 405
        connection.close()
        process.send_signal(signal.SIGTERM)
        _, said = process.communicate(timeout=PATIENCE)
    assert (process.returncode, said.splitlines()[-1]) == (0, "0 events, 1 refused.")


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
def test_listen_prints_what_is_genuine_and_refuses_the_rest(tmp_path: Path) -> None:
    listening = Listening(tmp_path)
    assert listening.called == listening.url
    rejected = listening.signed(
        port_in_request_sid=REQUEST,
        port_in_phone_number_sid=NUMBER,
        phone_number="+14155550100",
        status="port_rejected",
        rejection_reason="+1 415 555 0100 is\x1b[2J busy",
        last_date_updated="2026-01-02T00:00:00Z",
    )
    submitted = listening.signed(
        port_in_request_sid=REQUEST,
        port_in_phone_number_sid=NUMBER,
        status="port_submitted",
        last_date_updated="2026-01-01T00:00:00Z",
    )
    body, headers, target = rejected
    assert [listening.post(*each) for each in (rejected, rejected, submitted)] == [204] * 3
    refused: list[tuple[bytes, dict[str, str], str]] = [
        (body + b" ", headers, target),
        (body, headers | {"X-Twilio-Signature": "x"}, target),
        (body, {}, target),
        (b"x" * 2_000_000, headers, target),
    ]
    assert [listening.post(*each) for each in refused] == [403, 403, 403, 413]
    assert listening.post(b"", {}, "/", method="GET") == 405
    with socket.create_connection(("127.0.0.1", listening.port), PATIENCE) as stranger:
        stranger.sendall(b"\x16\x03\x01 no HTTP\r\n\r\n")
        assert b"400" in stranger.recv(100)
    done = listening.end()
    assert done.code == 0
    titles, *rows = [line.split("\t")[1:] for line in done.out.splitlines()]
    assert titles == ["Event", "Request", "Number", "Its SID", "Status", "Reason"]
    event = ["PortInPhoneNumberRejected", REQUEST, "+•••••••0100", NUMBER, "port_rejected"]
    reason = "+• ••• ••• 0100 is [2J busy"
    assert rows == [
        [*event, reason],
        [*event, f"came before, {reason}"],
        ["PortInPhoneNumberSubmitted", REQUEST, "", NUMBER, "port_submitted", "out of order"],
    ]
    said = Counter(re.findall(r"refused \((\d+)\)", done.err))
    assert said == {"403": 3, "413": 1, "405": 1}
    assert done.err.count("--public-url") == 1
    assert done.err.endswith("3 events, 5 refused.\n")


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
def test_listen_accepts_both_tokens_while_one_is_rotated(tmp_path: Path) -> None:
    listening = Listening(tmp_path, TWILIO_SECONDARY_AUTH_TOKEN="the-next-token")
    by = {
        token: listening.signed(token, status="port_submitted", id=token)
        for token in (TOKEN, "the-next-token")
    }
    assert [listening.post(*webhook) for webhook in by.values()] == [204, 204]
    assert listening.post(*listening.signed("another", status="port_submitted")) == 403
    assert listening.end().err.endswith("2 events, 1 refused.\n")


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
def test_listen_behind_a_tunnel_as_json_with_whole_numbers(tmp_path: Path) -> None:
    listening = Listening(tmp_path, "--public-url", "https://example.com/a/", "--json", "--show-numbers")
    assert listening.called == "https://example.com/a"
    webhook = listening.signed(event_type="PortOutPhoneNumberCompleted", phone_number="+14155550100")
    assert listening.post(*webhook) == 204
    form = b"event_type=PortInCompleted"
    headers = sign(f"{listening.called}/x", form, "application/x-www-form-urlencoded", auth_token=TOKEN)
    assert listening.post(form, headers, "/x") == 204
    taken = run(
        "webhooks", "listen", "--port", str(listening.port), cwd=tmp_path,
        env=environment(TWILIO_AUTH_TOKEN=TOKEN),
    )  # fmt: skip
    assert taken.code == 1
    assert taken.err.startswith(f"Cannot listen on 127.0.0.1:{listening.port}: ")
    done = listening.end(signal.SIGTERM)
    assert done.code == 0
    record = json.loads(done.out.splitlines()[0])
    assert (record["kind"], record["phone_number"]) == ("PortOutPhoneNumberCompleted", "+14155550100")
    assert record["raw"] == json.loads(webhook[0])
    assert (record["repeated"], record["late"]) == (False, False)


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
def test_what_the_sandbox_sends_while_it_ports(tmp_path: Path, sandbox: Sandbox) -> None:
    listening = Listening(tmp_path)
    options = ("--port-in-url", f"{listening.url}/hook")
    assert webhooks(sandbox, tmp_path, "set", *options).code == 0
    created = _create(sandbox, tmp_path)
    assert created.code == 0, created.err
    for _ in range(4):
        sandbox.advance()
    wait_until(lambda: sum(webhook.status == 204 for webhook in sandbox.webhooks) == 7)
    done = listening.end()
    rows = [line.split("\t") for line in done.out.splitlines()][1:]
    assert Counter(row[1] for row in rows) == Counter(
        ["PortInWaitingForSignature", "PortInInProgress", "PortInCompleted"]
        + [
            f"PortInPhoneNumber{step}"
            for step in ("WaitingForSignature", "Submitted", "Pending", "Completed")
        ]
    )
    assert {row[2] for row in rows} == {*sandbox.port_in_sids}
    assert {row[3] for row in rows} == {"", "+•••••••0100"}
    assert done.err.endswith("7 events, 0 refused.\n")


def _create(sandbox: Sandbox, cwd: Path) -> Done:
    (cwd / "one.txt").write_text("+14155550100\n")
    details = Path(__file__).parents[3] / "examples" / "port.toml"
    arguments = ("port-ins", "create", "one.txt", "--details", details, "--yes", "--base-url", sandbox.url)
    return run(*arguments, cwd=cwd, env=environment(sandbox))


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
def test_a_reader_that_goes_away_ends_it_quietly(tmp_path: Path) -> None:
    listening = Listening(tmp_path)
    assert listening.process.stdout is not None
    listening.process.stdout.close()
    assert listening.post(*listening.signed(status="completed")) == 204
    assert listening.process.wait(PATIENCE) == 141
    assert listening.process.stderr is not None
    assert listening.process.stderr.read() == b""
    listening.process.stderr.close()
