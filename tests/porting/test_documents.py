"""Uploads, over sockets."""

from __future__ import annotations

import asyncio
import io
import os
import socket
import tempfile
import threading
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from tests.raw_server import Connection, Received, raw_server, stall, unused_url
from twilio_numbers_async.client import TwilioNumbers
from twilio_numbers_async.errors import (
    ApiError,
    ConnectError,
    InvalidArgumentError,
    TransportError,
)
from twilio_numbers_async.resources.numbers_v1.document_sources import MAX_SIZE
from twilio_numbers_async.transport.credentials import OAuthClientCredentials

from .details import ACCOUNT, PATIENT, FakeTime
from .upload_server import UploadServer, upload_server

PDF = b"%PDF-1.7\n" + bytes(range(256)) * 1200  # several pieces
JPEG = b"\xff\xd8\xff\xe0" + b"j" * 50
PNG = b"\x89PNG\r\n\x1a\n" + b"p" * 50


@pytest.fixture
async def server() -> AsyncIterator[UploadServer]:
    async with upload_server() as running:
        yield running


def client(url: str, **options: Any) -> TwilioNumbers:
    return TwilioNumbers(
        ACCOUNT,
        None if "credentials" in options else "token",
        base_url=url,
        runtime=FakeTime().runtime,
        retry=PATIENT,
        **options,
    )


@pytest.fixture
async def twilio(server: UploadServer) -> AsyncIterator[TwilioNumbers]:
    async with client(server.url) as opened:
        yield opened


async def pieces_of(content: bytes, size: int = 40_000) -> AsyncIterator[bytes]:
    for at in range(0, len(content), size):
        yield content[at : at + size]
        yield b""  # no end


class Reader:
    """Like an uploaded file of a web framework."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.reads = 0

    async def read(self, size: int, /) -> bytes:
        self.reads += 1
        piece, self.content = self.content[:size], self.content[size:]
        return piece


def written(folder: Path, name: str, content: bytes = PDF) -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    ("name", "content", "media_type"),
    [
        ("bill.pdf", PDF, "application/pdf"),
        ("bill.PDF", b"\n\n%PDF-1.4 with something before it", "application/pdf"),
        ("bill.jpg", JPEG, "image/jpeg"),
        ("bill.jpeg", JPEG, "image/jpeg"),
        ("bill.png", PNG, "image/png"),
        ("größe 'x'.pdf", PDF, "application/pdf"),
    ],
)
async def test_a_file_is_uploaded(
    server: UploadServer, twilio: TwilioNumbers, tmp_path: Path, name: str, content: bytes, media_type: str
) -> None:
    document = await twilio.documents.upload(written(tmp_path, name, content), friendly_name="Bill of May")
    assert document.sid == "RD" + "d" * 32
    assert (document.mime_type, document.status) == (media_type, "pending")
    assert (document.document_type, document.friendly_name) == ("utility_bill", "Bill of May")
    (taken,) = server.taken
    assert taken.path == "/v1/Documents"
    assert taken.fields == {"document_type": "utility_bill", "friendly_name": "Bill of May"}
    assert (taken.filename, taken.media_type, taken.content) == (name, media_type, content)
    assert taken.length is not None
    assert int(taken.length) > len(content)


async def test_text_is_a_path_and_options_are_sent(
    server: UploadServer, twilio: TwilioNumbers, tmp_path: Path
) -> None:
    path = str(written(tmp_path, "scan"))
    await twilio.documents.upload(path, document_type="letter", filename="letter.pdf")
    (taken,) = server.taken
    assert (taken.fields, taken.filename) == ({"document_type": "letter"}, "letter.pdf")


@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview])
async def test_bytes_are_uploaded(
    server: UploadServer, twilio: TwilioNumbers, kind: Callable[[bytes], Any]
) -> None:
    await twilio.documents.upload(kind(PNG))
    (taken,) = server.taken
    assert (taken.filename, taken.content) == ("document.png", PNG)
    await twilio.documents.upload(kind(PDF))
    assert server.taken[-1].content == PDF


async def test_a_stream_is_uploaded(server: UploadServer, twilio: TwilioNumbers) -> None:
    reader = Reader(PDF)
    await twilio.documents.upload(pieces_of(PDF))
    await twilio.documents.upload(reader, filename="bill.pdf")
    await twilio.documents.upload(pieces_of(PNG, 1))
    assert [taken.content for taken in server.taken] == [PDF, PDF, PNG]
    assert [taken.filename for taken in server.taken] == ["document.pdf", "bill.pdf", "document.png"]
    assert all(taken.length is not None for taken in server.taken)
    assert reader.reads > 2


async def test_an_open_file_is_uploaded_from_where_it_is(
    server: UploadServer, twilio: TwilioNumbers, tmp_path: Path
) -> None:
    path = written(tmp_path, "bill.pdf", b"....." + PDF)
    with path.open("rb") as file:
        file.seek(5)
        await twilio.documents.upload(file)
        assert not file.closed
    await twilio.documents.upload(io.BytesIO(PNG))
    with tempfile.TemporaryFile() as nameless:
        nameless.write(JPEG)
        nameless.seek(0)
        await twilio.documents.upload(nameless)
    assert [taken.content for taken in server.taken] == [PDF, PNG, JPEG]
    assert [taken.filename for taken in server.taken] == ["bill.pdf", "document.png", "document.jpeg"]


async def test_a_document_of_just_the_limit_is_uploaded(
    server: UploadServer, twilio: TwilioNumbers, tmp_path: Path
) -> None:
    path = written(tmp_path, "large.pdf", b"%PDF-1.7")
    os.truncate(path, MAX_SIZE)
    await twilio.documents.upload(path)
    await twilio.documents.upload(pieces_of(path.read_bytes(), 1_000_000))
    assert [len(taken.content) for taken in server.taken] == [MAX_SIZE, MAX_SIZE]


async def text_stream() -> AsyncIterator[Any]:
    yield "%PDF-1.7"


def large(folder: Path) -> Path:
    path = written(folder, "large.pdf", b"%PDF-1.7")
    os.truncate(path, MAX_SIZE + 1)
    return path


def closed(_: Path) -> io.BytesIO:
    file = io.BytesIO(PDF)
    file.close()
    return file


BAD: dict[str, tuple[Callable[[Path], Any], dict[str, Any], str, str]] = {
    "empty file": (lambda at: written(at, "a.pdf", b""), {}, "document", "is empty"),
    "large file": (large, {}, "document", "larger than the 10 MB"),
    "missing file": (lambda at: at / "none.pdf", {}, "document", "No such file"),
    "folder": (lambda at: at, {}, "document", "no regular file"),
    "other content": (lambda at: written(at, "a.pdf", b"MZ" * 900), {}, "document", "PDF, JPEG or PNG"),
    "other extension": (lambda at: written(at, "a.png"), {}, "filename", "ends in .png, but"),
    "no extension": (lambda at: written(at, "a"), {}, "filename", "must end in one of .pdf"),
    "other name": (lambda _: PDF, {"filename": "a.jpg"}, "filename", "application/pdf"),
    "control characters": (lambda _: PDF, {"filename": "a\r\nX: y.pdf"}, "filename", "control characters"),
    "no bytes": (lambda _: b"", {}, "document", "is empty"),
    "many bytes": (lambda _: b"%PDF-" + bytes(MAX_SIZE), {}, "document", "larger than"),
    "empty stream": (lambda _: pieces_of(b""), {}, "document", "is empty"),
    "empty reader": (lambda _: Reader(b""), {}, "document", "is empty"),
    "one large piece": (
        lambda _: pieces_of(b"%PDF-" + bytes(MAX_SIZE), MAX_SIZE + 9),
        {},
        "document",
        "larger",
    ),
    "stream of text": (lambda _: text_stream(), {}, "document", "of bytes, not of str"),
    "file of text": (lambda _: io.StringIO("%PDF-1.7"), {}, "document", "of bytes, not of str"),
    "empty open file": (lambda _: io.BytesIO(b""), {}, "document", "is empty"),
    "closed file": (closed, {}, "document", "cannot be read: it is closed"),
    "number": (lambda _: 7, {}, "document", "not int"),
    "path that is none": (lambda _: "a\0b.pdf", {}, "document", "its path is none"),
    "name that cannot be sent": (
        lambda at: written(at, "\udcff.pdf"),
        {},
        "filename",
        "nothing that cannot be sent",
    ),
    "a type of another type": (lambda _: PDF, {"document_type": 5}, "document_type", "must be text"),
    "a type that cannot be sent": (
        lambda _: PDF,
        {"document_type": "\ud800"},
        "document_type",
        "cannot be sent",
    ),
    "a friendly name that is none": (lambda _: PDF, {"friendly_name": b"x"}, "friendly_name", "must be text"),
    "a path as name": (lambda _: PDF, {"filename": Path("a.pdf")}, "filename", "must be text"),
    "no type": (lambda _: PDF, {"document_type": " "}, "document_type", "must not be empty"),
}


@pytest.mark.parametrize("case", BAD)
async def test_what_cannot_be_uploaded_is_refused_before_anything_is_sent(
    server: UploadServer, twilio: TwilioNumbers, tmp_path: Path, case: str
) -> None:
    make, options, argument, words = BAD[case]
    with pytest.raises(InvalidArgumentError, match=words) as caught:
        await twilio.documents.upload(make(tmp_path), **options)
    assert caught.value.argument == argument
    assert server.begun == 0


async def test_a_file_that_is_not_open_for_reading_is_refused(
    server: UploadServer, twilio: TwilioNumbers, tmp_path: Path
) -> None:
    with (
        (tmp_path / "a.pdf").open("wb") as file,
        pytest.raises(InvalidArgumentError, match="document cannot be read: "),
    ):
        await twilio.documents.upload(file)
    assert server.begun == 0


async def test_a_stream_is_read_no_further_than_the_limit(
    server: UploadServer, twilio: TwilioNumbers
) -> None:
    reader = Reader(b"%PDF-" + bytes(2 * MAX_SIZE))
    for endless in (pieces_of(b"%PDF-" + bytes(MAX_SIZE), 1_000_000), reader, io.BytesIO(reader.content)):
        with pytest.raises(InvalidArgumentError, match="larger than the 10 MB"):
            await twilio.documents.upload(endless)
    assert len(reader.content) > MAX_SIZE - 100_000
    assert server.begun == 0


async def test_what_a_stream_raises_is_raised(server: UploadServer, twilio: TwilioNumbers) -> None:
    async def broken() -> AsyncIterator[bytes]:
        yield PDF[:2000]
        await asyncio.sleep(0)
        raise TimeoutError("the customer left")

    with pytest.raises(TimeoutError, match="the customer left"):
        await twilio.documents.upload(broken())
    assert server.begun == 0


@pytest.mark.parametrize("how", ["file", "stream"])
async def test_a_refusal_is_sent_again(
    server: UploadServer, twilio: TwilioNumbers, tmp_path: Path, how: str
) -> None:
    server.refusals = [429, 429]
    document = await twilio.documents.upload(written(tmp_path, "a.pdf") if how == "file" else pieces_of(PDF))
    assert document.sid is not None
    assert [taken.content for taken in server.taken] == [PDF] * 3


@pytest.mark.parametrize("how", ["bytes", "stream"])
async def test_a_token_is_renewed_and_the_document_sent_again(server: UploadServer, how: str) -> None:
    async with client(server.url, credentials=OAuthClientCredentials("id", "secret")) as twilio:
        server.refusals = [401]
        await twilio.documents.upload(PDF if how == "bytes" else pieces_of(PDF))
    assert [taken.content for taken in server.taken] == [PDF, PDF]
    first, second = (taken.authorization for taken in server.taken)
    assert first != second


async def test_a_lost_answer_is_not_repeated(server: UploadServer, twilio: TwilioNumbers) -> None:
    server.drop_after = True
    with pytest.raises(TransportError, match="no list of documents") as caught:
        await twilio.documents.upload(PDF)
    assert caught.value.may_have_been_processed
    assert server.begun == 1


async def test_without_a_connection_nothing_was_sent() -> None:
    async with client(await unused_url()) as twilio:
        with pytest.raises(ConnectError) as caught:
            await twilio.documents.upload(Reader(PDF))
        assert caught.value.attempts == 2
        assert not caught.value.may_have_been_processed


def answer_at_once(status: int) -> Any:
    """A server that answers before it has read the body."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        body = b'{"sid": "RDx"}' if status < 300 else b'{"code": 1, "message": "Too large"}'
        head = f"HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        writer.write(head.encode() + body)
        await writer.drain()
        await reader.read(1)
        writer.close()

    return serve


@pytest.mark.parametrize(("status", "error"), [(201, TransportError), (413, ApiError)])
async def test_an_answer_to_half_a_document_is_no_success(status: int, error: type[Exception]) -> None:
    listener = await asyncio.start_server(answer_at_once(status), "127.0.0.1", 0)
    # So that the network takes in less than the document.
    listener.sockets[0].setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    host, port = listener.sockets[0].getsockname()
    async with listener, client(f"http://{host}:{port}") as twilio:
        with pytest.raises(error) as caught:
            await twilio.documents.upload(b"%PDF-" + bytes(MAX_SIZE - 5))
        if isinstance(caught.value, TransportError):
            assert caught.value.may_have_been_processed
            assert "before the body was sent whole" in str(caught.value)


@pytest.mark.parametrize("how", ["file", "stream", "sending"])
async def test_a_cancelled_upload_leaves_nothing(tmp_path: Path, how: str) -> None:
    begun = asyncio.Event()

    async def hold(connection: Connection, received: Received) -> None:
        begun.set()
        await stall(connection, received)

    async def waiting() -> AsyncIterator[bytes]:
        yield PDF[:2000]
        begun.set()
        await asyncio.Event().wait()

    class Slow(io.BytesIO):
        """A file that is read for as long as the test likes."""

        def read(self, size: int | None = -1, /) -> bytes:
            loop.call_soon_threadsafe(begun.set)
            let_go.wait(30)
            return super().read(size)

    loop, let_go = asyncio.get_running_loop(), threading.Event()
    file = Slow(PDF)
    documents: dict[str, Any] = {"file": file, "stream": waiting(), "sending": written(tmp_path, "a.pdf")}
    async with raw_server(hold) as server, client(server.url) as twilio:
        before = asyncio.all_tasks()
        upload = asyncio.create_task(twilio.documents.upload(documents[how]))
        await begun.wait()
        upload.cancel()
        with pytest.raises(asyncio.CancelledError):
            await upload
        let_go.set()
        await asyncio.sleep(0.01)
        left = {task for task in asyncio.all_tasks() - before if "serve" not in repr(task)}
        assert not left
        assert len(server.received) == (how == "sending")
