"""End users and supporting documents."""

from __future__ import annotations

import io
from collections.abc import Mapping

import pytest

from ..checked_client import Api
from .bundle_requests import (
    V2,
    created,
    filled,
    rows,
    submit,
)


async def test_items_are_changed_and_deleted_while_they_are_free(api: Api) -> None:
    user = await created(api, f"{V2}/EndUsers", FriendlyName="x", Type="individual", Attributes={"a": 1})
    one = f"{V2}/EndUsers/{user['sid']}"
    changed = (await api.form("POST", one, {"Attributes": '{"b": 2}'})).body
    assert (changed["attributes"], changed["friendly_name"]) == ({"b": 2}, "x")
    assert (await api.form("POST", one, {"FriendlyName": "y"})).body["attributes"] == {"b": 2}
    assert (await api.ask("DELETE", one)).status == 204
    await api.refused("GET", one, status=404, code=20404)
    paper = await created(api, f"{V2}/SupportingDocuments", FriendlyName="x", Type="passport")
    one = f"{V2}/SupportingDocuments/{paper['sid']}"
    assert (await api.form("POST", one, {"FriendlyName": "y"})).body["friendly_name"] == "y"
    assert (await api.ask("DELETE", one)).status == 204
    await api.refused("DELETE", one, status=404, code=20404)
    for path, fields in (
        ("EndUsers", {"FriendlyName": "x", "Type": "robot"}),
        ("EndUsers", {"FriendlyName": "x", "Type": "business", "Attributes": "[]"}),
        ("SupportingDocuments", {"FriendlyName": "x", "Type": "library_card"}),
        ("SupportingDocuments", {"FriendlyName": "x", "Type": "passport", "Attributes": "{"}),
    ):
        await api.refused("POST", f"{V2}/{path}", form=fields)
    sid = await filled(api)
    await submit(api, sid)
    for item in await rows(api, f"{V2}/Bundles/{sid}/ItemAssignments"):
        kind = "EndUsers" if item["object_sid"].startswith("IT") else "SupportingDocuments"
        await api.refused("DELETE", f"{V2}/{kind}/{item['object_sid']}", status=409, code=20409)


def form_with_file(
    fields: Mapping[str, str], content: bytes, media_type: str
) -> tuple[bytes, dict[str, str]]:
    parts = [
        f'--xx\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    ]
    head = f'--xx\r\nContent-Disposition: form-data; name="File"; filename="a"\r\nContent-Type: {media_type}\r\n\r\n'
    body = b"".join([*parts, head.encode(), content, b"\r\n--xx--\r\n"])
    return body, {"Content-Type": "multipart/form-data; boundary=xx"}


@pytest.mark.parametrize(
    ("fields", "content", "status"),
    [
        ({"FriendlyName": "x", "Type": "passport", "Attributes": "{}"}, b"%PDF-1.7", 201),
        ({"FriendlyName": "x"}, b"%PDF-1.7", 400),
        ({"FriendlyName": "x", "Type": "passport", "Kind": "y"}, b"%PDF-1.7", 400),
        ({"FriendlyName": "x", "Type": "passport"}, b"GIF89a", 400),
        ({"FriendlyName": "x", "Type": "passport"}, b"%PDF-" + bytes(5 * 1024 * 1024), 413),
    ],
)
async def test_a_document_may_have_a_file(
    api: Api, fields: dict[str, str], content: bytes, status: int
) -> None:
    data, headers = form_with_file(fields, content, "application/pdf")
    answer = await api.ask("POST", f"{V2}/SupportingDocuments", data=io.BytesIO(data), headers=headers)
    assert answer.status == status
    if status == 201:
        assert answer.body["mime_type"] == "application/pdf"
