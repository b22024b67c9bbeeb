from __future__ import annotations

import io
import re
from collections.abc import Mapping

import aiohttp
import pytest

from twilio_numbers_async.sandbox import Sandbox

from ..checked_client import Api, basic
from .port_in_requests import PATH, Clock, body as port_in

DOCUMENTS = "/v1/Documents"
PDF = b"%PDF-1.7\r\n--y\r\n\r\n\x00\xff"
JPEG = b"\xff\xd8\xff\xe0rest"
PNG = b"\x89PNG\r\n\x1a\nrest"
BOUNDARY = {"Content-Type": "multipart/form-data; boundary=x"}
HEAD = b'--x\r\nContent-Disposition: form-data; name="document_type"\r\n\r\nutility_bill\r\n'


def part(content: bytes, head: str = 'form-data; name="File"; filename="bill.pdf"') -> bytes:
    return b"--x\r\nContent-Disposition: " + head.encode() + b"\r\n\r\n" + content + b"\r\n"


async def upload(
    api: Api, content: bytes, mime_type: str = "application/pdf", fields: Mapping[str, str] | None = None
) -> dict[str, str | None]:
    """As aiohttp sends a form."""
    form = aiohttp.FormData()
    for name, value in ({"document_type": "utility_bill"} if fields is None else fields).items():
        form.add_field(name, value)
    form.add_field("File", io.BytesIO(content), filename="bill née.pdf", content_type=mime_type)
    auth = {"Authorization": basic(api.sandbox.account_sid, api.sandbox.auth_token)}
    async with api.session.post(api.sandbox.url + DOCUMENTS, data=form, headers=auth) as response:
        assert response.status == 201, await response.text()
        document: dict[str, str | None] = await response.json()
    return document


@pytest.mark.parametrize(
    ("content", "mime_type"),
    [(PDF, "application/pdf"), (b"\n" + PDF, "application/pdf"), (JPEG, "image/jpeg"), (PNG, "image/png")],
)
async def test_a_document_is_taken_in(api: Api, content: bytes, mime_type: str) -> None:
    document = await upload(api, content, mime_type)
    assert re.fullmatch("RD[0-9a-f]{32}", document.pop("sid") or "")
    assert document == {
        "mime_type": mime_type,
        "status": "pending_review",
        "document_type": "utility_bill",
        "friendly_name": None,
    }


async def test_it_has_the_name_it_was_given_and_the_type_of_its_content(api: Api) -> None:
    fields = {"document_type": "loa", "friendly_name": "Bill of März"}
    document = await upload(api, JPEG, "application/octet-stream", fields)
    assert (document["document_type"], document["friendly_name"]) == ("loa", "Bill of März")
    assert document["mime_type"] == "image/jpeg"


async def test_what_was_uploaded_is_known() -> None:
    async with Sandbox(strict_documents=True, now=Clock()) as sandbox, Api(sandbox) as api:
        document = await upload(api, PDF)
        assert (await api.ask("POST", PATH, port_in(documents=[document["sid"]]))).status == 202
        await api.refused("POST", PATH, port_in(documents=["RD" + "0" * 32]))


async def test_ten_megabytes_are_the_most(api: Api) -> None:
    most = PDF.ljust(10 * 1024 * 1024, b"\n")
    assert (await upload(api, most))["mime_type"] == "application/pdf"
    more = io.BytesIO(HEAD + part(most + b"\n") + b"--x--")
    await api.refused("POST", DOCUMENTS, data=more, headers=BOUNDARY, status=413)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (HEAD + b"--x--", 70002),
        (HEAD + part(b"") + b"--x--", 70002),
        (HEAD + part(b"GIF89a") + b"--x--", 70002),
        (HEAD + part(PDF, 'form-data; name="File"') + b"--x--", 70002),
        (
            HEAD + part(JPEG, 'form-data; name="File"; filename="x"\r\nContent-Type: image/png') + b"--x--",
            70002,
        ),
        (part(PDF) + b"--x--", 70002),
        (part(b" ", 'form-data; name="document_type"') + part(PDF) + b"--x--", 70002),
        (part(b"\xff", 'form-data; name="document_type"') + part(PDF) + b"--x--", 70002),
        (HEAD + HEAD + part(PDF) + b"--x--", 70002),
        (HEAD + part(PDF) + part(b"x", 'form-data; name="FriendlyName"') + b"--x--", 20001),
        (HEAD + part(PDF), 70002),
        (HEAD + part(PDF, 'attachment; name="File"; filename="x"') + b"--x--", 70002),
        (HEAD + part(PDF, 'form-data; filename="x"') + b"--x--", 70002),
        (HEAD + b"--xyz\r\n\r\n\r\n--x--", 70002),
        (HEAD + b"--x\r\nno end of the head\r\n--x--", 70002),
        (b"", 70002),
        (b"%PDF-", 70002),
    ],
)
async def test_an_upload_is_checked(api: Api, data: bytes, code: int) -> None:
    await api.refused("POST", DOCUMENTS, data=data, headers=BOUNDARY, code=code)


@pytest.mark.parametrize(
    "content_type",
    [
        "application/json",
        "multipart/mixed; boundary=x",
        "multipart/form-data",
        "multipart/form-data; boundary=",
    ],
)
async def test_it_is_a_form_with_a_boundary(api: Api, content_type: str) -> None:
    headers = {"Content-Type": content_type}
    await api.refused("POST", DOCUMENTS, data=HEAD + part(PDF) + b"--x--", headers=headers, status=415)


async def test_a_form_as_other_programs_write_it_is_read(api: Api) -> None:
    data = b"preamble\r\n" + HEAD + part(PDF, "FORM-DATA; name=File; filename=bill.pdf") + b"--x--\r\n"
    headers = {"Content-Type": 'Multipart/Form-Data; charset=utf-8; boundary="x"'}
    assert (await api.ask("POST", DOCUMENTS, data=data, headers=headers)).status == 201


async def test_a_document_needs_credentials(api: Api) -> None:
    await api.refused("POST", DOCUMENTS, data=b"", headers=BOUNDARY, auth="", status=401, code=20003)
