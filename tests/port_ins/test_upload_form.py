"""The form of an upload, read by the parser of the standard library."""

from __future__ import annotations

import asyncio
from email.message import EmailMessage, Message
from email.parser import BytesParser
from email.policy import HTTP
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twilio_numbers_async.transport.upload import Upload


class Pieces:
    """A source of given pieces."""

    rereadable = False

    def __init__(self, pieces: list[bytes], *, sized: bool = True) -> None:
        self.pieces = pieces
        self.size = sum(map(len, pieces)) if sized else None
        self.left: list[bytes] = []

    async def rewind(self) -> None:
        self.left = list(self.pieces)

    async def read(self) -> bytes:
        return self.left.pop(0) if self.left else b""


async def whole(upload: Upload) -> bytes:
    return b"".join([piece async for piece in upload])


def parts_of(content_type: str, body: bytes) -> list[EmailMessage]:
    message: Message = BytesParser(policy=HTTP).parsebytes(
        b"Content-Type: " + content_type.encode() + b"\r\n\r\n" + body
    )
    assert message.is_multipart()
    assert not message.defects
    return cast("list[EmailMessage]", message.get_payload())


TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), max_size=30)


@given(
    value=TEXT,
    filename=st.text("abcXYZ019 ._-'()\"", min_size=1, max_size=30),
    pieces=st.lists(st.binary(min_size=1, max_size=40), max_size=6),
    sized=st.booleans(),
)
def test_what_was_put_in_comes_out(value: str, filename: str, pieces: list[bytes], sized: bool) -> None:
    upload = Upload(
        {"document_type": "utility_bill", "friendly_name": value},
        file_field="File",
        filename=filename,
        media_type="application/pdf",
        source=Pieces(pieces, sized=sized),
    )
    body = asyncio.run(whole(upload))
    assert upload.length == (len(body) if sized else None)
    first, second, third = parts_of(upload.content_type, body)
    for part, name in ((first, "document_type"), (second, "friendly_name"), (third, "File")):
        assert part.get_content_disposition() == "form-data"
        assert part.get_param("name", header="Content-Disposition") == name
    assert third.get_content_type() == "application/pdf"
    head, _, rest = body.partition(b"Content-Type: application/pdf\r\n\r\n")
    assert rest.rpartition(b"\r\n--")[0] == b"".join(pieces)
    assert f"\r\n\r\n{value}\r\n--".encode() in head
    assert f'filename="{filename.replace(chr(34), "%22")}"'.encode() in head


async def test_it_knows_how_far_it_is() -> None:
    upload = Upload(
        {}, file_field="File", filename="a", media_type="image/png", source=Pieces([b"one", b"two"])
    )
    assert upload.repeatable
    pieces = aiter(upload)
    assert aiter(pieces) is pieces
    assert not upload.started
    await anext(pieces)
    assert upload.started
    assert not upload.repeatable
    assert [await anext(pieces), await anext(pieces)] == [b"one", b"two"]
    assert not upload.read_whole
    assert (await anext(pieces)).endswith(b"--\r\n")
    assert upload.read_whole
    with pytest.raises(StopAsyncIteration):
        await anext(pieces)
    # sent again, it begins anew
    assert b"onetwo" in await whole(upload)


async def test_what_the_source_raises_is_kept() -> None:
    source = Pieces([b"one"])
    upload = Upload({}, file_field="File", filename="a", media_type="image/png", source=source)
    pieces = aiter(upload)
    await anext(pieces)
    source.left.insert(0, cast("bytes", None))
    source.left.clear()
    source.read = _raise  # type: ignore[method-assign]  # a source that breaks
    with pytest.raises(OSError, match="gone"):
        await anext(pieces)
    assert isinstance(upload.failure, OSError)


async def _raise() -> bytes:
    raise OSError("gone")
