"""The server that calls are measured against: nginx with one document for any number, in a process of its own."""

from __future__ import annotations

import contextlib
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Generator, Iterator
from pathlib import Path

__all__ = ["DOCUMENT", "ENOUGH", "NUMBER", "capacity", "made_up", "nginx", "nginx_tls", "numbers"]

ENOUGH = 50_000
"""Answers a second that the server must be able to give, so that it is never the bottleneck."""

DOCUMENT = (
    '{"phone_number":"+15552000000","account_sid":"ACaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","portable":true,'
    '"pin_and_account_number_required":false,"not_portable_reason":null,"not_portable_reason_code":null,'
    '"number_type":"LOCAL","country":"US",'
    '"url":"https://numbers.twilio.com/v1/Porting/Portability/PhoneNumber/+15552000000"}'
)

NUMBER = "+15552000000"
"""The one in DOCUMENT: the one that was asked for takes its place."""

_CONFIG = """
worker_processes 1;
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 16384; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    keepalive_requests 1000000000;
    keepalive_timeout 600;
    server {{
        listen 127.0.0.1:{port}{tls} backlog=16384;
        {certificate}
        default_type application/json;
        location ~ ^/v1/Porting/Portability/PhoneNumber/(?<number>[+0-9]+)$ {{
            add_header Twilio-Request-Id RQaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa;
            return 200 '{document}';
        }}
    }}
}}
"""


def made_up(count: int, start: int = 0) -> Iterator[str]:
    """Numbers made up here, one at a time: +1 555 NXX XXXX."""
    return (f"+1555{2_000_000 + (start + i) % 7_999_999:07}" for i in range(count))


def numbers(count: int, start: int = 0) -> list[str]:
    """The same in a list."""
    return [*made_up(count, start)]


@contextlib.contextmanager
def nginx(certificate: Path | None = None) -> Generator[str]:
    """Runs nginx and gives its URL. ``certificate``: a file with the key and the chain, for TLS."""
    program = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
    if program is None:
        raise SystemExit("The benchmarks need nginx (Debian: apt-get install nginx-light)")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder, "nginx.conf")
        config.write_text(
            _CONFIG.format(
                folder=folder,
                port=port,
                document=DOCUMENT.replace(NUMBER, "$number"),
                tls=" ssl" if certificate else "",
                certificate=f"ssl_certificate {certificate}; ssl_certificate_key {certificate};"
                if certificate
                else "",
            )
        )
        process = subprocess.Popen([program, "-c", config, "-e", f"{folder}/error.log"])
        try:
            _await_port(port, process)
            yield f"{'https' if certificate else 'http'}://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait()


@contextlib.contextmanager
def nginx_tls() -> Generator[tuple[str, dict[str, str]]]:
    """Runs nginx with TLS and gives its URL, and the variables with which any client trusts it."""
    import trustme

    with tempfile.TemporaryDirectory() as folder:
        own, authority = Path(folder, "server.pem"), Path(folder, "authority.pem")
        trusted = trustme.CA()
        trusted.issue_cert("127.0.0.1").private_key_and_cert_chain_pem.write_to_path(str(own))
        trusted.cert_pem.write_to_path(str(authority))
        with nginx(own) as url:
            yield url, {"SSL_CERT_FILE": str(authority)}


def _await_port(port: int, process: subprocess.Popen[bytes]) -> None:
    for _ in range(500):
        if process.poll() is not None:
            raise SystemExit("nginx did not start")
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.01)
    raise SystemExit("nginx does not answer")


def capacity(url: str, count: int = 100_000) -> float:
    """Answers a second that the server gives to a client that spends next to nothing: pipelined requests."""
    host, port = url.removeprefix("http://").split(":")
    request = b"GET /v1/Porting/Portability/PhoneNumber/+15552000000 HTTP/1.1\r\nHost: x\r\n\r\n"
    batch = 100
    with socket.create_connection((host, int(port))) as connection:
        connection.sendall(request)
        size = len(connection.recv(65536))
        began = time.perf_counter()
        for _ in range(count // batch):
            connection.sendall(request * batch)
            left = size * batch
            while left > 0:
                left -= len(connection.recv(min(left, 1 << 20)))
        return count / (time.perf_counter() - began)
