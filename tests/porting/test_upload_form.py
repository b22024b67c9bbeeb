"""The form of an upload, read by the parser of the standard library."""

from __future__ import annotations

import asyncio
from email.message import EmailMessage, Message
from email.parser import BytesParser
from email.policy import HTTP
from typing import cast

from hypothesis import given, strategies as st

from twilio_numbers_async.transport.http.upload import form_with_file


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
    filename=st.text("abcXYZ019 ._-'()\"äöü", min_size=1, max_size=30),
    content=st.binary(min_size=1, max_size=300),
)
def test_what_was_put_in_comes_out(value: str, filename: str, content: bytes) -> None:
    body, content_type = asyncio.run(
        form_with_file(
            {"document_type": "utility_bill", "friendly_name": value},
            file_field="File",
            filename=filename,
            media_type="application/pdf",
            content=content,
        )
    )
    first, second, third = parts_of(content_type, body)
    for part, name in ((first, "document_type"), (second, "friendly_name"), (third, "File")):
        assert part.get_content_disposition() == "form-data"
        assert part.get_param("name", header="Content-Disposition") == name
    assert third.get_content_type() == "application/pdf"
    place = body.index(b"\r\n\r\n", body.index(b'name="File"')) + 4
    assert body[place:].rpartition(b"\r\n--")[0] == content
    head = body[:place].decode()
    assert f"\r\n\r\n{value}\r\n--" in head
    assert f'filename="{filename.replace(chr(34), "%22")}"' in head
